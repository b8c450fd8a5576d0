import type { Operation } from '@mien/shared/api/fields'
import { payloadText } from '@mien/shared/api/payload'
import { type SessionRequest, type SessionResponse, sessionResponse } from '@mien/shared/api/sessions'
import type { ConsentStatement } from '@mien/shared/api/submissions'
import { MienError } from '@mien/shared/errors'
import { checkPin } from '@mien/shared/policy/pin'
import type { LoadProgress } from '../worker/protocol.ts'
import { askConsent } from './ask-consent.ts'
import { askNewPin } from './ask-pin.ts'
import { captureAndSubmit } from './capture-and-submit.ts'
import type { Course } from './course.ts'
import type { CeremonyPorts } from './ports.ts'
import { Refusal } from './refusal.ts'
import type { Stage } from './stage.ts'
import type { CeremonyResult, EnrollOptions, RetryReason } from './state.ts'
import { stepUp } from './step-up.ts'
import { timeLimitMs, timeLimits } from './time-limit.ts'
import { toResult } from './to-result.ts'

/** The first unclear capture is repeated without a word. */
const silentRetries = 1

/** session -> consent and models -> PIN -> (camera, challenge, capture, decision) until decided -> PIN when asked for. */
export async function runCeremony(
  ports: CeremonyPorts,
  operation: Operation,
  options: EnrollOptions,
  stage: Stage,
): Promise<CeremonyResult> {
  if (options.payload !== undefined) payloadText(options.payload)
  for (const name of timeLimits) timeLimitMs(options, name)
  const replyTimeoutMs = timeLimitMs(options, 'replyTimeout')
  const api = ports.createApi({ replyTimeoutMs, signal: stage.signal })
  const session = checkedSession(options) ?? (await api.openSession(ports.publicId, sessionRequest(operation, options)))
  if (session.operation !== operation) throw new MienError('BINDING_MISMATCH')
  const course: Course = { ports, stage, options, api, operation, session }

  const models = beginLoading(course)
  const consent = operation === 'enroll' ? await consentOf(course) : undefined
  const pin = operation === 'enroll' ? await pinOf(course) : undefined
  await models()
  return decide(course, consent, pin)
}

/** What a page hands over went through its own hands: it is checked like any answer. */
function checkedSession({ session }: EnrollOptions): SessionResponse | undefined {
  if (session === undefined) return undefined
  const parsed = sessionResponse.safeParse(session)
  if (!parsed.success) throw new MienError('REQUEST_INVALID', { message: 'This is not an answer of POST /v1/sessions' })
  return parsed.data
}

/** Refused now rather than after the capture. */
async function pinOf({ stage, session, options: { pin } }: Course): Promise<string | undefined> {
  const rules = session.settings.pin
  if (pin === undefined) return askNewPin(stage, rules)
  if (rules.enroll === 'off') throw new MienError('REQUEST_INVALID', { message: 'This application takes no PINs' })
  checkPin(pin, rules.reject_weak)
  return pin
}

function sessionRequest(
  operation: Operation,
  { nonce, codeChallenge, gallery, locales }: EnrollOptions,
): SessionRequest {
  return {
    operation,
    ...(nonce === undefined ? {} : { nonce }),
    ...(codeChallenge === undefined ? {} : { code_challenge: codeChallenge }),
    ...(gallery === undefined ? {} : { gallery }),
    ...(locales === undefined ? {} : { locales: [...locales] }),
  }
}

const consentOf = ({ stage, session, options, ports }: Course): Promise<ConsentStatement | undefined> =>
  askConsent({
    stage,
    session,
    userConsent: options.userConsent,
    timeoutMs: timeLimitMs(options, 'termsTimeout'),
    timestamp: () => ports.timestamp(),
  })

/** Loads while the person reads; shows how far it is only to somebody who waits for it. */
function beginLoading({ ports, stage, session }: Course): () => Promise<void> {
  let isAwaited = false
  let progress: LoadProgress = { step: 'models', loadedBytes: 0, totalBytes: 0 }
  const tell = (next: LoadProgress) => {
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
  const { stage, session, operation } = course
  let pin = firstPin
  for (let retries = 0; ; retries++) {
    const extras = { ...enrolled(course, consent), ...(pin === undefined ? {} : { pin }) }
    const answer = await captureAndSubmit(course, extras)
    if (answer.status === 'ok') return toResult(operation, answer)
    if (answer.status === 'step_up') return stepUp(course, answer.submission_id)
    if (answer.status === 'again') {
      if (retries >= silentRetries) await askAgain(stage, answer.reason)
    } else if (answer.reason === 'pin_not_unique') {
      pin = await askNewPin(stage, session.settings.pin, 'not-unique')
    } else throw new Refusal(answer.reason)
  }
}

/** What only an enrolment carries. */
const enrolled = ({ options, operation }: Course, consent: ConsentStatement | undefined) =>
  operation === 'authenticate'
    ? {}
    : {
        ...(consent === undefined ? {} : { consent }),
        ...(options.payload === undefined ? {} : { payload: options.payload }),
      }

/** Long enough to read why, short of the session's end. */
const againLimit = { ms: 5 * 60_000, code: 'IDLE_TIMEOUT' } as const

const askAgain = (stage: Stage, reason: RetryReason): Promise<void> =>
  stage.ask<void>((answer) => ({ name: 'retry', reason, again: () => answer() }), againLimit)
