import type { RequestFacts } from './request-facts.ts'

/** What is written to of a logger. */
export interface RequestLog {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/**
 * One line a request: by its status `error`, `warn` or `info`, and `debug` for probes of a healthy server. Without query, headers, body and
 * address: a line names nobody.
 */
export const logRequest =
  (log: RequestLog) =>
  ({ durationMs, ...facts }: RequestFacts): void =>
    log[levelOf(facts)]({ ...facts, ms: Math.round(durationMs * 10) / 10 }, 'request')

function levelOf({ status, dialect }: Pick<RequestFacts, 'status' | 'dialect'>): keyof RequestLog {
  if (status === null) return 'info'
  if (status >= 500) return 'error'
  if (status >= 400) return 'warn'
  return dialect === 'health' ? 'debug' : 'info'
}
