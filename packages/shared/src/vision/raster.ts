import type { RgbaImage } from './types.ts'

/**
 * An image as one 32-bit word a pixel, so that a pixel is read and written at once. Byte order in a word is that of
 * the machine; every platform that runs WebAssembly or V8 is little-endian: red is the lowest byte.
 */
export interface Raster {
  /** Shape [height, width] flat; 0xAABBGGRR. */
  readonly words: Uint32Array
  readonly width: number
  readonly height: number
}

/** A view of the image's own memory where its alignment allows it, else a copy. */
export function toRaster({ data, width, height }: RgbaImage): Raster {
  const aligned = data.byteOffset % 4 === 0 ? data : data.slice()
  return { words: new Uint32Array(aligned.buffer, aligned.byteOffset, width * height), width, height }
}

export const toRgbaImage = ({ words, width, height }: Raster): RgbaImage => ({
  data: new Uint8ClampedArray(words.buffer, words.byteOffset, words.length * 4),
  width,
  height,
})

/** Whole pixels that lie inside a raster. */
export interface Region {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/**
 * Halves one or both axes of a part of the image by averaging neighbours, rounding half up; the last row or column of an odd size is dropped.
 *
 * Two channels are added at once in the 16-bit halves of a word: the sum of four bytes plus two is at most 1022.
 */
export function halveRaster(source: Raster, region: Region, halveX: boolean, halveY: boolean): Raster {
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
