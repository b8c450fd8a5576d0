import { MienError } from '@mien/shared/errors'
import { createBlockRows } from './block-rows.ts'
import { createPlaceLog, type PlaceChanges } from './place-log.ts'
import type { ScanArena } from './scan-arena.ts'
import { mostKept, rowsOfTile, scratch } from './scan-layout.ts'
import { errorBoundOf } from './scan-query.ts'
import type { ScanFound, ScanJob } from './segment-scan.ts'
import type { SegmentStore } from './segment-store.ts'
import { bytesOf } from './split-scan.ts'
import { readUuid, writeUuid } from './uuid-words.ts'
import { type BlockOptions, mostHits, type ScanHit, type VectorBlock } from './vector-block.ts'

export interface VectorBlockParts {
  readonly store: SegmentStore
  /** In a thread. */
  readonly scan: (job: ScanJob) => Promise<ScanFound>
  /** Here and now. */
  readonly scanHere: (job: ScanJob) => ScanFound
}

/** Of vectors: scanned here and now up to this many bytes, at most some 50 microseconds; to ask a thread alone costs about 25. */
const fewBytes = 2 ** 20

/** Hits beyond those that are asked for, in the place of those that are removed while the scan goes on. */
const spare = 16

interface Candidate {
  readonly place: number
  readonly score: number
}

interface Outcome {
  readonly hits: readonly ScanHit[]
  /** How many the scan itself found. */
  readonly scanned: number
}

const untouched: PlaceChanges = { touched: new Set(), replaced: new Set() }

export function createVectorBlock(options: BlockOptions, { store, scan, scanHere }: VectorBlockParts): VectorBlock {
  const { dimension, expected, allowance = { take() {}, give() {} } } = options
  const rows = createBlockRows({ dimension, expected, store, allowance })
  const id = new Int32Array(4)
  const log = createPlaceLog()
  let worstLost = 0
  let isReleased = false

  const requireOpen = () => {
    if (isReleased) throw new MienError('GONE', { message: 'The block was released' })
  }

  /** In a quiet moment: a scan that is under way may still read them. */
  const giveEmpty = () => {
    if (!log.isWatched && !isReleased) rows.giveEmpty()
  }

  /** From the scratch area. */
  function quantise({ kernel, floats }: ScanArena, row: number): number {
    const scale = kernel.quantise(scratch.input, row, dimension, scratch.lost)
    if (!Number.isFinite(scale)) throw new MienError('TEMPLATE_NOT_FINITE')
    worstLost = Math.max(worstLost, floats[scratch.lost / 4]!)
    return scale
  }

  /** @param load puts the components into the main thread's scratch area, which is the first of the arena */
  function write(text: string, load: (arena: ScanArena) => void): void {
    requireOpen()
    readUuid(text, id)
    const known = rows.find(id)
    const isNew = known < 0
    const place = isNew ? rows.take() : known
    try {
      const { segment, row } = rows.at(place)
      load(segment.arena)
      const scale = quantise(segment.arena, row)
      if (isNew) rows.add(id, place, scale)
      else rows.setScale(place, scale)
      if (isNew) log.touch(place)
      else log.replace(place)
    } catch (error) {
      if (isNew) rows.drop(place)
      throw error
    }
  }

  /** The score of what is at a place now, as the kernel would give it. */
  function scoreAt(place: number, vector: Float32Array): number {
    const { segment, row, scale } = rows.at(place)
    const { octets, floats } = segment.arena
    let sum = 0
    for (let i = 0; i < dimension; i++) sum += vector[i]! * octets[row + addressOfComponent(i)]!
    return sum * floats[scale / 4]!
  }

  const toHit = ({ place, score }: Candidate): ScanHit => ({ id: writeUuid(rows.readId(place)), score })

  /** Who was replaced meanwhile is scored as it is now, and who was removed is left out. */
  function settle(
    { places, scores }: ScanFound,
    { touched, replaced }: PlaceChanges,
    vector: Float32Array,
  ): Candidate[] {
    const candidates = Array.from(places, (place, i) => ({ place, score: scores[i]! }))
    if (touched.size === 0) return candidates
    const changed = [...new Set([...replaced, ...places])].filter((place) => touched.has(place) && rows.isLive(place))
    return candidates
      .filter(({ place }) => !touched.has(place))
      .concat(changed.map((place) => ({ place, score: scoreAt(place, vector) })))
      .sort((one, other) => other.score - one.score)
  }

  /** Names them while their places are theirs. */
  const toOutcome = (candidates: readonly Candidate[], { places }: ScanFound, count: number): Outcome => ({
    hits: candidates.slice(0, count).map(toHit),
    scanned: places.length,
  })

  /** Takes note of what happens while a thread scans. */
  async function scanWatched(job: ScanJob, count: number): Promise<Outcome> {
    const watch = log.watch()
    try {
      const found = await scan(job)
      requireOpen()
      return toOutcome(settle(found, watch.changes(), job.query), found, count)
    } finally {
      watch.end()
      giveEmpty()
    }
  }

  function scanAtOnce(job: ScanJob, count: number): Outcome {
    const found = scanHere(job)
    return toOutcome(settle(found, untouched, job.query), found, count)
  }

  return {
    dimension,
    get size() {
      return rows.size
    },
    get bytes() {
      return rows.bytes
    },
    get errorBound() {
      return errorBoundOf(dimension, worstLost)
    },
    put(text, vector) {
      if (vector.length !== dimension) throw new MienError('TEMPLATE_DIMENSION')
      write(text, ({ floats }) => floats.set(vector, scratch.input / 4))
    },
    putHalf(text, halves) {
      if (halves.length !== dimension * 2) throw new MienError('TEMPLATE_DIMENSION')
      write(text, ({ bytes, kernel }) => {
        bytes.set(halves, scratch.halves)
        if (kernel.widen(scratch.halves, scratch.input, dimension) === 0) throw new MienError('TEMPLATE_NOT_FINITE')
      })
    },
    remove(text) {
      requireOpen()
      readUuid(text, id)
      const place = rows.find(id)
      if (place < 0) return false
      rows.drop(place, id)
      log.touch(place)
      giveEmpty()
      return true
    },
    async nearest(vector, count) {
      requireOpen()
      requireQuery(vector, dimension, count)
      for (let keep = count + spare; ; keep = Math.min(mostKept, keep * 2)) {
        const job = { dimension, query: vector, segments: rows.segments(), keep }
        const isSmall = bytesOf(job) <= fewBytes
        const { hits, scanned } = isSmall ? scanAtOnce(job, count) : await scanWatched(job, count)
        // So many of the best were removed meanwhile that those behind them may count. Fewer than were asked for are all that there are.
        const isShort = hits.length < count && scanned === keep && keep < mostKept
        if (!isShort) return hits
      }
    },
    release() {
      if (isReleased) return
      isReleased = true
      rows.release()
    },
  }
}

/** Where a component of a row lies behind its first. */
const addressOfComponent = (i: number): number => (i - (i % 16)) * rowsOfTile + (i % 16)

function requireQuery(vector: Float32Array, dimension: number, count: number): void {
  if (vector.length !== dimension) throw new MienError('TEMPLATE_DIMENSION')
  if (!vector.every(Number.isFinite)) throw new MienError('TEMPLATE_NOT_FINITE')
  if (!(Number.isInteger(count) && count >= 1 && count <= mostHits)) throw new MienError('PARAM_INVALID')
}
