import type { ZodMiniType } from 'zod/mini'
import { errorOfAnswer, errorOfFailure, jsonOrNull, MienRequestError } from './mien-request-error.ts'

/** What every call takes beside its own facts. */
export interface CallOptions {
  readonly signal?: AbortSignal
  /** Up to 128 visible ASCII characters: a repeat with the same key gets the same answer for 24 hours. Calls that create something look at it. */
  readonly idempotencyKey?: string
}

export type FetchFunction = (url: string, init: RequestInit) => Response | Promise<Response>

export interface SenderOptions {
  /** Address of the server, with or without a slash at the end. */
  readonly baseUrl: string
  readonly secretKey: string
  readonly fetch: FetchFunction
  /** Of one call. */
  readonly timeoutMs: number
}

export interface OutgoingRequest extends CallOptions {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | undefined>>
  /** Sent as JSON, or as it is when it is a form. */
  readonly body?: object
  /** A failure whose body is an answer all the same. */
  readonly answersWith?: number
}

export interface Sender {
  /** The checked body of a success. */
  json<T>(schema: ZodMiniType<T>, request: OutgoingRequest): Promise<T>
  bytes(request: OutgoingRequest): Promise<Uint8Array>
  nothing(request: OutgoingRequest): Promise<void>
}

/** Sends requests with the secret key. All throw MienRequestError. */
export function createSender({ baseUrl, secretKey, fetch, timeoutMs }: SenderOptions): Sender {
  const root = baseUrl.replace(/\/+$/, '')

  const send = async <T>(request: OutgoingRequest, read: (response: Response) => Promise<T>): Promise<T> => {
    const { method, path, query, body, signal, idempotencyKey } = request
    const isForm = body instanceof FormData
    const headers = {
      authorization: `Bearer ${secretKey}`,
      ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    }
    const timeout = AbortSignal.timeout(timeoutMs)
    const init = {
      method,
      headers,
      body: isForm ? body : body === undefined ? null : JSON.stringify(body),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    }
    try {
      const response = await fetch(root + path + queryText(query), init)
      const isAnswer = response.ok || response.status === request.answersWith
      if (!isAnswer) throw errorOfAnswer(response, await response.text())
      return await read(response)
    } catch (thrown) {
      throw thrown instanceof MienRequestError ? thrown : errorOfFailure(thrown, signal)
    }
  }

  return {
    json: (schema, request) =>
      send(request, async (response) => {
        const text = await response.text()
        const parsed = schema.safeParse(jsonOrNull(text))
        if (parsed.success) return parsed.data
        if (!response.ok) throw errorOfAnswer(response, text)
        const facts = { status: response.status, requestId: response.headers.get('x-request-id') }
        throw new MienRequestError('INTERNAL', 'The server gave an unexpected answer', facts, parsed.error)
      }),
    bytes: (request) => send(request, async (response) => new Uint8Array(await response.arrayBuffer())),
    nothing: (request) => send(request, async () => undefined),
  }
}

function queryText(query: OutgoingRequest['query'] = {}): string {
  const given = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value))
  return given.size === 0 ? '' : `?${given}`
}
