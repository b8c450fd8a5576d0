import { MienError } from '@mien/shared/errors'
import { type Capture, captureFrames } from './capture.ts'
import type { CapturePurpose } from './capture-options.ts'
import { type Challenges, createChallenges } from './challenges.ts'
import type { Course } from './course.ts'
import { timeLimitMs } from './time-limit.ts'

/** Camera on, capture, camera off, whatever happens. A change of camera in between starts the capture over. */
export async function captureWithCamera(course: Course, purpose: CapturePurpose): Promise<Capture> {
  const challenges = createChallenges(course)
  course.stage.show({ name: 'permission' })
  let deviceId: string | undefined
  for (;;) {
    const outcome = await captureOnce(course, purpose, challenges, deviceId)
    if (outcome.capture !== undefined) return outcome.capture
    deviceId = outcome.switchTo
  }
}

type Outcome = { readonly capture: Capture } | { readonly capture?: never; readonly switchTo: string }

async function captureOnce(
  course: Course,
  purpose: CapturePurpose,
  challenges: Challenges,
  deviceId: string | undefined,
): Promise<Outcome> {
  const { ports, stage, options } = course
  const camera = await ports.openCamera({
    permissionTimeoutMs: timeLimitMs(options, 'permissionTimeout'),
    signal: stage.signal,
    ...(deviceId === undefined ? {} : { deviceId }),
  })
  const switching = new AbortController()
  let switchTo: string | undefined
  const switchCamera = (wanted: string) => {
    switchTo = wanted
    switching.abort(new MienError('ABORTED'))
  }
  try {
    const signal = AbortSignal.any([stage.signal, camera.lost, switching.signal])
    const feed = await ports.openFeed(camera.stream, signal)
    try {
      return { capture: await captureFrames({ course, purpose, challenges, camera, feed, switchCamera, signal }) }
    } finally {
      feed.close()
    }
  } catch (error) {
    if (switchTo === undefined || stage.signal.aborted) throw camera.lost.aborted ? camera.lost.reason : error
    return { switchTo }
  } finally {
    camera.close()
  }
}
