import type { Raster } from './raster.ts'
import type { Box, LightFacts, LinearRgb } from './types.ts'

/**
 * Half axes of the ellipse of skin inside a face's box, whose middle is a little above that of the box, and where everything that is not the
 * face begins; in parts of the box. Small, since a head that moves has hair and wall at its sides, and a mouth that speaks below.
 */
const skin = { x: 0.3, y: 0.34, above: 0.04 } as const
const surroundingsScale = 1.3

/** A channel at or above holds no more light than that, and one below no more than noise. */
const brightest = 250
const darkest = 4

/** Pixels without which a mean says nothing, and means near to where pixels are clipped: then those that are left are a choice. */
const leastPixels = 200
const usable = { least: 0.004, most: 0.85 } as const

/**
 * Light that comes from a face and from what is around it, above the chin, where there is enough to tell. Of a face, whose brightness is
 * much the same all over, the mean of the pixels that are not clipped. Around it there are windows and walls, parts of which are clipped
 * under one colour and not under the next: there the middle half, in which all pixels have a place.
 */
export function measureLight(image: Raster, box: Box): LightFacts {
  const centreX = box.x + box.width / 2
  const centreY = box.y + box.height / 2
  const face = createMean()
  const around = createMiddle()
  const rows = Math.min(image.height, Math.ceil(box.y + box.height))
  for (let y = 0; y < rows; y++) {
    const offsetY = (y - centreY) / box.height
    for (let x = 0; x < image.width; x++) {
      const offsetX = (x - centreX) / box.width
      const isSkin = (offsetX / skin.x) ** 2 + ((offsetY + skin.above) / skin.y) ** 2 < 1
      const isAround = Math.max(Math.abs(offsetX), Math.abs(offsetY)) > surroundingsScale / 2
      if (isSkin || isAround) (isSkin ? face : around).add(image.words[y * image.width + x]!)
    }
  }
  return { face: face.value(), around: around.value() }
}

/** sRGB's transfer function (IEC 61966-2-1), 0..255 -> 0..1. */
const linear = Float64Array.from({ length: 256 }, (_, value) => {
  const share = value / 255
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
})

function createMean() {
  let [red, green, blue, count] = [0, 0, 0, 0]
  return {
    /** @param word 0xAABBGGRR */
    add(word: number): void {
      const [r, g, b] = [word & 255, (word >>> 8) & 255, (word >>> 16) & 255]
      if (Math.max(r, g, b) >= brightest || Math.min(r, g, b) < darkest) return
      red += linear[r]!
      green += linear[g]!
      blue += linear[b]!
      count++
    },
    value(): LinearRgb | null {
      const mean = [red / count, green / count, blue / count] as const
      const isUsable = Math.min(...mean) >= usable.least && Math.max(...mean) <= usable.most
      return count >= leastPixels && isUsable ? mean : null
    },
  }
}

/** The mean of the middle half by rank (interquartile mean), of each channel by itself. Clipped pixels have their ranks too. */
function createMiddle() {
  const channels = [0, 8, 16].map((shift) => ({ shift, counts: new Uint32Array(256) }))
  let count = 0
  return {
    /** @param word 0xAABBGGRR */
    add(word: number): void {
      for (const { shift, counts } of channels) counts[(word >>> shift) & 255]!++
      count++
    },
    value(): LinearRgb | null {
      if (count < leastPixels) return null
      const [red, green, blue] = channels.map(({ counts }) => middleOf(counts, count))
      return red && green && blue ? [red, green, blue] : null
    },
  }
}

/** @returns undefined where a part of the middle half is clipped, or all of it is dark */
function middleOf(counts: Uint32Array, count: number): number | undefined {
  const [from, to] = [count / 4, (3 * count) / 4]
  let [below, sum] = [0, 0]
  for (let value = 0; below < to; value++) {
    const taken = Math.min(to, below + counts[value]!) - Math.max(from, below)
    if (taken > 0 && value >= brightest) return undefined
    sum += Math.max(0, taken) * linear[value]!
    below += counts[value]!
  }
  const mean = sum / (to - from)
  return mean >= usable.least ? mean : undefined
}
