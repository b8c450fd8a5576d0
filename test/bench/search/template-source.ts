import {
  createSyntheticGallery,
  maxProbesEach,
  personOfRow,
  type SyntheticProbe,
} from '../../fixtures/synthetic-gallery.ts'

/** The cosine that somebody is searched by, and who it is. */
export type SearchProbe = SyntheticProbe

/** Templates to enroll, and probes to search with. */
export interface TemplateSource {
  readonly name: string
  readonly dimension: number
  readonly rows: number
  readonly probes: readonly SearchProbe[]
  /** What a reader has to know of it. */
  readonly notes: readonly string[]
  personOf(row: number): number
  /** A unit vector. */
  write(row: number, out: Float32Array, at?: number): void
}

const seed = 1
/** Rows that every gallery has: whoever is looked for is in all of them. */
const commonRows = 10_000

/**
 * @param probes half of them of somebody enrolled, in turns
 * @param firstRow a multiple of 10,000: sources with other rows have other people
 */
export function syntheticSource(rows: number, probes: number, firstRow = 0): TemplateSource {
  const gallery = createSyntheticGallery(512, seed)
  const among = Math.min(rows, commonRows)
  return {
    name: rows.toLocaleString('en'),
    dimension: gallery.dimension,
    rows,
    probes: Array.from({ length: probes }, (_, i) =>
      i % 2 === 0
        ? gallery.matedProbe(firstRow + Math.floor((i * among) / probes), i % maxProbesEach)
        : gallery.strangerProbe(i),
    ),
    notes: [],
    personOf: (row) => personOfRow(firstRow + row),
    write: (row, out, at) => gallery.write(firstRow + row, out, at),
  }
}
