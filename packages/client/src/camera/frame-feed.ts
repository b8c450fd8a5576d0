import { MienError } from '@mien/shared/errors'

export interface Frame {
  /** Whoever gets it closes it, by moving it to the worker. */
  readonly source: VideoFrame | ImageBitmap
  /** `performance.now()` of when it was shown. */
  readonly atMs: number
}

/**
 * Frames on request. Whoever asks gets the next one that the camera delivers; those in between are never made, so that
 * one is in flight and the newest wins. A page that is hidden gets none.
 */
export interface FrameFeed {
  /** @throws MienError ABORTED, or the signal's own reason */
  next(signal: AbortSignal): Promise<Frame>
  close(): void
}

/** A camera that gives its first picture later than this gives none: covered by software, or held by another program. */
const startMs = 20_000

/** @throws MienError CAMERA_BUSY when the stream does not start to play, or the signal's own reason */
export async function openFrameFeed(stream: MediaStream, signal: AbortSignal): Promise<FrameFeed> {
  const video = document.createElement('video')
  video.muted = true
  video.playsInline = true
  video.srcObject = stream
  try {
    await startToPlay(video, signal)
  } catch (error) {
    video.srcObject = null
    throw error
  }
  return {
    async next(signal) {
      await nextShown(video, signal)
      return { source: await grab(video), atMs: performance.now() }
    },
    close() {
      video.pause()
      video.srcObject = null
    },
  }
}

/** `play()` alone waits for ever when the stream has no picture or ends before the first. */
function startToPlay(video: HTMLVideoElement, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', cancel)
    }
    const fail = (error: unknown) => {
      end()
      reject(error)
    }
    const cancel = () => fail(signal.reason)
    const timer = setTimeout(() => fail(new MienError('CAMERA_BUSY')), startMs)
    signal.addEventListener('abort', cancel, { once: true })
    if (signal.aborted) return cancel()
    const play = () => {
      end()
      resolve()
    }
    video.play().then(play, (cause) => fail(new MienError('CAMERA_BUSY', { cause })))
  })
}

/** A handle of its own costs 0.03 ms; a bitmap, where there is no VideoFrame, some milliseconds. */
async function grab(video: HTMLVideoElement): Promise<VideoFrame | ImageBitmap> {
  if (typeof VideoFrame === 'undefined') return createImageBitmap(video)
  return new VideoFrame(video)
}

function nextShown(video: HTMLVideoElement, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = () => {
      stopWaiting()
      reject(signal.reason)
    }
    const stopWaiting = waitForFrame(video, () => {
      signal.removeEventListener('abort', cancel)
      resolve()
    })
    if (signal.aborted) cancel()
    else signal.addEventListener('abort', cancel, { once: true })
  })
}

/** Firefox before 132 has no requestVideoFrameCallback: there each new position of the video is a frame. */
function waitForFrame(video: HTMLVideoElement, shown: () => void): () => void {
  if ('requestVideoFrameCallback' in video) {
    const handle = video.requestVideoFrameCallback(() => shown())
    return () => video.cancelVideoFrameCallback(handle)
  }
  const element: HTMLVideoElement = video
  const before = element.currentTime
  const look = () => {
    if (element.currentTime !== before && element.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) shown()
    else handle = requestAnimationFrame(look)
  }
  let handle = requestAnimationFrame(look)
  return () => cancelAnimationFrame(handle)
}
