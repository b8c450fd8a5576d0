import { type ChallengeRequest, type ChallengeResponse, challengeResponse } from '@mien/shared/api/challenges'
import { signatureHeaderName } from '@mien/shared/api/device-signature'
import { errorBody, fromWireCode } from '@mien/shared/api/errors'
import { type SessionRequest, type SessionResponse, sessionResponse } from '@mien/shared/api/sessions'
import type { StepUpRequest } from '@mien/shared/api/step-ups'
import { type SubmissionRequest, type SubmissionResponse, submissionResponse } from '@mien/shared/api/submissions'
import { type ErrorCode, MienError } from '@mien/shared/errors'
import type { ZodMiniType } from 'zod/mini'

export interface ApiClientOptions {
  /** Address of the server; paths are resolved against it. */
  readonly endpoint: string
  /** Time for each answer, then REPLY_TIMEOUT. */
  readonly replyTimeoutMs: number
  /** Cancels what is under way, with ABORTED. */
  readonly signal: AbortSignal
  readonly fetch?: typeof fetch
}

export type SignBytes = (content: Uint8Array) => Promise<string>

/** What goes along with a submission. */
export interface Enclosed {
  /** What the device's key says of the submission's bytes; absent: nothing is signed. */
  readonly sign?: SignBytes
  /** JPEGs, in the order in which the submission states them. None: the submission goes alone, as JSON. */
  readonly pictures: readonly Uint8Array<ArrayBuffer>[]
}

/** The widget's calls. Each rejects with MienError: what the server says, NETWORK_IO, REPLY_TIMEOUT or ABORTED. */
export interface ApiClient {
  openSession(publicId: string, request: SessionRequest): Promise<SessionResponse>
  /** @param locales the person's languages, best first: at most ten */
  readSession(clientToken: string, locales: readonly string[]): Promise<SessionResponse>
  askChallenge(clientToken: string, request: ChallengeRequest): Promise<ChallengeResponse>
  submit(clientToken: string, submission: SubmissionRequest, enclosed: Enclosed): Promise<SubmissionResponse>
  /** The same submission again, with the pictures that were asked for. */
  reveal(clientToken: string, submission: SubmissionRequest, enclosed: Enclosed): Promise<SubmissionResponse>
  stepUp(clientToken: string, request: StepUpRequest): Promise<SubmissionResponse>
  /** What few sessions ask for, so that its schema comes with whoever asks. */
  call<T>(clientToken: string, path: string, body: unknown, schema: ZodMiniType<T>): Promise<T>
}

export function createApiClient(options: ApiClientOptions): ApiClient {
  const post = <T>(path: string, authorization: string, body: unknown, schema: ZodMiniType<T>) =>
    send(options, { path, authorization, body }, schema)
  const enclosing = (path: string) => (token: string, body: SubmissionRequest, enclosed: Enclosed) =>
    send(options, { path, authorization: `Session ${token}`, body, enclosed }, submissionResponse)
  return {
    openSession: (publicId, request) => post('v1/sessions', `Public ${publicId}`, request, sessionResponse),
    readSession: (token, locales) => {
      const path = `v1/sessions/current${locales.length === 0 ? '' : `?locales=${locales.join()}`}`
      return send(options, { path, authorization: `Session ${token}` }, sessionResponse)
    },
    askChallenge: (token, request) => post('v1/challenges', `Session ${token}`, request, challengeResponse),
    submit: enclosing('v1/submissions'),
    reveal: enclosing('v1/reveals'),
    stepUp: (token, request) => post('v1/step-ups', `Session ${token}`, request, submissionResponse),
    call: (token, path, body, schema) => post(path, `Session ${token}`, body, schema),
  }
}

interface Call {
  readonly path: string
  /** Absent: nobody is asked who calls, or a signature says it. */
  readonly authorization?: string
  /** Absent: it is read and not posted. */
  readonly body?: unknown
  readonly enclosed?: Enclosed
}

/** One call, for those who speak with the server otherwise than a ceremony does. */
export async function send<T>(
  { endpoint, replyTimeoutMs, signal, fetch: fetchFrom = fetch }: ApiClientOptions,
  { path, authorization, body, enclosed }: Call,
  schema: ZodMiniType<T>,
): Promise<T> {
  const timeout = AbortSignal.timeout(replyTimeoutMs)
  const either = AbortSignal.any([signal, timeout])
  try {
    const posted = body === undefined ? {} : await toPosted(body, enclosed)
    const response = await fetchFrom(new URL(path, withSlash(endpoint)), {
      ...posted,
      headers: { ...posted.headers, ...(authorization && { authorization }) },
      // Cookies of either site have no part in this.
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
      signal: either,
    })
    return await read(response, schema)
  } catch (cause) {
    throw toApiError(cause, signal, timeout)
  }
}

interface Posted {
  readonly method?: 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: BodyInit
}

/** What is signed is what is sent, to the byte. With pictures it is the first part of a form, whose type the browser says. */
async function toPosted(body: unknown, { sign, pictures }: Enclosed = { pictures: [] }): Promise<Posted> {
  const content = new TextEncoder().encode(JSON.stringify(body))
  const signed = sign ? { [signatureHeaderName]: await sign(content) } : {}
  const type = 'application/json'
  if (pictures.length === 0) return { method: 'POST', headers: { 'content-type': type, ...signed }, body: content }
  const form = new FormData()
  form.append('envelope', new Blob([content], { type }))
  for (const [i, picture] of pictures.entries()) form.append(`crop${i}`, new Blob([picture], { type: 'image/jpeg' }))
  return { method: 'POST', headers: signed, body: form }
}

const withSlash = (endpoint: string): string => (endpoint.endsWith('/') ? endpoint : `${endpoint}/`)

async function read<T>(response: Response, schema: ZodMiniType<T>): Promise<T> {
  const text = await response.text()
  if (!response.ok) throw refusalOf(response.status, text)
  const parsed = schema.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  // A server that does not speak the protocol: a proxy's page, another version. Its words are not shown.
  throw new MienError('NETWORK_IO', { message: 'The answer is not of this protocol' })
}

function refusalOf(status: number, text: string): MienError {
  const parsed = errorBody.safeParse(parseJson(text))
  const code = parsed.success ? fromWireCode(parsed.data.error.code) : undefined
  const details = parsed.success ? { status, requestId: parsed.data.error.request_id } : { status }
  return new MienError(code ?? codeOfStatus(status), { details })
}

/** For answers that something between us and the server gave. */
function codeOfStatus(status: number): ErrorCode {
  if (status === 401) return 'UNAUTHORIZED'
  if (status === 403) return 'FORBIDDEN'
  if (status === 429) return 'RATE_LIMITED'
  if (status === 503) return 'OVERLOADED'
  return 'NETWORK_IO'
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not JSON: the schema refuses it.
    return undefined
  }
}

function toApiError(cause: unknown, signal: AbortSignal, timeout: AbortSignal): MienError {
  if (cause instanceof MienError) return cause
  if (signal.aborted) return signal.reason instanceof MienError ? signal.reason : new MienError('ABORTED', { cause })
  if (timeout.aborted) return new MienError('REPLY_TIMEOUT', { cause })
  return new MienError('NETWORK_IO', { cause })
}
