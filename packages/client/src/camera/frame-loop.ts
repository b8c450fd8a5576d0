/** Frames of a playing video at the display's or the camera's pace, whichever is slower. */
export interface FrameLoop {
  stop(): void
}

/**
 * Calls `onFrame` for each new frame until stopped. Nothing is called while the page is hidden: browsers stop both clocks then.
 *
 * `requestVideoFrameCallback` fires once a camera frame; where it is missing, animation frames with a new `currentTime` stand in.
 */
export function startFrameLoop(video: HTMLVideoElement, onFrame: (atMs: number) => void): FrameLoop {
  return 'requestVideoFrameCallback' in video ? byVideoFrame(video, onFrame) : byAnimationFrame(video, onFrame)
}

function byVideoFrame(video: HTMLVideoElement, onFrame: (atMs: number) => void): FrameLoop {
  let handle = 0
  const next = (nowMs: number) => {
    // Asked for first, so that an error in `onFrame` does not end the loop.
    handle = video.requestVideoFrameCallback(next)
    onFrame(nowMs)
  }
  handle = video.requestVideoFrameCallback(next)
  return { stop: () => video.cancelVideoFrameCallback(handle) }
}

function byAnimationFrame(video: HTMLVideoElement, onFrame: (atMs: number) => void): FrameLoop {
  let handle = 0
  let lastTime = -1
  const next = (nowMs: number) => {
    handle = requestAnimationFrame(next)
    if (video.currentTime === lastTime) return
    lastTime = video.currentTime
    onFrame(nowMs)
  }
  handle = requestAnimationFrame(next)
  return { stop: () => cancelAnimationFrame(handle) }
}
