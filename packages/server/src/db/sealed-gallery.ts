import { setImmediate as nextTurn } from 'node:timers/promises'
import { packedCosine, unpackComponents } from '../domain/packed-template.ts'
import type { IndexHit } from '../domain/ports.ts'

/** Rows that memory is taken for at once. */
const blockRows = 64

/** Rows that are compared at once: some two milliseconds, in which nothing else of the process runs. */
const sliceRows = 2000

/** Comparisons that are begun anew because the gallery changed meanwhile; the next one lets nothing come between. */
const restarts = 3

/** Of a row beside its components: two ids as text and its place in a map. By judgement, on the high side. */
const rowBytes = 400

const bytesOfBlock = (dimension: number) => blockRows * (2 * dimension + rowBytes)

/** What a gallery of so many faces takes. */
export const bytesOfGallery = (faces: number, dimension: number): number =>
  Math.ceil(faces / blockRows) * bytesOfBlock(dimension)

export interface OpenedFace {
  readonly id: string
  readonly subjectId: string
  readonly keyVersion: number
  /** As `packTemplate` made it. */
  readonly packed: Uint8Array
}

/** Where the memory comes from. */
export interface Allowance {
  /** @throws MienError OVERLOADED when there is no more */
  take(bytes: number): void
  give(bytes: number): void
  /** What was put aside and not taken goes back. */
  settle(): void
}

/** The opened templates of one gallery and model, in this process's memory alone. */
export interface SealedGallery {
  /** The change that it is up to. */
  cursor: bigint
  /** The face that it was of; null: not known. */
  lastChanged: string | null
  /** Emptied: whoever still has it has to take another one. */
  readonly isReleased: boolean
  /** That it has taken. */
  readonly bytes: number
  /** Instead of one of the same id. One of another length than the first is left out. @throws MienError OVERLOADED when there is no memory */
  put(face: OpenedFace): void
  remove(faceId: string): void
  /** Exact: every face of the version is compared, as they were at one moment. Best first. Lets others run between. */
  nearest(vector: Float32Array, keyVersion: number, limit: number): Promise<readonly IndexHit[]>
  /** Overwrites what it holds. */
  release(): void
}

interface Row {
  readonly id: string
  readonly subjectId: string
  readonly keyVersion: number
}

export function createSealedGallery(allowance: Allowance, cursor: bigint): SealedGallery {
  const rows: Row[] = []
  const places = new Map<string, number>()
  const blocks: Int16Array[] = []
  let dimension = 0
  let isReleased = false
  /** Goes on with each change. */
  let revision = 0

  const startOf = (place: number) => (place % blockRows) * dimension
  const blockOf = (place: number) => blocks[Math.floor(place / blockRows)]!
  const componentsAt = (place: number) => blockOf(place).subarray(startOf(place), startOf(place) + dimension)

  const dropBlock = () => {
    blocks.pop()?.fill(0)
    allowance.give(bytesOfBlock(dimension))
  }

  const nextPlace = (): number => {
    if (rows.length === blocks.length * blockRows) {
      allowance.take(bytesOfBlock(dimension))
      blocks.push(new Int16Array(blockRows * dimension))
    }
    return rows.length
  }

  const compare = (place: number, vector: Float32Array, keyVersion: number, best: IndexHit[], limit: number) => {
    const row = rows[place]!
    if (row.keyVersion !== keyVersion) return
    const score = packedCosine(vector, blockOf(place), startOf(place))
    const isAmong = best.length < limit || score > best.at(-1)!.score
    if (isAmong && Number.isFinite(score)) insert(best, { subjectId: row.subjectId, score }, limit)
  }

  return {
    cursor,
    lastChanged: null,
    get isReleased() {
      return isReleased
    },
    get bytes() {
      return blocks.length * bytesOfBlock(dimension)
    },
    put({ packed, ...row }) {
      revision++
      if (dimension === 0) dimension = packed.length / 2
      if (packed.length !== 2 * dimension) return
      const place = places.get(row.id) ?? nextPlace()
      rows[place] = row
      places.set(row.id, place)
      unpackComponents(packed, componentsAt(place))
    },
    remove(faceId) {
      const place = places.get(faceId)
      if (place === undefined) return
      revision++
      // The last one takes its place.
      const end = rows.length - 1
      const moved = rows[end]!
      componentsAt(place).set(componentsAt(end))
      componentsAt(end).fill(0)
      rows[place] = moved
      places.set(moved.id, place)
      rows.pop()
      places.delete(faceId)
      if (rows.length === (blocks.length - 1) * blockRows) dropBlock()
    },
    async nearest(vector, keyVersion, limit) {
      if (vector.length !== dimension) return []
      for (let begun = 0; ; begun++) {
        const [best, at]: [IndexHit[], number] = [[], revision]
        let from = 0
        while (from < rows.length && revision === at) {
          const to = Math.min(from + sliceRows, rows.length)
          for (let place = from; place < to; place++) compare(place, vector, keyVersion, best, limit)
          from = to
          if (from < rows.length && begun < restarts) await nextTurn()
        }
        if (revision === at) return best
      }
    },
    release() {
      if (isReleased) return
      isReleased = true
      revision++
      while (blocks.length > 0) dropBlock()
      allowance.settle()
      rows.length = 0
      places.clear()
    },
  }
}

/** Keeps the best, in order. */
function insert(best: IndexHit[], hit: IndexHit, limit: number): void {
  let at = best.length
  while (at > 0 && best[at - 1]!.score < hit.score) at--
  best.splice(at, 0, hit)
  if (best.length > limit) best.pop()
}
