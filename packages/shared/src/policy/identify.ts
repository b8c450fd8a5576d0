import { identifyThreshold, type OperatingPoint, thresholdForFmr, verifyThreshold } from './threshold.ts'

/** The best score of one subject, on live rows. */
export interface SubjectScore {
  readonly subjectId: string
  /** Cosine. */
  readonly score: number
}

export interface IdentifyFacts {
  /** Any order, at most one entry a subject. */
  readonly candidates: readonly SubjectScore[]
  /** Templates that the search ran over. */
  readonly gallerySize: number
}

/**
 * - `match`: one subject, clear of the second
 * - `close`: the best is good enough but the second is too near to tell them apart by face
 * - `none`: nobody
 */
export type IdentifyVerdict =
  | { readonly kind: 'match'; readonly subjectId: string }
  | { readonly kind: 'close'; readonly subjectIds: readonly [string, string] }
  | { readonly kind: 'none' }

/** Cosine by which the best subject must beat the second: half the step between FMR 1e-3 and 1e-4, by judgement. */
export const minMargin = 0.04

/** Who a probe is, 1:N. Accepts only on numbers that compare, so NaN finds nobody. */
export function identify(facts: IdentifyFacts, points: readonly OperatingPoint[]): IdentifyVerdict {
  const threshold = identifyThreshold(points, facts.gallerySize)
  const [best, second] = facts.candidates
    .filter((candidate) => Number.isFinite(candidate.score))
    .sort((a, b) => b.score - a.score)
  if (best === undefined || !(best.score >= threshold)) return { kind: 'none' }
  if (second === undefined || best.score - second.score >= minMargin)
    return { kind: 'match', subjectId: best.subjectId }
  return { kind: 'close', subjectIds: [best.subjectId, second.subjectId] }
}

/** Whether a probe is the one claimed subject, 1:1. */
export const verifies = (score: number, points: readonly OperatingPoint[]): boolean => score >= verifyThreshold(points)

/** The rate at which a stranger is taken for somebody so clearly that earlier failures are forgotten. */
const clearFmr = 1e-6

export const clearThreshold = (points: readonly OperatingPoint[]): number => thresholdForFmr(points, clearFmr)

/** Whether a score is so far above the threshold that hardly a stranger reaches it, even after a false match was improved a little. */
export const isClearMatch = (score: number, points: readonly OperatingPoint[]): boolean =>
  score >= clearThreshold(points)

/**
 * Failures in a row after which only a clear match counts: whoever knows one vector that is accepted at the edge learns from each further yes and no
 * where the person's acceptance ends. Measured: on average it gains a cosine below 0.05 until then, and of genuine sign-ins, with photographs that
 * are years apart, 0.2 % are refused for it (`npm run evaluate -- climbing`).
 */
export const maxEdgeFailures = 4

/** Whether a newcomer's template is already in the gallery: the 1:N rule, so that an honest newcomer is refused at most once in 1 000. */
export const isDuplicate = (facts: IdentifyFacts, points: readonly OperatingPoint[]): boolean =>
  facts.candidates.some((candidate) => candidate.score >= identifyThreshold(points, facts.gallerySize))
