import type { UuidWords } from './uuid-words.ts'

/**
 * Which place an id has: open addressing, one word an entry; the ids themselves lie with their rows. A map of a million strings would take
 * more than the vectors.
 */
export interface PlaceTable {
  /** Memory that it takes. */
  readonly bytes: number
  /** Memory that it takes once `count` are in it. */
  bytesFor(count: number): number
  /** @returns -1 when it is not there */
  find(id: UuidWords): number
  /** One that is not there. */
  add(id: UuidWords, place: number): void
  /** One that is there. */
  remove(id: UuidWords): void
  clear(): void
}

/** Reads the id at a place, for a moment: the next call writes over it. */
export type ReadId = (place: number) => UuidWords

const least = 1024

/** Entries for so many ids: a power of two, two thirds full at most. */
const entriesFor = (count: number): number => {
  let entries = least
  while (entries * 2 < count * 3) entries *= 2
  return entries
}

export const bytesOfTable = (count: number): number => entriesFor(count) * 4

/** Ids are random or begin with the time, so that any of their words may be the same in all: each counts. Murmur's finish. */
function hashOf(id: UuidWords): number {
  let hash = id[0]!
  for (let i = 1; i < 4; i++) hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) ^ id[i]!
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

const isSame = (a: UuidWords, b: UuidWords) => a[0] === b[0] && a[1] === b[1] && a[2] === b[2] && a[3] === b[3]

/** @param expected ids for which it need not grow */
export function createPlaceTable(expected: number, readId: ReadId): PlaceTable {
  /** Place + 1; 0 is empty. */
  let entries = new Int32Array(entriesFor(expected))
  let count = 0

  const homeOf = (id: UuidWords) => hashOf(id) & (entries.length - 1)
  const after = (entry: number) => (entry + 1) & (entries.length - 1)

  /** Of the id, or the empty one where it would go. */
  function entryOf(id: UuidWords): number {
    let entry = homeOf(id)
    while (entries[entry] !== 0 && !isSame(readId(entries[entry]! - 1), id)) entry = after(entry)
    return entry
  }

  function emptyEntry(id: UuidWords): number {
    let entry = homeOf(id)
    while (entries[entry] !== 0) entry = after(entry)
    return entry
  }

  function grow(size: number): void {
    const old = entries
    entries = new Int32Array(size)
    for (const entry of old) if (entry !== 0) entries[emptyEntry(readId(entry - 1))] = entry
  }

  /** What stands behind a gap and belongs before it moves into it, so that no search ends early. */
  function close(gap: number): void {
    entries[gap] = 0
    for (let entry = after(gap); entries[entry] !== 0; entry = after(entry)) {
      const away = (entry - homeOf(readId(entries[entry]! - 1))) & (entries.length - 1)
      if (away < ((entry - gap) & (entries.length - 1))) continue
      entries[gap] = entries[entry]!
      entries[entry] = 0
      gap = entry
    }
  }

  return {
    get bytes() {
      return entries.length * 4
    },
    bytesFor: (wanted) => Math.max(entries.length, entriesFor(wanted)) * 4,
    find: (id) => entries[entryOf(id)]! - 1,
    add(id, place) {
      const size = Math.max(entries.length, entriesFor(count + 1))
      if (size !== entries.length) grow(size)
      entries[emptyEntry(id)] = place + 1
      count++
    },
    remove(id) {
      close(entryOf(id))
      count--
    },
    clear() {
      entries = new Int32Array(0)
      count = 0
    },
  }
}
