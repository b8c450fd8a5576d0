import { MienError } from '@mien/shared/errors'
import type { FaceInspection } from '@mien/shared/vision/types'
import type { FrameFeed } from '../camera/frame-feed.ts'
import type { Camera } from '../camera/open-camera.ts'
import { type Capture, captureFrames } from './capture.ts'
import type { CapturePurpose } from './capture-options.ts'
import { type Challenges, createChallenges } from './challenges.ts'
import type { Course } from './course.ts'
import { timeLimitMs } from './time-limit.ts'

/** Camera on, capture, camera off, whatever happens. A change of camera in between starts the capture over. */
export async function captureWithCamera<Facts extends FaceInspection>(
  course: Course,
  purpose: CapturePurpose<Facts>,
): Promise<Capture<Facts>> {
  const challenges = createChallenges(course)
  const { server_verified: isCertain, spot_checked: isPossible } = course.session.settings
  course.stage.show({ name: 'permission', sendsPictures: isCertain || (isPossible && 'perhaps') })
  let running = await turnOn(course)
  for (;;) {
    const outcome = await captureOnce(course, purpose, challenges, running)
    if (outcome.capture !== undefined) return outcome.capture
    running = await turnOnInstead(course, outcome.switchTo, running)
  }
}

/** A camera that is on. */
interface Running {
  readonly camera: Camera
  readonly feed: FrameFeed
  /** Absent: the one that the browser gave when nobody had chosen. */
  readonly deviceId?: string
  /** Why the one that the person chose is not this one. */
  readonly refused?: MienError
}

async function turnOn({ ports, stage, options }: Course, deviceId?: string): Promise<Running> {
  const chosen = deviceId === undefined ? {} : { deviceId }
  const camera = await ports.openCamera({
    permissionTimeoutMs: timeLimitMs(options, 'permissionTimeout'),
    signal: stage.signal,
    ...chosen,
  })
  try {
    const feed = await ports.openFeed(camera.stream, AbortSignal.any([stage.signal, camera.lost]))
    return { camera, feed, ...chosen }
  } catch (error) {
    camera.close()
    throw error
  }
}

/** The camera before, when the one that the person chose is in use, gone or not allowed. */
async function turnOnInstead(course: Course, deviceId: string, { deviceId: before }: Running): Promise<Running> {
  try {
    return await turnOn(course, deviceId)
  } catch (error) {
    if (course.stage.signal.aborted || !isOfCamera(error)) throw error
    return { ...(await turnOn(course, before)), refused: error }
  }
}

const isOfCamera = (error: unknown): error is MienError =>
  error instanceof MienError && error.code.startsWith('CAMERA_')

type Outcome<Facts extends FaceInspection> =
  | { readonly capture: Capture<Facts> }
  | { readonly capture?: never; readonly switchTo: string }

async function captureOnce<Facts extends FaceInspection>(
  course: Course,
  purpose: CapturePurpose<Facts>,
  challenges: Challenges,
  { camera, feed, refused }: Running,
): Promise<Outcome<Facts>> {
  const { stage } = course
  const switching = new AbortController()
  let switchTo: string | undefined
  const switchCamera = (wanted: string) => {
    switchTo = wanted
    switching.abort(new MienError('ABORTED'))
  }
  try {
    const signal = AbortSignal.any([stage.signal, camera.lost, switching.signal])
    const options = { course, challenges, camera, feed, switchCamera, refusedCamera: refused, signal }
    return { capture: await captureFrames(options, purpose) }
  } catch (error) {
    if (switchTo === undefined || stage.signal.aborted) throw camera.lost.aborted ? camera.lost.reason : error
    return { switchTo }
  } finally {
    feed.close()
    camera.close()
  }
}
