import { bytesOfTable, createPlaceTable } from './place-table.ts'
import { addressOfRow, idBytes, layoutOf, rowsOfTile, segmentBytes } from './scan-layout.ts'
import { segmentWords } from './segment-scan.ts'
import type { Segment, SegmentStore } from './segment-store.ts'
import type { UuidWords } from './uuid-words.ts'
import type { BlockAllowance } from './vector-block.ts'

/** Where a row lies. */
export interface RowAt {
  readonly segment: Segment
  /** Addresses in the segment's arena. */
  readonly scale: number
  readonly row: number
  readonly id: number
}

/**
 * The rows of a block: which there are, under which id, and which are free. A row never moves, so that a scan that is under way passes each
 * one once. A row that is removed is taken by a later one.
 */
export interface BlockRows {
  /** Live ones. */
  readonly size: number
  /** Memory taken. */
  readonly bytes: number
  /** @returns its place, or -1 */
  find(id: UuidWords): number
  /** A place for one more, which no scan sees before it has a scale. @throws MienError OVERLOADED */
  take(): number
  /** It is live now. */
  add(id: UuidWords, place: number, scale: number): void
  /** Of a live one. */
  setScale(place: number, scale: number): void
  /** Empties a place: one that was taken, or live under this id. */
  drop(place: number, id?: UuidWords): void
  at(place: number): RowAt
  isLive(place: number): boolean
  readId(place: number): UuidWords
  /** For a scan: see `ScanJob`. */
  segments(): Int32Array
  /** Gives back segments that became empty. Not while one is scanned. */
  giveEmpty(): void
  release(): void
}

/** A segment as a part of the block. */
interface Part {
  readonly segment: Segment
  live: number
  /** Rows that were ever taken. */
  used: number
  /** The first of the free ones among them, or -1; each has the number of the next where its id was. */
  free: number
}

/** What the allowance is asked for. */
const chargeOf = (segments: number, tableBytes: number): number => segments * segmentBytes + tableBytes

/** What a block of so many vectors takes. */
export const bytesOfBlock = (vectors: number, dimension: number): number =>
  chargeOf(Math.max(1, Math.ceil(vectors / layoutOf(dimension).rows)), bytesOfTable(vectors))

export interface BlockRowsOptions {
  readonly dimension: number
  readonly expected: number
  readonly store: SegmentStore
  readonly allowance: BlockAllowance
}

/** Bits of a single-precision number, to be stored at once. */
const asFloat = new Float32Array(1)
const asBits = new Int32Array(asFloat.buffer)

const none = -1

export function createBlockRows({ dimension, expected, store, allowance }: BlockRowsOptions): BlockRows {
  const layout = layoutOf(dimension)
  const aside = bytesOfBlock(expected, dimension)
  allowance.take(aside)
  let charged = aside
  const stored = new Int32Array(idBytes / 4)
  const table = createPlaceTable(expected, readId)
  /** By number; a number whose segment was given back is free for the next. */
  const parts: (Part | undefined)[] = []
  /** Numbers of parts with room; the last is filled first. */
  const open: number[] = []
  let held = 0
  let size = 0
  let isAnyEmpty = false

  const numberOf = (place: number) => Math.floor(place / layout.rows)
  const partOf = (place: number) => parts[numberOf(place)]
  const hasRoom = (part: Part) => part.free !== none || part.used < layout.rows

  function at(place: number): RowAt {
    const { segment } = partOf(place)!
    const row = place % layout.rows
    return {
      segment,
      scale: segment.at + row * 4,
      row: segment.at + addressOfRow(layout.tiles, row, dimension),
      id: segment.at + layout.ids + row * idBytes,
    }
  }

  function readId(place: number): UuidWords {
    const { segment } = partOf(place)!
    const begin = (segment.at + layout.ids + (place % layout.rows) * idBytes) / 4
    const { words } = segment.arena
    for (let i = 0; i < stored.length; i++) stored[i] = words[begin + i]!
    return stored
  }

  function writeScale({ segment, scale }: RowAt, value: number): void {
    asFloat[0] = value
    // After all that was written before, for whoever scans it.
    Atomics.store(segment.arena.words, scale / 4, asBits[0]!)
  }

  /** Takes what is needed beyond what is put aside, and gives back what is not any more. */
  function charge(segments: number, tableBytes: number): void {
    const needed = Math.max(aside, chargeOf(segments, tableBytes))
    if (needed > charged) allowance.take(needed - charged)
    else if (needed < charged) allowance.give(charged - needed)
    charged = needed
  }

  function openPart(): number {
    charge(held + 1, table.bytesFor(size + 1))
    const segment = store.take()
    held++
    const number = parts.indexOf(undefined)
    const begin = segment.at / 4
    segment.arena.floats.fill(Number.NaN, begin, begin + layout.rows)
    const part = { segment, live: 0, used: 0, free: none }
    if (number === none) return parts.push(part) - 1
    parts[number] = part
    return number
  }

  function closePart(number: number): void {
    store.give(parts[number]!.segment)
    parts[number] = undefined
    if (open.includes(number)) open.splice(open.indexOf(number), 1)
    held--
  }

  return {
    get size() {
      return size
    },
    get bytes() {
      return charged
    },
    find: (id) => table.find(id),
    take() {
      charge(held, table.bytesFor(size + 1))
      if (open.length === 0) open.push(openPart())
      const number = open.at(-1)!
      const part = parts[number]!
      let row = part.free
      if (row === none) row = part.used++
      else part.free = part.segment.arena.words[at(number * layout.rows + row).id / 4]!
      if (!hasRoom(part)) open.pop()
      return number * layout.rows + row
    },
    add(id, place, scale) {
      const row = at(place)
      row.segment.arena.words.set(id, row.id / 4)
      table.add(id, place)
      partOf(place)!.live++
      size++
      writeScale(row, scale)
    },
    setScale: (place, scale) => writeScale(at(place), scale),
    drop(place, id) {
      const row = at(place)
      const part = partOf(place)!
      writeScale(row, Number.NaN)
      if (id !== undefined) {
        table.remove(id)
        part.live--
        size--
      }
      const { kernel, words } = row.segment.arena
      kernel.clear(row.row, dimension)
      words.fill(0, row.id / 4, (row.id + idBytes) / 4)
      if (!hasRoom(part)) open.push(numberOf(place))
      words[row.id / 4] = part.free
      part.free = place % layout.rows
      isAnyEmpty ||= part.live === 0
    },
    at,
    isLive(place) {
      const part = partOf(place)
      return part !== undefined && !Number.isNaN(part.segment.arena.floats[at(place).scale / 4])
    },
    readId,
    segments() {
      const words = new Int32Array(held * segmentWords)
      let to = 0
      for (const [number, part] of parts.entries()) {
        if (part === undefined || part.live === 0) continue
        const { segment, used } = part
        words[to] = segment.number
        words[to + 1] = segment.at
        words[to + 2] = Math.ceil(used / rowsOfTile)
        words[to + 3] = number * layout.rows
        to += segmentWords
      }
      return words.slice(0, to)
    },
    giveEmpty() {
      if (!isAnyEmpty) return
      isAnyEmpty = false
      for (const [number, part] of parts.entries()) if (part?.live === 0) closePart(number)
      charge(held, table.bytes)
    },
    release() {
      for (const [number, part] of parts.entries()) if (part !== undefined) closePart(number)
      table.clear()
      size = 0
      allowance.give(charged)
      charged = 0
    },
  }
}
