import type { Raster } from './raster.ts'
import type { Box, LightFacts, LinearRgb } from './types.ts'

/** Half axes of the ellipse of skin inside a face's box, and where everything that is not the face begins; in parts of the box. */
const skin = { x: 0.36, y: 0.4 } as const
const surroundingsScale = 1.3

/** A channel at or above holds no more light than that, and one below no more than noise. */
const brightest = 250
const darkest = 4

/** Pixels without which a mean says nothing, and means near to where pixels are clipped: then those that are left are a choice. */
const leastPixels = 200
const usable = { least: 0.004, most: 0.85 } as const

/**
 * Mean light that comes from a face and from what is around it, above the chin, where there is enough to tell. Pixels that are clipped
 * are left out: their colour is not that of the scene.
 */
export function measureLight(image: Raster, box: Box): LightFacts {
  const centreX = box.x + box.width / 2
  const centreY = box.y + box.height / 2
  const face = createMean()
  const around = createMean()
  const rows = Math.min(image.height, Math.ceil(box.y + box.height))
  for (let y = 0; y < rows; y++) {
    const offsetY = (y - centreY) / box.height
    for (let x = 0; x < image.width; x++) {
      const offsetX = (x - centreX) / box.width
      const isSkin = (offsetX / skin.x) ** 2 + (offsetY / skin.y) ** 2 < 1
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
