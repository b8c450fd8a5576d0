/** The package's entry. Importing it does nothing, also on a server. */

export { type ErrorCode, MienError } from '@mien/shared/errors'
export { Refusal } from './ceremony/refusal.ts'
export type * from './ceremony/state.ts'
export { MienClient, type MienClientOptions } from './client.ts'
export { faceIO } from './facade/face-io.ts'
export type * from './facade/face-io-types.ts'
export { type FioErrCode, type FioErrName, fioErrCode } from './facade/fio-err-code.ts'
export { FioError } from './facade/fio-error.ts'
export { loadMessages } from './i18n/load-messages.ts'
export type { Messages } from './i18n/messages.ts'
