import { MienError } from '@mien/shared/errors'
import type { RgbaImage } from '@mien/shared/vision/types'
import type { FrameSource } from './protocol.ts'

/** Reads frames into pixels, at the size they came in. */
export interface FrameReader {
  /** Closes the frame, also when reading fails. */
  read(frame: FrameSource): RgbaImage
  /** Lets go of the canvas, on which the last frame still is. */
  forget(): void
}

type Canvas = OffscreenCanvasRenderingContext2D

/**
 * One canvas for every kind of source: it knows all pixel formats and colour spaces, in 2 ms for 640x480.
 * `willReadFrequently` keeps it in main memory.
 */
export function createFrameReader(): FrameReader {
  let context: Canvas | undefined
  return {
    read(frame) {
      if ('data' in frame) return frame
      try {
        const { width, height } = sizeOf(frame)
        context = fit(context, width, height)
        context.drawImage(frame, 0, 0, width, height)
        return context.getImageData(0, 0, width, height, { colorSpace: 'srgb' })
      } finally {
        frame.close()
      }
    },
    forget() {
      context = undefined
    },
  }
}

function sizeOf(frame: VideoFrame | ImageBitmap): { width: number; height: number } {
  const size =
    'displayWidth' in frame
      ? { width: frame.displayWidth, height: frame.displayHeight }
      : { width: frame.width, height: frame.height }
  // A frame that was closed already has no size.
  if (!(size.width > 0 && size.height > 0)) throw new MienError('IMAGE_CORRUPT')
  return size
}

function fit(context: Canvas | undefined, width: number, height: number): Canvas {
  if (context !== undefined && context.canvas.width === width && context.canvas.height === height) return context
  if (typeof OffscreenCanvas === 'undefined') throw new MienError('BROWSER_UNSUPPORTED')
  const made = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true, alpha: false })
  if (made === null) throw new MienError('BROWSER_UNSUPPORTED')
  return made
}
