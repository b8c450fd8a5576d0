'use client'
/** `@mien/client/react`: face sign-in as a hook and as a button. */
export { FaceSignIn, type FaceSignInProps } from './face-sign-in.ts'
export type { MienCall, MienCallName, MienResults } from './mien-call.ts'
export { type Mien, type MienOptions, useMien } from './use-mien.ts'
