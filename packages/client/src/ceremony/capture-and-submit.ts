import type { Operation } from '@mien/shared/api/fields'
import { toWireFrame } from '@mien/shared/api/frames'
import type { SubmissionRequest, SubmissionResponse } from '@mien/shared/api/submissions'
import { encodeBase64Url } from '@mien/shared/bytes'
import { type ErrorCode, MienError } from '@mien/shared/errors'
import { encodeTemplate } from '@mien/shared/template/format'
import type { Capture, CapturedFrame } from './capture.ts'
import { captureWithCamera } from './capture-with-camera.ts'
import type { Course } from './course.ts'
import { guessPerson, isOfAge, toDetails } from './guess.ts'
import { Refusal } from './refusal.ts'
import type { RetryReason } from './state.ts'

/** Codes that another capture mends. */
const retryReasons: Partial<Record<ErrorCode, RetryReason>> = {
  CHALLENGE_EXPIRED: 'expired',
  FRAMES_INVALID: 'not-clear',
  TEMPLATE_REPLAY: 'not-clear',
}

/** What the ceremony knows beside the capture. */
export type Extras = Partial<Pick<SubmissionRequest, 'consent' | 'payload' | 'pin'>>

/** What this device guessed and the application asked for. */
type Guesses = Pick<SubmissionRequest, 'of_age' | 'details'>

/** What the server decided, or why another capture is worth it; and what was guessed. */
export type Answer = Pick<Guesses, 'details'> &
  (Exclude<SubmissionResponse, { status: 'retry' }> | { readonly status: 'again'; readonly reason: RetryReason })

/** Whether a ceremony guesses age and gender: only an enrolment, and only where the application asks for it. */
export const guessesAttributes = ({ operation, session }: Course): boolean =>
  operation === 'enroll' && session.settings.attributes !== 'off'

/**
 * One capture under one challenge, sent.
 *
 * @throws Refusal `minor`, and then nothing was sent
 */
export async function captureAndSubmit(course: Course<Operation>, extras: Extras): Promise<Answer> {
  const { stage, api, session } = course
  const capture = await captureWithCamera(course, {
    padThreshold: session.settings.pad_threshold,
    attributes: guessesAttributes(course),
  })
  const guesses = guessesOf(course, capture.frames)
  stage.show({ name: 'deciding' })
  const submission = { ...toSubmission(course, capture), ...guesses, ...extras }
  try {
    const { details } = guesses
    const answer = await api.submit(session.client_token, submission)
    if (answer.status === 'retry') return { status: 'again', reason: 'not-clear' }
    return { ...answer, ...(details === undefined ? {} : { details }) }
  } catch (error) {
    const reason = error instanceof MienError ? retryReasons[error.code] : undefined
    if (reason === undefined) throw error
    return { status: 'again', reason }
  }
}

/** Under `age_gate` a yes and nothing else leaves the device; a no does not either. */
function guessesOf(course: Course, frames: readonly CapturedFrame[]): Guesses {
  if (!guessesAttributes(course)) return {}
  const { attributes, minimum_age: minimumAge } = course.session.settings
  const guess = guessPerson(frames)
  if (attributes === 'details') return { details: toDetails(guess) }
  if (!isOfAge(guess, minimumAge)) throw new Refusal('minor')
  return { of_age: true }
}

function toSubmission(
  { ports, operation }: Course<Operation>,
  { frames, challenge: { wire, arrivedAtMs }, script, camera }: Capture,
): SubmissionRequest {
  return {
    challenge_id: wire.challenge_id,
    nonce: wire.nonce,
    operation,
    origin: ports.origin,
    level: wire.level,
    model_id: wire.model_id,
    templates: frames.map(({ analysis }) => encodeBase64Url(encodeTemplate(analysis.template))),
    frames: frames.map(({ atMs, analysis }) => toWireFrame({ ...analysis, atMs: Math.max(0, atMs - arrivedAtMs) })),
    camera,
    ...(script === undefined ? {} : { script_response: script }),
  }
}
