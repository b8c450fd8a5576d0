import type { Raster, Region } from './raster.ts'

/** Which axes are halved at once; at least one. */
export interface Halving {
  readonly x: boolean
  readonly y: boolean
}

/** What becomes of one channel: byte * scale + offset, in float64. */
export interface Plane {
  /** Bits that the channel lies up in a word: 0 red, 8 green, 16 blue. */
  readonly shift: number
  readonly scale: number
  readonly offset: number
}

/**
 * The work that every pixel of a picture takes part in. Every implementation gives the same numbers to the last bit: which one there is
 * depends on the host, and a template must not.
 */
export interface PixelArithmetic {
  /**
   * Halves a part of the image once or more, averaging neighbours and rounding half up; the last row or column of an odd size is dropped.
   *
   * @param halvings none of an axis that is one pixel long by then
   */
  reduce(source: Raster, region: Region, halvings: readonly Halving[]): Raster
  /** @param data written to: shape [planes, height, width] flat */
  pack(image: Raster, planes: readonly Plane[], data: Float32Array): void
}
