import type { RefusalReason } from '@mien/shared/api/submissions'
import type { ErrorCode } from '@mien/shared/errors'
import type { NotReady } from '../offline/readiness.ts'
import type { FioErrCode } from './fio-err-code.ts'

export interface FioErrorCause {
  readonly message: string
  readonly mienCode?: ErrorCode
  readonly reason?: RefusalReason
  readonly offline?: boolean
  readonly notReady?: NotReady | undefined
  readonly cause?: unknown
}

/**
 * What `enroll()` and `authenticate()` reject with. FACEIO rejects with a bare number: this is an Error whose value is that
 * number, so that `switch (+error)` and `error == fioErrCode.PAD_ATTACK` go on working.
 */
export class FioError extends Error {
  override readonly name = 'FioError'
  /** Mien's own, finer code; null when the server decided against the person. */
  readonly mienCode: ErrorCode | null
  /** Why the server decided against the person; null when something failed instead. */
  readonly reason: RefusalReason | null
  /** The server could not be reached: this device refused the person, or was no help either. Only with the option `offline`. */
  readonly offline: boolean
  /** Why this device was no help without the server; `message` says what to do about it. */
  readonly notReady: NotReady | null

  constructor(
    readonly code: FioErrCode,
    { message, mienCode, reason, offline, notReady, cause }: FioErrorCause,
  ) {
    super(message, cause === undefined ? {} : { cause })
    this.mienCode = mienCode ?? null
    this.reason = reason ?? null
    this.notReady = notReady ?? null
    this.offline = offline ?? notReady !== undefined
  }

  override valueOf(): number {
    return this.code
  }
}
