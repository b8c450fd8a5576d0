import type { Buffer } from 'node:buffer'

/** One transaction past the stores, for whoever copies whole tables. */
export interface RawTransaction {
  /** All rows at once: for what is small. */
  query<Row>(statement: string): Promise<readonly Row[]>
  /** What a `select` gives, as one document of PostgreSQL's binary COPY format: exact for every type, and the same in all its versions. */
  copyOut(select: string): Promise<Buffer>
  /** @param target table and columns. @param document as `copyOut` gives it, of these columns */
  copyIn(target: string, document: Uint8Array): Promise<void>
}

/** An open database past the stores, of either engine. */
export interface RawDatabase {
  readonly engine: 'embedded' | 'postgres'
  /** As everything is at one moment, whatever is written meanwhile. */
  readAll<T>(work: (transaction: RawTransaction) => Promise<T>): Promise<T>
  /** As `readAll`, while nobody writes. */
  readAlone<T>(work: (transaction: RawTransaction) => Promise<T>): Promise<T>
  /** All or nothing, while nobody else writes. */
  writeAll<T>(work: (transaction: RawTransaction) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** So that values are written out alike everywhere. */
export const sameText = "set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'; set local extra_float_digits = 1"
