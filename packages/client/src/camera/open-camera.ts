import { MienError } from '@mien/shared/errors'
import { identifyCameraError } from './identify-camera-error.ts'

export interface Camera {
  readonly stream: MediaStream
  /** Every camera there is, by id and the name that the browser gives it. */
  readonly devices: readonly { readonly deviceId: string; readonly label: string }[]
  /** Whether it looks at the person who holds the device: the preview is then a mirror. */
  readonly mirrored: boolean
  /** Aborts with CAMERA_LOST when the camera is unplugged or taken away. Not by `close`. */
  readonly lost: AbortSignal
  /** Turns the camera off. */
  close(): void
}

export interface OpenCameraOptions {
  /** Time for the person to answer the browser's question, then CAMERA_DENIED. */
  readonly permissionTimeoutMs: number
  readonly signal: AbortSignal
  /** The front camera when absent. */
  readonly deviceId?: string
}

/** What is needed of `navigator.mediaDevices`. */
export type MediaPort = Pick<MediaDevices, 'getUserMedia' | 'enumerateDevices'>

export interface CameraHost {
  /** Absent in pages that are not secure. */
  readonly media: MediaPort | undefined
  readonly isSecureContext: boolean
}

/** @throws MienError CAMERA_DENIED, CAMERA_NOT_FOUND, CAMERA_BUSY, INSECURE_CONTEXT, BROWSER_UNSUPPORTED, ABORTED */
export async function openCamera(host: CameraHost, options: OpenCameraOptions): Promise<Camera> {
  const { media, isSecureContext } = host
  options.signal.throwIfAborted()
  if (media === undefined) throw identifyCameraError({ error: undefined, isSecureContext })
  const stream = await inTime(askForStream(media, options.deviceId), options).catch((error) => {
    throw identifyCameraError({ error, isSecureContext })
  })
  try {
    return await toCamera(stream, media, options.signal)
  } catch (error) {
    stop(stream)
    throw error
  }
}

/** 640x480 is enough for the networks and cheap to read; more than 1280x720 only costs time. */
function askForStream(media: MediaPort, deviceId: string | undefined): Promise<MediaStream> {
  const size = { width: { ideal: 640, max: 1280 }, height: { ideal: 480, max: 1280 }, frameRate: { ideal: 30 } }
  const which = deviceId === undefined ? { facingMode: { ideal: 'user' } } : { deviceId: { exact: deviceId } }
  const ask = (video: MediaTrackConstraints) => media.getUserMedia({ audio: false, video })
  return ask({ ...size, ...which }).catch((error) => {
    // A camera that has no such size at all is still better than none.
    if (error instanceof Error && error.name === 'OverconstrainedError') return ask(which)
    throw error
  })
}

/** The question itself cannot be taken back: a stream that comes too late is turned off at once. */
function inTime(asked: Promise<MediaStream>, { permissionTimeoutMs, signal }: OpenCameraOptions): Promise<MediaStream> {
  return new Promise((resolve, reject) => {
    let isOver = false
    const end = () => {
      isOver = true
      clearTimeout(timer)
      signal.removeEventListener('abort', cancel)
    }
    const fail = (error: unknown) => {
      end()
      reject(error)
    }
    const cancel = () => fail(signal.reason instanceof MienError ? signal.reason : new MienError('ABORTED'))
    const timer = setTimeout(() => fail(new MienError('CAMERA_DENIED')), permissionTimeoutMs)
    signal.addEventListener('abort', cancel, { once: true })
    asked.then((stream) => {
      if (isOver) return stop(stream)
      end()
      resolve(stream)
    }, fail)
  })
}

async function toCamera(stream: MediaStream, media: MediaPort, signal: AbortSignal): Promise<Camera> {
  const lost = new AbortController()
  const lose = () => lost.abort(new MienError('CAMERA_LOST'))
  const [track] = stream.getVideoTracks()
  if (track === undefined) throw new MienError('CAMERA_NOT_FOUND')
  track.addEventListener('ended', lose, { once: true })
  const close = () => {
    track.removeEventListener('ended', lose)
    signal.removeEventListener('abort', close)
    stop(stream)
  }
  // At once, not when whoever uses the camera gets to it.
  signal.addEventListener('abort', close, { once: true })
  // Names are known only now, after permission. A browser that lists none just offers no choice.
  const devices = await media.enumerateDevices().catch(() => [])
  signal.throwIfAborted()
  return {
    stream,
    devices: devices
      .filter((device) => device.kind === 'videoinput')
      .map(({ deviceId, label }) => ({ deviceId, label })),
    mirrored: track.getSettings?.().facingMode !== 'environment',
    lost: lost.signal,
    close,
  }
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}
