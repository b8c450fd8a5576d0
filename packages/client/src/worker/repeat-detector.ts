import { toRaster } from '@mien/shared/vision/raster'
import type { RgbaImage } from '@mien/shared/vision/types'

/**
 * Tells whether a frame's pixels are those of the frame before, to the last bit. A living scene differs within the first
 * few pixels; only a frame that does repeat is read to its end.
 */
export function createRepeatDetector(): (image: RgbaImage) => boolean {
  let before: RgbaImage | undefined
  return (image) => {
    const repeats = before !== undefined && isSame(before, image)
    before = image
    return repeats
  }
}

function isSame(one: RgbaImage, other: RgbaImage): boolean {
  if (one.width !== other.width || one.height !== other.height) return false
  const [a, b] = [toRaster(one).words, toRaster(other).words]
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
