import { cosine } from '../template/unit-vector.ts'

/** A probe and two different subjects, as cosines. */
export interface MorphFacts {
  /** Probe and the subject that it is more like. */
  readonly first: number
  /** Probe and the other subject. */
  readonly second: number
  /** The best of both subjects' own templates with each other. */
  readonly between: number
}

/** Measured thresholds, cosines (`embedder.calibration.morph` of the manifest). */
export interface MorphRule {
  /** A blend is at least so much like the less alike of both. */
  readonly minSecond: number
  /** Both are less alike than this: above it they may be one person under two names. */
  readonly maxBetween: number
  /** A blend is at most by so much more like the one than the other; a person is far more like themselves than like a look-alike. */
  readonly maxGap: number
}

/** Whether the probe resembles two people the way a blend of both does. */
export const resemblesMorph = ({ first, second, between }: MorphFacts, rule: MorphRule): boolean =>
  Math.min(first, second) >= rule.minSecond && between < rule.maxBetween && Math.abs(first - second) <= rule.maxGap

/** A subject who may be one of the two. */
export interface MorphCandidate {
  /** The best cosine of probe and subject. */
  readonly score: number
  /** The subject's own templates. */
  readonly vectors: readonly Float32Array[]
}

/** Every two of them. */
export const morphPairs = (candidates: readonly MorphCandidate[]): readonly MorphFacts[] =>
  candidates.flatMap((a, i) =>
    candidates.slice(i + 1).map((b) => ({
      first: Math.max(a.score, b.score),
      second: Math.min(a.score, b.score),
      between: Math.max(...a.vectors.flatMap((left) => b.vectors.map((right) => cosine(left, right)))),
    })),
  )
