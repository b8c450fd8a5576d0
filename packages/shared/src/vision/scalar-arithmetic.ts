import type { Halving, PixelArithmetic, Plane } from './pixel-arithmetic.ts'
import type { Raster, Region } from './raster.ts'

/** A pixel at a time: what the others are compared with, and for hosts that have nothing faster. */
export const scalarArithmetic: PixelArithmetic = {
  reduce(source, region, halvings) {
    let raster = source
    let part = region
    for (const halving of halvings) {
      raster = halve(raster, part, halving)
      part = { left: 0, top: 0, width: raster.width, height: raster.height }
    }
    return raster
  },
  pack({ words }, planes, data) {
    const size = words.length
    planes.forEach((plane, i) => void packPlane(words, plane, data.subarray(i * size, (i + 1) * size)))
  },
}

/** Two channels are added at once in the 16-bit halves of a word: the sum of four bytes plus two is at most 1022. */
function halve(source: Raster, region: Region, { x: halveX, y: halveY }: Halving): Raster {
  const stepX = halveX ? 2 : 1
  const stepY = halveY ? 2 : 1
  const width = Math.floor(region.width / stepX)
  const height = Math.floor(region.height / stepY)
  const from = source.words
  const words = new Uint32Array(width * height)
  // Along an axis that stays, a pixel is averaged with itself.
  const right = stepX - 1
  const below = (stepY - 1) * source.width
  let at = 0
  for (let y = 0; y < height; y++) {
    let i = (region.top + y * stepY) * source.width + region.left
    for (let x = 0; x < width; x++, i += stepX) {
      const a = from[i]!
      const b = from[i + right]!
      const c = from[i + below]!
      const d = from[i + below + right]!
      const even = (a & 0xff00ff) + (b & 0xff00ff) + (c & 0xff00ff) + (d & 0xff00ff) + 0x20002
      const odd =
        ((a >>> 8) & 0xff00ff) + ((b >>> 8) & 0xff00ff) + ((c >>> 8) & 0xff00ff) + ((d >>> 8) & 0xff00ff) + 0x20002
      words[at++] = ((even >>> 2) & 0xff00ff) | (((odd >>> 2) & 0xff00ff) << 8)
    }
  }
  return { words, width, height }
}

function packPlane(words: Uint32Array, { shift, scale, offset }: Plane, data: Float32Array): void {
  for (let i = 0; i < data.length; i++) data[i] = ((words[i]! >>> shift) & 255) * scale + offset
}
