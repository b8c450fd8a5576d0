/**
 * Ceremonies that only look. Nothing of the face leaves the device and nobody is decided about, so there is no consent to
 * record and no screen for it: the page, which called for the check, has to say why it does, and the browser asks for the camera.
 */
import type { FaceInspection } from '@mien/shared/vision/types'
import { beginCourse } from './begin-course.ts'
import type { Course } from './course.ts'
import { loadCapture } from './load-capture.ts'
import { beginLoading } from './load-models.ts'
import type { CeremonyPorts } from './ports.ts'
import type { Stage } from './stage.ts'
import type { AgeResult, CeremonyOptions, LivenessResult } from './state.ts'

/** For an application that does not check its sign-ins: the manifest's own operating point of the network. */
const defaultPadThreshold = 0.5

/** @throws MienError SPOOF_SUSPECTED for what does not look alive, also where the application's sign-ins are not checked */
export async function runLiveness(
  ports: CeremonyPorts,
  options: CeremonyOptions,
  stage: Stage,
): Promise<LivenessResult> {
  const course = await beginCourse(ports, 'liveness', options, stage)
  await beginLoading(course, false)()
  const padThreshold = course.session.settings.pad_threshold ?? defaultPadThreshold
  const { captureWithCamera } = await loadCapture()
  const { frames } = await captureWithCamera(course, { padThreshold, examine: inspecting(course, false) })
  const live = Math.min(...frames.map(({ analysis }) => analysis.pad.live))
  return { operation: 'liveness', live, timestamp: ports.timestamp() }
}

/** Guesses whatever the application's own setting for enrolments is: here the page asks for it in so many words. */
export async function runAgeVerify(ports: CeremonyPorts, options: CeremonyOptions, stage: Stage): Promise<AgeResult> {
  const course = await beginCourse(ports, 'age_verify', options, stage)
  await beginLoading(course, true)()
  const { pad_threshold: padThreshold, minimum_age: minimumAge } = course.session.settings
  const { captureWithCamera, guessPerson, isOfAge, toDetails } = await loadCapture()
  const { frames } = await captureWithCamera(course, { padThreshold, examine: inspecting(course, true) })
  const guess = guessPerson(frames)
  return {
    operation: 'age_verify',
    details: toDetails(guess),
    minimumAge,
    ofAge: isOfAge(guess, minimumAge),
    timestamp: ports.timestamp(),
  }
}

/** Nobody is recognised: no template is made. */
const inspecting =
  ({ ports }: Course, attributes: boolean) =>
  (frameId: number, signal: AbortSignal): Promise<FaceInspection> =>
    ports.vision.call('inspect', [frameId, { attributes }, signal])
