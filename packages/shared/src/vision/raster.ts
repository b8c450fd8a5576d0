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
