import type { ErrorCode, MienError } from '@mien/shared/errors'

/** What is written to of a logger. */
export interface FailureLog {
  error(fields: object, message: string): void
}

/** A failed request, without anything that its client sent. */
interface Failure {
  readonly requestId: string
  readonly method: string
  readonly route: string
  readonly error: MienError
}

/** Where in our code they arose says nothing. They come by the thousand while there is too much to do or the database is away. */
const withoutStack: readonly ErrorCode[] = ['OVERLOADED', 'DATABASE_UNAVAILABLE', 'ABORTED']

export const logFailure =
  (log: FailureLog) =>
  ({ error, ...where }: Failure): void =>
    log.error({ ...where, code: error.code, ...causeOf(error) }, 'failed')

function causeOf(error: MienError): object {
  if (!withoutStack.includes(error.code)) return { err: error.cause ?? error }
  return error.cause instanceof Error ? { reason: error.cause.message } : {}
}
