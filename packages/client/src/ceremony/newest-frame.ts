import type { Frame } from '../camera/frame-feed.ts'

/** Holds the newest frame of the camera and lets go of the one before: cameras stall when frames are not given back. */
export interface NewestFrame {
  /** When the frame that is held was taken; undefined: none since the last was taken out. */
  atMs(): number | undefined
  /** Whoever takes it out closes it. */
  take(): Frame | undefined
  /** Gives back what is held and what still comes. */
  stop(): void
}

/** @param next one frame of the camera. When it fails no more are held: whoever waits for one has a signal of their own */
export function holdNewestFrame(next: () => Promise<Frame>): NewestFrame {
  let held: Frame | undefined
  let isOver = false
  const drop = () => {
    held?.source.close()
    held = undefined
  }
  const run = async () => {
    while (!isOver) {
      const frame = await next()
      drop()
      held = frame
    }
    drop()
  }
  run().catch(drop)
  return {
    atMs: () => held?.atMs,
    take() {
      const frame = held
      held = undefined
      return frame
    },
    stop() {
      isOver = true
      drop()
    },
  }
}
