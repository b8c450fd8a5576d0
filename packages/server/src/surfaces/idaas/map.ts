import type { JsonValue } from '@mien/shared/api/fields'
import { type ErrorCode, MienError } from '@mien/shared/errors'
import { isCanonicalUuid } from '@mien/shared/ids'
import type { ZodMiniType } from 'zod/mini'
import type { AccessToken } from '../../domain/access-tokens.ts'
import { type EffectiveStatus, effectiveStatus } from '../../domain/authenticator-status.ts'
import type { AuthenticatorChanges } from '../../domain/change-authenticator.ts'
import type { Authenticator, Subject } from '../../domain/model.ts'
import type { AuthenticationAnswer, FaceAuthenticator, FaceCreateParms, FaceStatus, FaceUpdateParms } from './wire.ts'

/** An error that the dialect has its own name for. */
const refusal = (code: ErrorCode, errorCode: string, message: string): MienError =>
  new MienError(code, { message, details: { error_code: errorCode } })

/** @throws MienError REQUEST_INVALID with the names of the fields, never their values */
export function parseBody<Output>(schema: ZodMiniType<Output>, value: object): Output {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const fields = [...new Set(result.error.issues.map(({ path }) => path.join('.')))]
  throw new MienError('REQUEST_INVALID', { message: `Not as documented: ${fields.join(', ')}`, details: { fields } })
}

/** @throws MienError ID_FORMAT */
export function idOf(text: string | undefined): string {
  if (text === undefined || !isCanonicalUuid(text)) throw new MienError('ID_FORMAT')
  return text
}

/** What is asked for beside the authenticator. */
export interface FaceOrder {
  /** An enrolment session that is open for the user; undefined: a new one. */
  readonly sessionId: string | undefined
  readonly byMail: boolean
  readonly asQrCode: boolean
}

/** @throws MienError REQUEST_INVALID, ID_FORMAT */
export function orderOf(userId: string, parms: FaceCreateParms): FaceOrder {
  const { applicantId, workflowRunId, encryptedBiometricToken } = parms
  if (encryptedBiometricToken !== undefined && encryptedBiometricToken !== null) {
    const message = 'Biometrics that are kept elsewhere cannot be taken over: enroll the user here'
    throw refusal('REQUEST_INVALID', 'encrypted_biometric_token_not_supported', message)
  }
  const [byMail, asQrCode] = [parms.deliverActivationEmail === true, parms.returnQRCode === true]
  if (applicantId == null && workflowRunId == null) return { sessionId: undefined, byMail, asQrCode }
  if (applicantId == null || workflowRunId == null) {
    throw invalid(['applicantId', 'workflowRunId'], 'Give applicantId and workflowRunId, or neither')
  }
  if (applicantId !== userId) throw invalid(['applicantId'], 'The applicantId is that of somebody else')
  if (!isCanonicalUuid(workflowRunId)) throw invalid(['workflowRunId'], 'The workflowRunId is malformed')
  if (byMail || asQrCode) {
    const message = 'Who opened the workflow run has its link: there is none here to send or draw'
    throw invalid(['deliverActivationEmail', 'returnQRCode'], message)
  }
  return { sessionId: workflowRunId, byMail, asQrCode }
}

/** @throws MienError REQUEST_INVALID */
export function changesOf({ status, expiry }: FaceUpdateParms): AuthenticatorChanges {
  if (status == null && expiry == null) throw invalid(['status', 'expiry'], 'Give a status, an expiry, or both')
  if (status === 'EXPIRED' && expiry != null) throw invalid(['expiry'], 'A face that is EXPIRED has no other expiry')
  return {
    ...(status == null ? {} : { status: statuses[status] }),
    ...(expiry == null ? {} : { expiresAt: new Date(expiry) }),
  }
}

const invalid = (fields: string[], message: string) =>
  new MienError('REQUEST_INVALID', { message, details: { fields } })

const statuses = {
  ACTIVATING: 'activating',
  ACTIVE: 'active',
  FAILED: 'failed',
  EXPIRED: 'expired',
  REVIEW: 'review',
  DISABLED: 'disabled',
} as const satisfies Record<FaceStatus, EffectiveStatus>

export function toFaceAuthenticator(authenticator: Authenticator, now: Date): FaceAuthenticator {
  const { id, subjectId, expiresAt } = authenticator
  return {
    id,
    applicantId: subjectId,
    ...(expiresAt === null ? {} : { expiry: expiresAt.toISOString() }),
    status: effectiveStatus(authenticator, now).toUpperCase() as FaceStatus,
  }
}

export const toAuthentication = ({ token, issuedAt, expiresAt }: AccessToken): AuthenticationAnswer => ({
  authToken: token,
  creationTime: issuedAt.toISOString(),
  expirationTime: expiresAt.toISOString(),
})

/**
 * Where a person reads mail: `email` of what the backend keeps about them, else the name that it calls them by, where that is an address.
 *
 * @throws MienError REQUEST_INVALID
 */
export function mailAddressOf({ payload, externalRef }: Subject): string {
  const kept = (payload as { readonly email?: JsonValue } | null)?.email
  if (typeof kept === 'string' && kept !== '') return kept
  if (externalRef?.includes('@')) return externalRef
  throw refusal('REQUEST_INVALID', 'email_missing', 'The user has no e-mail address: put one into payload.email')
}
