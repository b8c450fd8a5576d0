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

/** @throws MienError CAMERA_BUSY when the stream does not start to play */
export async function openFrameFeed(stream: MediaStream): Promise<FrameFeed> {
  const video = document.createElement('video')
  video.muted = true
  video.playsInline = true
  video.srcObject = stream
  try {
    await video.play()
  } catch (cause) {
    throw new MienError('CAMERA_BUSY', { cause })
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
