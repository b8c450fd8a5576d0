import { type OperatingPoint, thresholdForFmr } from './threshold.ts'

/** 0: no match at any level. */
export type MatchLevel = 0 | 1 | 2 | 3 | 4 | 5

/** The share of comparisons of two different people that reach each level or a higher one. */
export const matchLevelFmrs: Readonly<Record<Exclude<MatchLevel, 0>, number>> = {
  1: 1e-1,
  2: 1e-2,
  3: 1e-3,
  4: 1e-4,
  5: 1e-5,
}

const strictestFirst = [5, 4, 3, 2, 1] as const

/**
 * How sure a comparison is, as a level whose false match rate is known: the highest one whose threshold the score reaches.
 *
 * @param score cosine; what is no number reaches no level
 * @throws MienError MODEL_MANIFEST_INVALID on points that are not strictly ordered
 */
export const matchLevel = (score: number, points: readonly OperatingPoint[]): MatchLevel =>
  strictestFirst.find((level) => score >= thresholdForFmr(points, matchLevelFmrs[level])) ?? 0
