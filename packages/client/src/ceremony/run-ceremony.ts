import type { ChallengeResponse } from '@mien/shared/api/challenges'
import type { Operation } from '@mien/shared/api/fields'
import { toWireFrame } from '@mien/shared/api/frames'
import { payloadText } from '@mien/shared/api/payload'
import type { SessionRequest, SessionResponse } from '@mien/shared/api/sessions'
import type { ConsentStatement, SubmissionRequest, SubmissionResponse } from '@mien/shared/api/submissions'
import { encodeBase64Url } from '@mien/shared/bytes'
import { type ErrorCode, MienError } from '@mien/shared/errors'
import { encodeTemplate } from '@mien/shared/template/format'
import type { ApiClient } from '../http/api-client.ts'
import { askConsent } from './ask-consent.ts'
import { askNewPin, askPin } from './ask-pin.ts'
import type { CapturedFrame } from './capture.ts'
import { captureWithCamera } from './capture-with-camera.ts'
import type { CeremonyPorts } from './ports.ts'
import { Refusal } from './refusal.ts'
import type { Stage } from './stage.ts'
import type { CeremonyResult, EnrollOptions, RetryReason } from './state.ts'

/** FACEIO's names and values: seconds, minutes for the terms. */
const defaults = { permissionTimeout: 27, termsTimeout: 10, idleTimeout: 27, replyTimeout: 60 } as const

/** A challenge that has less to live is replaced before a capture begins. */
const leastChallengeMs = 45_000
/** The first unclear capture is repeated without a word. */
const silentRetries = 1
const maxPinTries = 3

interface Course {
  readonly ports: CeremonyPorts
  readonly stage: Stage
  readonly options: EnrollOptions
  readonly api: ApiClient
  readonly session: SessionResponse
}

/** session -> consent and models -> PIN -> (camera, challenge, capture, decision) until decided -> PIN when asked for. */
export async function runCeremony(
  ports: CeremonyPorts,
  operation: Operation,
  options: EnrollOptions,
  stage: Stage,
): Promise<CeremonyResult> {
  if (options.payload !== undefined) payloadText(options.payload)
  const replyTimeoutMs = (options.replyTimeout ?? defaults.replyTimeout) * 1000
  const api = ports.createApi({ replyTimeoutMs, signal: stage.signal })
  const session = options.session ?? (await api.openSession(ports.publicId, sessionRequest(operation, options)))
  if (session.operation !== operation) throw new MienError('BINDING_MISMATCH')
  const course: Course = { ports, stage, options, api, session }

  const models = beginLoading(course)
  const consent = operation === 'enroll' ? await consentOf(course) : undefined
  const pin = operation === 'enroll' ? (options.pin ?? (await askNewPin(stage, session.settings.pin))) : undefined
  await models()
  return decide(course, consent, pin)
}

function sessionRequest(operation: Operation, { nonce, codeChallenge, gallery }: EnrollOptions): SessionRequest {
  return {
    operation,
    ...(nonce === undefined ? {} : { nonce }),
    ...(codeChallenge === undefined ? {} : { code_challenge: codeChallenge }),
    ...(gallery === undefined ? {} : { gallery }),
  }
}

const consentOf = ({ stage, session, options, ports }: Course): Promise<ConsentStatement | undefined> =>
  askConsent({
    stage,
    session,
    userConsent: options.userConsent,
    timeoutMs: (options.termsTimeout ?? defaults.termsTimeout) * 60_000,
    timestamp: () => ports.timestamp(),
  })

/** Loads while the person reads; shows how far it is only to somebody who waits for it. */
function beginLoading({ ports, stage, session }: Course): () => Promise<void> {
  let isAwaited = false
  let progress: Parameters<typeof tell>[0] = { step: 'models', loadedBytes: 0, totalBytes: 0 }
  const tell = (next: { step: 'models'; loadedBytes: number; totalBytes: number } | { step: 'runtime' }) => {
    progress = next
    if (isAwaited) stage.show({ name: 'preparing', progress })
  }
  const options = { ...ports.visionOptions, pack: session.model.pack }
  const loading = ports.vision.call('load', [options, tell, stage.signal])
  // Somebody waits for it later; until then a failure is not unhandled.
  loading.catch(() => undefined)
  return async () => {
    isAwaited = true
    tell(progress)
    const { modelId } = await loading
    isAwaited = false
    stage.signal.throwIfAborted()
    if (modelId !== session.model.model_id) throw new MienError('MODEL_MISMATCH')
  }
}

/** Captures and asks the server until it has decided. */
async function decide(course: Course, consent: ConsentStatement | undefined, firstPin: string | undefined) {
  const { stage, session } = course
  let pin = firstPin
  for (let retries = 0; ; retries++) {
    const answer = await captureAndSubmit(course, {
      ...enrolled(course, consent),
      ...(pin === undefined ? {} : { pin }),
    })
    if (typeof answer !== 'string') {
      if (answer.status === 'ok') return toResult(session.operation, answer)
      if (answer.status === 'step_up') return stepUp(course, answer.submission_id)
      if (answer.status === 'refused' && answer.reason !== 'pin_not_unique') throw new Refusal(answer.reason)
      if (answer.status === 'refused') {
        pin = await askNewPin(stage, session.settings.pin, 'not-unique')
        continue
      }
    }
    const reason = typeof answer === 'string' ? answer : 'not-clear'
    if (retries >= silentRetries) await askAgain(stage, reason)
  }
}

/** What only an enrolment carries. */
const enrolled = ({ options, session }: Course, consent: ConsentStatement | undefined) =>
  session.operation === 'authenticate'
    ? {}
    : {
        ...(consent === undefined ? {} : { consent }),
        ...(options.payload === undefined ? {} : { payload: options.payload }),
      }

/** Long enough to read why, short of the session's end. */
const againLimit = { ms: 5 * 60_000, code: 'IDLE_TIMEOUT' } as const

const askAgain = (stage: Stage, reason: RetryReason): Promise<void> =>
  stage.ask<void>((answer) => ({ name: 'retry', reason, again: () => answer() }), againLimit)

/** Codes that another capture mends. */
const retryReasons: Partial<Record<ErrorCode, RetryReason>> = {
  CHALLENGE_EXPIRED: 'expired',
  FRAMES_INVALID: 'not-clear',
  TEMPLATE_REPLAY: 'not-clear',
}

type Extras = Partial<Pick<SubmissionRequest, 'consent' | 'payload' | 'pin'>>

async function captureAndSubmit(course: Course, extras: Extras): Promise<SubmissionResponse | RetryReason> {
  const { ports, stage, options, api, session } = course
  let challenge: Challenge | undefined
  const frames = await captureWithCamera({
    ports,
    stage,
    settings: session.settings,
    permissionTimeoutMs: (options.permissionTimeout ?? defaults.permissionTimeout) * 1000,
    idleTimeoutMs: (options.idleTimeout ?? defaults.idleTimeout) * 1000,
    beforeWindow: async () => {
      if (challenge === undefined || challenge.endsAtMs - ports.now() < leastChallengeMs) {
        challenge = await askChallenge(course)
      }
    },
  })
  if (challenge === undefined) throw new MienError('INTERNAL')
  stage.show({ name: 'deciding' })
  try {
    return await api.submit(session.client_token, toSubmission(course, challenge, frames, extras))
  } catch (error) {
    const reason = error instanceof MienError ? retryReasons[error.code] : undefined
    if (reason === undefined) throw error
    return reason
  }
}

interface Challenge {
  readonly wire: ChallengeResponse
  /** On the page's own clock, which need not agree with the server's. */
  readonly arrivedAtMs: number
  readonly endsAtMs: number
}

async function askChallenge({ ports, api, session }: Course): Promise<Challenge> {
  const askedAtMs = ports.now()
  const wire = await api.askChallenge(session.client_token)
  return { wire, arrivedAtMs: ports.now(), endsAtMs: askedAtMs + wire.expires_in * 1000 }
}

function toSubmission(
  { ports, session }: Course,
  { wire, arrivedAtMs }: Challenge,
  frames: readonly CapturedFrame[],
  extras: Extras,
): SubmissionRequest {
  return {
    challenge_id: wire.challenge_id,
    nonce: wire.nonce,
    operation: session.operation,
    origin: ports.origin,
    level: wire.level,
    model_id: wire.model_id,
    templates: frames.map(({ analysis }) => encodeBase64Url(encodeTemplate(analysis.template))),
    frames: frames.map(({ atMs, analysis }) => toWireFrame({ ...analysis, atMs: Math.max(0, atMs - arrivedAtMs) })),
    ...extras,
  }
}

async function stepUp({ stage, api, session }: Course, submissionId: string): Promise<CeremonyResult> {
  for (let triesLeft = maxPinTries; triesLeft > 0; triesLeft--) {
    const pin = await askPin(stage, triesLeft, triesLeft < maxPinTries ? 'wrong' : undefined)
    stage.show({ name: 'deciding' })
    const answer = await api.stepUp(session.client_token, { submission_id: submissionId, pin })
    if (answer.status === 'ok') return toResult(session.operation, answer)
    if (answer.status !== 'refused')
      throw new MienError('NETWORK_IO', { message: 'The answer is not of this protocol' })
    if (answer.reason !== 'pin_wrong') throw new Refusal(answer.reason)
  }
  throw new Refusal('pin_wrong')
}

function toResult(operation: Operation, answer: Extract<SubmissionResponse, { status: 'ok' }>): CeremonyResult {
  const { result_code: resultCode, expires_at: resultExpiresAt, disclosed } = answer
  return {
    operation,
    resultCode,
    resultExpiresAt,
    disclosed: disclosed && {
      facialId: disclosed.facial_id,
      payload: disclosed.payload,
      timestamp: disclosed.timestamp,
    },
  }
}
