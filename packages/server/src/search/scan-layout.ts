import { MienError } from '@mien/shared/errors'

/**
 * Where things lie. A memory (arena) begins with a scratch area for each thread; segments of one size follow, whatever the dimension, so
 * that what one block gives back fits any other.
 */

/**
 * Of a segment. A block takes whole ones, so that a small gallery takes more than it needs; but each that a scan begins costs it 2.5 us,
 * until the processor reads ahead again: a quarter of the time at 256 KiB, 5 % at this size (measured at a million vectors).
 */
export const segmentBytes = 2 ** 20

/** Of a thread's scratch area. */
export const scratchBytes = 65_536

/** Of an arena: address space; memory of the machine only where something was written. */
export const arenaBytes = 268_435_456

const dimensionLimits = { multipleOf: 16, greatest: 4096 } as const

/** The best that a scan can keep. */
export const mostKept = 2048

/** Rows that lie together, component by component: see kernel.wat. */
export const rowsOfTile = 4

/** Addresses within a scratch area. */
export const scratch = {
  /** int16 x dimension */
  query: 0,
  /** f32 x mostKept */
  scores: 8192,
  /** int32 x mostKept */
  places: 16_384,
  /** f32 x dimension */
  input: 24_576,
  /** big-endian half x dimension */
  halves: 40_960,
  /** f32 */
  lost: 49_152,
} as const

/** Bytes of an id. */
export const idBytes = 16

/** Of a segment: f32 scale x rows, then tiles, then ids. */
export interface SegmentLayout {
  readonly rows: number
  /** Addresses within the segment. */
  readonly tiles: number
  readonly ids: number
}

/** @throws MienError TEMPLATE_DIMENSION */
export function layoutOf(dimension: number): SegmentLayout {
  const { multipleOf, greatest } = dimensionLimits
  if (!(dimension > 0 && dimension <= greatest && dimension % multipleOf === 0))
    throw new MienError('TEMPLATE_DIMENSION')
  // Whole tiles, which begin at a cache line: at most 60 bytes more than the scales.
  const rows = Math.floor((segmentBytes - 60) / (4 + dimension + idBytes) / rowsOfTile) * rowsOfTile
  const tiles = Math.ceil((rows * 4) / 64) * 64
  return { rows, tiles, ids: tiles + rows * dimension }
}

/** Where a row's first sixteen components lie: the next sixteen are 64 bytes further, and so on. */
export const addressOfRow = (tiles: number, row: number, dimension: number): number =>
  tiles + (row - (row % rowsOfTile)) * dimension + (row % rowsOfTile) * 16
