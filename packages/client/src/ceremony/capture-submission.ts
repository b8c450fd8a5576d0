import type { Operation } from '@mien/shared/api/fields'
import type { SubmissionRequest } from '@mien/shared/api/submissions'
import { encodeBase64Url } from '@mien/shared/bytes'
import { encodeTemplate } from '@mien/shared/template/format'
import type { Picture } from '../worker/protocol.ts'
import type { Capture, CapturedFrame } from './capture.ts'
import { captureWithCamera } from './capture-with-camera.ts'
import type { Course } from './course.ts'
import { guessPerson, isOfAge, toDetails } from './guess.ts'
import { guessesAttributes } from './guesses-attributes.ts'
import { Refusal } from './refusal.ts'
import { toWireFrame } from './to-wire-frame.ts'

/** All of a submission that comes from the capture. What the person said comes beside it: consent, payload, PIN. */
type CapturedSubmission = Omit<SubmissionRequest, 'consent' | 'payload' | 'pin'>

/** JPEGs for the server to look at, in the order in which the submission states them. */
export interface Pictures {
  /** These go with it. */
  readonly pictures: readonly Uint8Array<ArrayBuffer>[]
  /** These stay here unless the server asks for them. */
  readonly heldBack: readonly Uint8Array<ArrayBuffer>[]
}

export interface Captured extends Pictures {
  readonly submission: CapturedSubmission
}

/** What this device guessed and the application asked for. */
type Guesses = Pick<SubmissionRequest, 'of_age' | 'details'>

/**
 * One capture under one challenge.
 *
 * @throws Refusal `minor`, and then nothing was sent
 */
export async function captureSubmission(course: Course<Operation>): Promise<Captured> {
  const attributes = guessesAttributes(course)
  const capture = await captureWithCamera(course, {
    padThreshold: course.session.settings.pad_threshold,
    examine: (frameId, signal) => course.ports.vision.call('analyse', [frameId, { attributes }, signal]),
  })
  const submission = { ...toSubmission(course, capture), ...guessesOf(course, capture.frames) }
  return { submission, pictures: bytesOf(capture.crops), heldBack: bytesOf(capture.committed) }
}

const bytesOf = (pictures: readonly Pick<Picture, 'bytes'>[] = []) => pictures.map(({ bytes }) => bytes)

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
  { frames, challenge: { wire, arrivedAtMs }, script, crops, committed, camera }: Capture,
): CapturedSubmission {
  const wireFrames = frames.map(({ atMs, analysis }) =>
    toWireFrame({ ...analysis, atMs: Math.max(0, atMs - arrivedAtMs) }),
  )
  const statements =
    crops?.map(({ statement }) => statement) ??
    committed?.map(({ sha256 }, i) => ({ at_ms: wireFrames[i]!.at_ms, sha256 }))
  return {
    challenge_id: wire.challenge_id,
    nonce: wire.nonce,
    operation,
    origin: ports.origin,
    level: wire.level,
    model_id: wire.model_id,
    templates: frames.map(({ analysis }) => encodeBase64Url(encodeTemplate(analysis.template))),
    frames: wireFrames,
    camera,
    ...(script === undefined ? {} : { script_response: script }),
    ...(statements === undefined ? {} : { crops: statements }),
  }
}
