import { rowsOfTile } from './scan-layout.ts'
import { type ScanFound, type ScanJob, segmentWords } from './segment-scan.ts'

/** Bytes of vectors that are worth a thread of their own: half a millisecond. To ask one more takes a twentieth of that. */
const leastPartBytes = 2 ** 24

/** For so many threads at most, in parts of the same size. */
export function splitJob(job: ScanJob, threads: number): readonly ScanJob[] {
  const segments = job.segments.length / segmentWords
  const parts = Math.max(1, Math.min(threads, segments, Math.floor(bytesOf(job) / leastPartBytes)))
  const boundary = (part: number) => Math.round((part * segments) / parts) * segmentWords
  return Array.from({ length: parts }, (_, part) => ({
    ...job,
    segments: job.segments.slice(boundary(part), boundary(part + 1)),
  }))
}

/** That a scan passes, also where rows are free. */
export function bytesOf({ segments, dimension }: ScanJob): number {
  let tiles = 0
  for (let i = 0; i < segments.length; i += segmentWords) tiles += segments[i + 2]!
  return tiles * rowsOfTile * dimension
}

/** What the parts of a job found, as the whole of it would have. */
export function mergeFound(parts: readonly ScanFound[], keep: number): ScanFound {
  if (parts.length === 1) return parts[0]!
  const all = parts.flatMap(({ places, scores }) => Array.from(places, (place, i) => ({ place, score: scores[i]! })))
  // A scan keeps the first of equal scores, and so does this.
  const best = all.sort((a, b) => b.score - a.score).slice(0, keep)
  return {
    places: Int32Array.from(best, ({ place }) => place),
    scores: Float32Array.from(best, ({ score }) => score),
  }
}
