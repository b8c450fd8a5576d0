/** How the templates of one model are spread over many people. Averages only: nobody's template is in it. */
export interface Population {
  /** The mean of unit vectors, one of each person. */
  readonly mean: ArrayLike<number>
  /** Orthonormal directions in which people differ, those with the largest variance first. */
  readonly directions: readonly ArrayLike<number>[]
  /** The variance along each direction. */
  readonly variances: ArrayLike<number>
}

export interface PlausibilityFacts {
  /** The part of the vector's energy that lies in the directions, 0..1. Outside them the network puts next to nothing. */
  readonly inside: number
  /**
   * How much the vector has of what all faces have in common: its projection on Fisher's discriminant (R. A. Fisher, "The use of multiple
   * measurements in taxonomic problems", 1936), variance^-1 mean, in standard deviations. What people do not share cancels out in an average.
   */
  readonly common: number
  /**
   * How far the threshold lies above the scores of strangers with this vector, in standard deviations of these scores: at 3.72 one stranger in
   * 10 000 would match if scores were normal. A vector that many strangers match has a small one.
   */
  readonly reach: number
}

/** Bounds measured on real people (`embedder.calibration.plausibility` of the manifest). */
export interface PlausibilityRule {
  readonly minInside: number
  readonly maxCommon: number
  readonly minReach: number
}

/** @param vector unit vector as the model gave it, not rotated. @param threshold cosine of 1:1 */
export function plausibilityFacts(
  vector: ArrayLike<number>,
  { mean, directions, variances }: Population,
  threshold: number,
): PlausibilityFacts {
  let inside = 0
  let common = 0
  let commonVariance = 0
  let scoreVariance = 0
  for (const [i, direction] of directions.entries()) {
    const along = dot(vector, direction)
    const shared = dot(mean, direction)
    const variance = variances[i]!
    inside += along * along
    common += (along * shared) / variance
    commonVariance += (shared * shared) / variance
    scoreVariance += along * along * variance
  }
  return {
    inside,
    common: common / Math.sqrt(commonVariance),
    reach: (threshold - dot(vector, mean)) / Math.sqrt(scoreVariance),
  }
}

/** Whether a template may be a face's: not made up, not an average of many faces, not one that many strangers match. */
export const isPlausible = ({ inside, common, reach }: PlausibilityFacts, rule: PlausibilityRule): boolean =>
  inside >= rule.minInside && common <= rule.maxCommon && reach >= rule.minReach

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
