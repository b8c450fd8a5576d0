import type { ScanArena } from './scan-arena.ts'
import { layoutOf, scratch, scratchBytes } from './scan-layout.ts'
import { quantiseQuery } from './scan-query.ts'

/** What a thread is to scan. */
export interface ScanJob {
  readonly dimension: number
  /** Finite. */
  readonly query: Float32Array
  /** `segmentWords` each: arena, address, tiles, place of the first row. */
  readonly segments: Int32Array
  /** The best that are kept, at most `mostKept`. */
  readonly keep: number
}

export const segmentWords = 4

/** Best first. */
export interface ScanFound {
  readonly places: Int32Array
  readonly scores: Float32Array
}

/**
 * Scans segments one after the other, wherever they lie.
 *
 * @param arenaOf by number
 * @param slot of the scratch area, nobody else's meanwhile
 */
export function scanSegments(arenaOf: (number: number) => ScanArena, slot: number, job: ScanJob): ScanFound {
  const { dimension, query, segments, keep } = job
  const { tiles } = layoutOf(dimension)
  const at = slot * scratchBytes
  const [scores, places] = [at + scratch.scores, at + scratch.places]
  let arena: ScanArena | undefined
  let step = 0
  for (let i = 0; i < segments.length; i += segmentWords) {
    const next = arenaOf(segments[i]!)
    if (next !== arena) {
      step = quantiseQuery(query, next.halfwords.subarray((at + scratch.query) / 2))
      if (arena === undefined) next.floats.fill(Number.NEGATIVE_INFINITY, scores / 4, scores / 4 + keep)
      else moveBest(arena, next, at, keep)
      arena = next
    }
    const segment = segments[i + 1]!
    const [count, base] = [segments[i + 2]!, segments[i + 3]!]
    arena.kernel.scan(segment, segment + tiles, count, dimension, at + scratch.query, scores, places, keep, base)
  }
  return arena === undefined ? nothing : readBest(arena, at, keep, step)
}

const nothing: ScanFound = { places: new Int32Array(0), scores: new Float32Array(0) }

/** The best so far go on in the next memory. */
function moveBest(from: ScanArena, to: ScanArena, at: number, keep: number): void {
  for (const begin of [(at + scratch.scores) / 4, (at + scratch.places) / 4])
    to.words.set(from.words.subarray(begin, begin + keep), begin)
}

function readBest({ floats, words }: ScanArena, at: number, keep: number, step: number): ScanFound {
  const [scores, places] = [(at + scratch.scores) / 4, (at + scratch.places) / 4]
  let count = 0
  while (count < keep && floats[scores + count]! > Number.NEGATIVE_INFINITY) count++
  return {
    places: words.slice(places, places + count),
    scores: floats.slice(scores, scores + count).map((score) => score * step),
  }
}
