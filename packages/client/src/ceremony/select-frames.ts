import type { FaceObservation } from '@mien/shared/vision/types'

export interface Candidate {
  /** Milliseconds, ascending over a window. */
  readonly atMs: number
  /** Higher is better; only its order and sums within one window mean anything. */
  readonly score: number
}

export interface SelectionRules {
  readonly minFrames: number
  readonly maxFrames: number
  readonly minIntervalMs: number
}

/**
 * As many frames as the rules allow, at least `minIntervalMs` apart, and of those choices the one with the highest sum of
 * scores. Empty when there are not `minFrames`. Exact, by dynamic programming over (frame, frames taken).
 */
export function selectFrames<T extends Candidate>(candidates: readonly T[], rules: SelectionRules): readonly T[] {
  for (let count = rules.maxFrames; count >= rules.minFrames; count--) {
    const best = bestOf(candidates, count, rules.minIntervalMs)
    if (best !== undefined) return best
  }
  return []
}

interface Choice<T> {
  readonly sum: number
  readonly last: T
  readonly before: Choice<T> | undefined
}

function bestOf<T extends Candidate>(candidates: readonly T[], count: number, minIntervalMs: number): T[] | undefined {
  // best[i]: the best choice of so many frames that ends with candidate i.
  let best: (Choice<T> | undefined)[] = candidates.map((last) => ({ sum: last.score, last, before: undefined }))
  for (let taken = 1; taken < count; taken++) {
    best = candidates.map((last, i) => {
      const before = highest(best.slice(0, i).filter((choice) => isApart(choice, last, minIntervalMs)))
      return before && { sum: before.sum + last.score, last, before }
    })
  }
  const chosen = highest(best)
  return chosen && unfold(chosen)
}

const isApart = <T extends Candidate>(choice: Choice<T> | undefined, next: T, minIntervalMs: number): boolean =>
  choice !== undefined && next.atMs - choice.last.atMs >= minIntervalMs

const highest = <T>(choices: readonly (Choice<T> | undefined)[]): Choice<T> | undefined =>
  choices.reduce((best, choice) => (choice && (!best || choice.sum > best.sum) ? choice : best), undefined)

function unfold<T>(choice: Choice<T>): T[] {
  const frames: T[] = []
  for (let at: Choice<T> | undefined = choice; at; at = at.before) frames.unshift(at.last)
  return frames
}

/**
 * How good a frame is among its neighbours: sharp (a doubling of the Laplacian's variance counts as 0.7), looking straight
 * (30 degrees cost 1), eyes open, nothing in front of the face. Weights by judgement.
 */
export function scoreFrame({ quality, pose }: Pick<FaceObservation, 'quality' | 'pose'>): number {
  const turned = (Math.abs(pose.yawDegrees) + Math.abs(pose.pitchDegrees) + Math.abs(pose.rollDegrees) / 2) / 30
  const closed = Math.max(0, 0.2 - quality.eyeOpenness) * 10
  return Math.log1p(quality.sharpness) - turned - closed - 5 * quality.occlusion
}
