import type { Operation } from '@mien/shared/api/fields'
import type { ConsentStatement, SubmissionRequest } from '@mien/shared/api/submissions'
import { MienError } from '@mien/shared/errors'
import { checkPin } from '@mien/shared/policy/pin'
import { announcePictures } from './announce-pictures.ts'
import { askConsent } from './ask-consent.ts'
import { askNewPin } from './ask-pin.ts'
import { beginCourse } from './begin-course.ts'
import { captureSubmission, guessesAttributes } from './capture-submission.ts'
import type { Course } from './course.ts'
import { beginLoading } from './load-models.ts'
import type { CeremonyPorts } from './ports.ts'
import { Refusal } from './refusal.ts'
import { showIntro } from './show-intro.ts'
import type { Stage } from './stage.ts'
import type { CeremonyResult, EnrollOptions, RetryReason } from './state.ts'
import { stepUp } from './step-up.ts'
import { submit } from './submit.ts'
import { timeLimitMs } from './time-limit.ts'
import { toResult } from './to-result.ts'

/** The first unclear capture is repeated without a word. */
const silentRetries = 1

/**
 * session -> while the models load: consent, PIN, introduction -> (camera, challenge, script, capture, decision) until decided ->
 * PIN when asked for.
 */
export async function runCeremony(
  ports: CeremonyPorts,
  operation: Operation,
  options: EnrollOptions,
  stage: Stage,
): Promise<CeremonyResult> {
  const course = await beginCourse(ports, operation, options, stage)
  const models = beginLoading(course, guessesAttributes(course))
  const extras = operation === 'enroll' ? await prepareEnrolment(course) : await prepareSignIn(course)
  await models()
  return decide(course, extras)
}

/** What the person said, beside the capture. */
type Extras = Pick<SubmissionRequest, 'consent' | 'payload' | 'pin'>

async function prepareSignIn(course: Course): Promise<Extras> {
  if (course.session.settings.server_verified) await announcePictures(course)
  return {}
}

/** What only an enrolment asks and carries. */
async function prepareEnrolment(course: Course): Promise<Extras> {
  const { stage, options, session } = course
  const consent = await consentOf(course)
  // The widget's own words for consent say it too; a page's may not.
  if (session.settings.server_verified && consent?.method !== 'widget') await announcePictures(course)
  const pin = await pinOf(course)
  await showIntro(stage, timeLimitMs(options, 'enrollIntroTimeout'))
  return {
    ...(consent === undefined ? {} : { consent }),
    ...(options.payload === undefined ? {} : { payload: options.payload }),
    ...(pin === undefined ? {} : { pin }),
  }
}

const consentOf = ({ stage, session, options, ability, ports }: Course): Promise<ConsentStatement | undefined> =>
  askConsent({
    stage,
    session,
    pictures: session.settings.server_verified ? ability.terms : undefined,
    userConsent: options.userConsent,
    timeoutMs: timeLimitMs(options, 'termsTimeout'),
    timestamp: () => ports.timestamp(),
  })

/** Refused now rather than after the capture. */
async function pinOf({ stage, session, options: { pin } }: Course): Promise<string | undefined> {
  const rules = session.settings.pin
  if (pin === undefined) return askNewPin(stage, rules)
  if (rules.enroll === 'off') throw new MienError('REQUEST_INVALID', { message: 'This application takes no PINs' })
  checkPin(pin, rules.reject_weak)
  return pin
}

/** Captures and asks the server until it has decided. */
async function decide(course: Course<Operation>, first: Extras): Promise<CeremonyResult> {
  const { stage, operation } = course
  let extras = first
  for (let retries = 0; ; retries++) {
    const { submission, pictures } = await captureSubmission(course)
    let answer = await submit(course, { ...submission, ...extras }, pictures)
    // The server takes the same capture with another PIN.
    while (answer.status === 'refused' && answer.reason === 'pin_not_unique') {
      extras = await withOtherPin(course, extras)
      answer = await submit(course, { ...submission, ...extras }, pictures)
    }
    if (answer.status === 'ok') return toResult(operation, answer, submission.details)
    if (answer.status === 'refused') throw new Refusal(answer.reason)
    if (answer.status === 'step_up') {
      const result = await stepUp(course, answer.submission_id)
      if (result !== undefined) return result
    } else if (retries >= silentRetries) await askAgain(stage, answer.reason)
  }
}

/** A person thinks of another PIN. A page that brought its own has to do that itself. */
async function withOtherPin({ stage, session, options }: Course, extras: Extras): Promise<Extras> {
  if (options.pin !== undefined) throw new Refusal('pin_not_unique')
  const { pin: _taken, ...others } = extras
  const pin = await askNewPin(stage, session.settings.pin, 'not-unique')
  return pin === undefined ? others : { ...others, pin }
}

/** Long enough to read why, short of the session's end. */
const againLimit = { ms: 5 * 60_000, code: 'IDLE_TIMEOUT' } as const

const askAgain = (stage: Stage, reason: RetryReason): Promise<void> =>
  stage.ask<void>((answer) => ({ name: 'retry', reason, again: () => answer() }), againLimit)
