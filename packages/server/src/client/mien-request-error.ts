import { errorBody, fromWireCode } from '@mien/shared/api/errors'
import { type ErrorCode, MienError } from '@mien/shared/errors'

interface RequestErrorFacts {
  /** HTTP status; null when no answer came. */
  readonly status: number | null
  /** What to name to whoever runs the server; null when no answer came. */
  readonly requestId: string | null
  /** Names of the fields that are wrong. */
  readonly fields: readonly string[]
  /** How long to wait before another try; null when the server did not say. */
  readonly retryAfterSeconds: number | null
}

/** A call that came to nothing. `code` says why; a code of a newer server that this client does not know is INTERNAL. */
export class MienRequestError extends MienError {
  readonly status: number | null
  readonly requestId: string | null
  readonly fields: readonly string[]
  readonly retryAfterSeconds: number | null

  constructor(code: ErrorCode, message: string | undefined, facts: Partial<RequestErrorFacts>, cause?: unknown) {
    super(code, { ...(message === undefined ? {} : { message }), cause })
    this.status = facts.status ?? null
    this.requestId = facts.requestId ?? null
    this.fields = facts.fields ?? []
    this.retryAfterSeconds = facts.retryAfterSeconds ?? null
  }
}

/** What an answer that is no success says. */
export function errorOfAnswer(response: Response, text: string): MienRequestError {
  const parsed = errorBody.safeParse(jsonOrNull(text))
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN)
  const facts = {
    status: response.status,
    requestId: response.headers.get('x-request-id'),
    retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : null,
  }
  if (!parsed.success) return new MienRequestError('INTERNAL', `The server answered ${response.status}`, facts)
  const { code, message, fields = [] } = parsed.data.error
  return new MienRequestError(fromWireCode(code) ?? 'INTERNAL', message, { ...facts, fields })
}

/** What does not read as JSON is judged like any other unexpected answer. */
export function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** What `fetch` threw: time was up, the caller gave up, or there is no server. */
export function errorOfFailure(thrown: unknown, signal: AbortSignal | undefined): MienRequestError {
  if (signal?.aborted) return new MienRequestError('ABORTED', undefined, {}, thrown)
  const isTimeout = thrown instanceof Error && thrown.name === 'TimeoutError'
  return new MienRequestError(isTimeout ? 'REPLY_TIMEOUT' : 'NETWORK_IO', undefined, {}, thrown)
}
