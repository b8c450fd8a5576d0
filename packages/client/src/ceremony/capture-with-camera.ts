import type { SessionSettings } from '@mien/shared/api/sessions'
import { MienError } from '@mien/shared/errors'
import { type CapturedFrame, captureFrames } from './capture.ts'
import type { CeremonyPorts } from './ports.ts'
import type { Stage } from './stage.ts'

export interface CaptureWithCamera {
  readonly ports: CeremonyPorts
  readonly stage: Stage
  readonly settings: SessionSettings
  readonly permissionTimeoutMs: number
  readonly idleTimeoutMs: number
  readonly beforeWindow: () => Promise<void>
}

/** Camera on, capture, camera off, whatever happens. A change of camera in between starts the capture over. */
export async function captureWithCamera(options: CaptureWithCamera): Promise<readonly CapturedFrame[]> {
  options.stage.show({ name: 'permission' })
  let deviceId: string | undefined
  for (;;) {
    const outcome = await captureOnce(options, deviceId)
    if (outcome.frames !== undefined) return outcome.frames
    deviceId = outcome.switchTo
  }
}

type Outcome = { readonly frames: readonly CapturedFrame[] } | { readonly frames?: never; readonly switchTo: string }

async function captureOnce(options: CaptureWithCamera, deviceId: string | undefined): Promise<Outcome> {
  const { ports, stage, permissionTimeoutMs } = options
  const camera = await ports.openCamera({
    permissionTimeoutMs,
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
      return { frames: await captureFrames({ ...options, camera, feed, switchCamera, signal }) }
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
