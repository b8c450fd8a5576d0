import { MienError } from '@mien/shared/errors'
import type { CameraChoice } from '../ceremony/state.ts'
import { identifyCameraError } from './identify-camera-error.ts'

export interface OpenCameraOptions {
  /** Time for the person to answer the browser's question, then CAMERA_DENIED. */
  readonly permissionTimeoutMs: number
  readonly signal: AbortSignal
  /** Another camera than the one for selfies. */
  readonly deviceId?: string
}

/** An opened camera. Whoever opens it closes it. */
export interface Camera {
  readonly stream: MediaStream
  readonly deviceId: string
  /** All cameras, once one was allowed: before that browsers hide their names. */
  choices(): Promise<readonly CameraChoice[]>
  /** Resolves when the device goes away by itself; never after `close`. */
  readonly lost: Promise<void>
  close(): void
}

/** Enough for a face at arm's length, and what phones and webcams give without scaling. */
const constraints = (deviceId: string | undefined): MediaStreamConstraints => ({
  audio: false,
  video: {
    ...(deviceId === undefined ? { facingMode: 'user' } : { deviceId: { exact: deviceId } }),
    width: { ideal: 640, max: 1280 },
    height: { ideal: 480, max: 1280 },
    frameRate: { ideal: 30 },
  },
})

/**
 * Asks for the camera.
 *
 * @throws MienError CAMERA_DENIED, CAMERA_NOT_FOUND, CAMERA_BUSY, INSECURE_CONTEXT, BROWSER_UNSUPPORTED, ABORTED
 */
export async function openCamera(options: OpenCameraOptions): Promise<Camera> {
  const devices: MediaDevices | undefined = navigator.mediaDevices
  if (devices === undefined) throw new MienError(isSecureContext ? 'BROWSER_UNSUPPORTED' : 'INSECURE_CONTEXT')
  const asked = devices.getUserMedia(constraints(options.deviceId))
  try {
    return toCamera(await beforeDeadline(asked, options), devices)
  } catch (error) {
    // The person may still answer after we gave up; the light must not stay on then.
    asked.then(stop, () => undefined)
    throw identifyCameraError({ error, isSecureContext })
  }
}

async function beforeDeadline(asked: Promise<MediaStream>, options: OpenCameraOptions): Promise<MediaStream> {
  const { permissionTimeoutMs, signal } = options
  signal.throwIfAborted()
  let giveUp: () => void = () => undefined
  const ended = new Promise<never>((_resolve, reject) => {
    const timer = setTimeout(() => reject(new MienError('CAMERA_DENIED')), permissionTimeoutMs)
    const onAbort = () => reject(abortReason(signal))
    signal.addEventListener('abort', onAbort, { once: true })
    giveUp = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    }
  })
  try {
    return await Promise.race([asked, ended])
  } finally {
    giveUp()
  }
}

const abortReason = (signal: AbortSignal): MienError =>
  signal.reason instanceof MienError ? signal.reason : new MienError('ABORTED', { cause: signal.reason })

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}

function toCamera(stream: MediaStream, devices: MediaDevices): Camera {
  const [track] = stream.getVideoTracks()
  if (track === undefined) throw new MienError('CAMERA_NOT_FOUND')
  return {
    stream,
    deviceId: track.getSettings().deviceId ?? '',
    // `ended` is not fired for our own `stop()`, so `lost` means the device, the browser or the person.
    lost: new Promise((resolve) => track.addEventListener('ended', () => resolve(), { once: true })),
    close: () => stop(stream),
    async choices() {
      const all = await devices.enumerateDevices()
      return all.filter(({ kind }) => kind === 'videoinput').map(({ deviceId, label }) => ({ deviceId, label }))
    },
  }
}
