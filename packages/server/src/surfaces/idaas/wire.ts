import type { credentialScopes } from '@mien/shared/api/applications'
import * as z from 'zod/mini'

export const dialectName = 'idaas'

/** A permission of the role that the reference asks for, and a scope of the credential here. */
export type Permission = (typeof credentialScopes)['idaas'][number]

export const paths = {
  authenticate: '/api/web/v1/adminapi/authenticate',
  /** Older: without a QR code. */
  userFaceV1: '/api/web/v1/users/:userid/face',
  userFaceV2: '/api/web/v2/users/:userid/face',
  userFaces: '/api/web/v1/users/:userid/faces',
  userSettings: '/api/web/v1/users/:userid/settings/face',
  face: '/api/web/v1/face/:faceid',
  activation: '/api/web/v1/face/:faceid/activation',
} as const

/** How long an administrator's token works. */
export const tokenSeconds = 900

/** Far more than any of these bodies holds. */
export const maxBodyBytes = 16 * 1024

/** What is given as null counts as not given: generated clients write all fields of a model. */
export const authenticationParms = z.object({
  applicationId: z.string(),
  sharedSecret: z.string(),
  enableWebSession: z.nullish(z.boolean()),
})

export const faceCreateParms = z.object({
  applicantId: z.nullish(z.string()),
  workflowRunId: z.nullish(z.string()),
  deliverActivationEmail: z.nullish(z.boolean()),
  returnQRCode: z.nullish(z.boolean()),
  encryptedBiometricToken: z.nullish(z.unknown()),
})
export type FaceCreateParms = z.infer<typeof faceCreateParms>

export const faceStatuses = ['ACTIVATING', 'ACTIVE', 'FAILED', 'EXPIRED', 'REVIEW', 'DISABLED'] as const
export type FaceStatus = (typeof faceStatuses)[number]

/** In UTC, whatever its zone says: what the database keeps and RFC 3339 can show. */
function hasFourDigitYear(text: string): boolean {
  const year = new Date(text).getUTCFullYear()
  return year >= 1 && year <= 9999
}

export const faceUpdateParms = z.object({
  status: z.nullish(z.enum(faceStatuses)),
  /** RFC 3339, where seconds are not optional. */
  expiry: z.nullish(z.iso.datetime({ offset: true }).check(z.regex(/T\d\d:\d\d:\d\d/), z.refine(hasFourDigitYear))),
})
export type FaceUpdateParms = z.infer<typeof faceUpdateParms>

export interface AuthenticationAnswer {
  readonly authToken: string
  /** RFC 3339, like every time here. */
  readonly creationTime: string
  readonly expirationTime: string
}

export interface FaceAuthenticator {
  readonly id: string
  /** Whose face it is: the user's id. */
  readonly applicantId: string
  /** Left out where there is none. */
  readonly expiry?: string
  readonly status: FaceStatus
}

export interface FaceCreateResponse extends FaceAuthenticator {
  /** Data URL of a PNG that opens the enrolment page on a phone; only where it was asked for. */
  readonly qrCode?: string
}

export interface UserFaceSettings {
  readonly device: 'WEB'
  readonly activationLifetimeSeconds: number
  readonly allowedRegistration: boolean
}

/** Every failure. */
export interface ErrorInfo {
  readonly errorCode: string
  readonly errorMessage: string
  /** Which fields are meant. */
  readonly parameters?: readonly { readonly name: string }[]
}
