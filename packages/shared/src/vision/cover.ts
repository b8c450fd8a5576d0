import type { Raster } from './raster.ts'

interface Rectangle {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Pixels of the aligned 112x112 face. */
const cheeks: readonly Rectangle[] = [
  { left: 24, top: 64, width: 14, height: 14 },
  { left: 74, top: 64, width: 14, height: 14 },
]
const mouthAndChin: readonly Rectangle[] = [{ left: 38, top: 84, width: 36, height: 22 }]
const eyes: readonly Rectangle[] = [
  { left: 29, top: 44, width: 19, height: 15 },
  { left: 64, top: 44, width: 19, height: 15 },
]

export interface CoverFacts {
  readonly mouthCover: number
  readonly eyeCover: number
}

/**
 * How much mouth and eyes differ from the skin of the cheeks: colour for the mouth (distance in the CbCr plane of
 * ITU-R BT.601 over 32, since lips are skin and cloth seldom is), darkness for the eyes (share of the cheeks' luma that is missing).
 */
export function coverFacts(aligned: Raster): CoverFacts {
  const skin = meanOf(aligned, cheeks)
  const mouth = meanOf(aligned, mouthAndChin)
  const eye = meanOf(aligned, eyes)
  return {
    mouthCover: Math.hypot(mouth.cb - skin.cb, mouth.cr - skin.cr) / 32,
    eyeCover: skin.luma === 0 ? 0 : Math.max(0, 1 - eye.luma / skin.luma),
  }
}

function meanOf({ words, width }: Raster, rectangles: readonly Rectangle[]) {
  let red = 0
  let green = 0
  let blue = 0
  let count = 0
  for (const { left, top, width: columns, height: rows } of rectangles) {
    for (let y = top; y < top + rows; y++) {
      for (let i = y * width + left; i < y * width + left + columns; i++) {
        const word = words[i]!
        red += word & 255
        green += (word >>> 8) & 255
        blue += (word >>> 16) & 255
        count++
      }
    }
  }
  const luma = (0.299 * red + 0.587 * green + 0.114 * blue) / count
  return { luma, cb: 0.564 * (blue / count - luma), cr: 0.713 * (red / count - luma) }
}
