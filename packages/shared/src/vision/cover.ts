import { lumaOfWord } from './pixels.ts'
import type { Raster } from './raster.ts'

interface Rectangle {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Colour in the YCbCr of ITU-R BT.601, luma 0..255, chroma around 0. */
interface Colour {
  readonly luma: number
  readonly cb: number
  readonly cr: number
}

/** Pixels of the aligned 112x112 face. */
const places = {
  forehead: { left: 44, top: 30, width: 24, height: 8 },
  bridge: { left: 50, top: 44, width: 12, height: 14 },
  nose: { left: 50, top: 60, width: 12, height: 12 },
  underLeftEye: { left: 30, top: 62, width: 14, height: 8 },
  underRightEye: { left: 68, top: 62, width: 14, height: 8 },
  leftEye: { left: 29, top: 44, width: 19, height: 15 },
  rightEye: { left: 64, top: 44, width: 19, height: 15 },
  mouthAndChin: { left: 38, top: 84, width: 36, height: 22 },
  upperLipToChin: { left: 46, top: 78, width: 20, height: 30 },
} as const satisfies Record<string, Rectangle>

/**
 * What 0.25 % (mouth) and 0.2 % (eyes) of the faces of Labeled Faces in the Wild exceed, half of the people, people with
 * covered faces among them: the unit that each sign is measured in.
 */
const unusual = {
  mouthChroma: 26.4,
  /** One over the relief of mouth and chin. */
  mouthFlatness: 1.45,
  eyeDarkness: 0.83,
  eyeDarknessOfBrightest: 0.66,
  eyeChroma: 33,
} as const

/** Bounds of a sign that divides by almost nothing. */
const most = 4

export interface CoverFacts {
  readonly mouthCover: number
  readonly eyeCover: number
}

/**
 * How unusual mouth and eyes look for a face, 1 being more than nearly every uncovered face. A mouth behind cloth has
 * another colour than the skin between eyes and forehead, or is as flat as no mouth is, whatever its colour. Eyes behind dark glasses
 * are dark where skin would be, and behind mirrors not of the colour of skin.
 */
export function coverFacts(aligned: Raster): CoverFacts {
  const { bridge, forehead, nose, underLeftEye, underRightEye, leftEye, rightEye, mouthAndChin } = places
  const below = mean(colourOf(aligned, underLeftEye), colourOf(aligned, underRightEye))
  const brow = colourOf(aligned, forehead)
  const mouth = chromaBetween(colourOf(aligned, mouthAndChin), mean(brow, colourOf(aligned, bridge)))
  const light = mean(brow, below).luma + 1
  const [left, right] = [lumasOf(aligned, leftEye), lumasOf(aligned, rightEye)]
  const darkness = (share: number) => 1 - Math.max(quantile(left, share), quantile(right, share)) / light
  const skin = mean(below, colourOf(aligned, nose))
  const [leftChroma, rightChroma] = [leftEye, rightEye].map((eye) => chromaBetween(colourOf(aligned, eye), skin))
  return {
    mouthCover: Math.min(most, Math.max(mouth / unusual.mouthChroma, flatnessOf(aligned) / unusual.mouthFlatness)),
    eyeCover: Math.max(
      0,
      darkness(0.5) / unusual.eyeDarkness,
      darkness(0.9) / unusual.eyeDarknessOfBrightest,
      Math.min(leftChroma!, rightChroma!) / unusual.eyeChroma,
    ),
  }
}

/** One over how much the rows go up and down between nose and chin: lips and chin do, cloth hardly; a slope does not count. */
function flatnessOf(aligned: Raster): number {
  const { left, top, width, height } = places.upperLipToChin
  const rows = Array.from(
    { length: height },
    (_, i) => colourOf(aligned, { left, top: top + i, width, height: 1 }).luma,
  )
  let variation = 0
  for (let i = 2; i < height; i++) variation += Math.abs(rows[i]! - rows[i - 2]!)
  const relief = variation - 2 * Math.abs(rows.at(-1)! - rows[0]!)
  const light = rows.reduce((sum, luma) => sum + luma, 0) / height
  return (light + 10) / Math.max(relief, Number.EPSILON)
}

const chromaBetween = (one: Colour, other: Colour): number => Math.hypot(one.cb - other.cb, one.cr - other.cr)

const mean = (one: Colour, other: Colour): Colour => ({
  luma: (one.luma + other.luma) / 2,
  cb: (one.cb + other.cb) / 2,
  cr: (one.cr + other.cr) / 2,
})

/** Sorted, without the rectangle's rim, where spectacles and brows are. */
function lumasOf({ words, width }: Raster, { left, top, width: columns, height: rows }: Rectangle): Float64Array {
  const lumas = new Float64Array((columns - 2) * (rows - 3))
  let count = 0
  for (let y = top + 2; y < top + rows - 1; y++) {
    for (let i = y * width + left + 1; i < y * width + left + columns - 1; i++) lumas[count++] = lumaOfWord(words[i]!)
  }
  return lumas.sort()
}

const quantile = (sorted: Float64Array, share: number): number => sorted[Math.floor(share * sorted.length)]!

function colourOf({ words, width }: Raster, { left, top, width: columns, height: rows }: Rectangle): Colour {
  let red = 0
  let green = 0
  let blue = 0
  for (let y = top; y < top + rows; y++) {
    for (let i = y * width + left; i < y * width + left + columns; i++) {
      const word = words[i]!
      red += word & 255
      green += (word >>> 8) & 255
      blue += (word >>> 16) & 255
    }
  }
  const count = columns * rows
  const luma = (0.299 * red + 0.587 * green + 0.114 * blue) / count
  return { luma, cb: 0.564 * (blue / count - luma), cr: 0.713 * (red / count - luma) }
}
