import type { Operation } from '@mien/shared/api/fields'
import type { ConsentStatement } from '@mien/shared/api/submissions'
import { MienError } from '@mien/shared/errors'
import { checkPin } from '@mien/shared/policy/pin'
import { announcePictures } from './announce-pictures.ts'
import { askConsent } from './ask-consent.ts'
import { askNewPin } from './ask-pin.ts'
import { beginCourse } from './begin-course.ts'
import type { Course } from './course.ts'
import type { Extras } from './decide.ts'
import { guessesAttributes } from './guesses-attributes.ts'
import { loadCapture } from './load-capture.ts'
import { beginLoading } from './load-models.ts'
import type { CeremonyPorts } from './ports.ts'
import { showIntro } from './show-intro.ts'
import type { Stage } from './stage.ts'
import type { CeremonyResult, EnrollOptions } from './state.ts'
import { timeLimitMs } from './time-limit.ts'

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
  const { decide } = await loadCapture()
  return decide(course, extras)
}

async function prepareSignIn(course: Course): Promise<Extras> {
  await announcePictures(course)
  return {}
}

/** What only an enrolment asks and carries. */
async function prepareEnrolment(course: Course): Promise<Extras> {
  const { stage, options } = course
  const consent = await consentOf(course)
  // The widget's own words for consent say it too; a page's may not.
  if (consent?.method !== 'widget') await announcePictures(course)
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
