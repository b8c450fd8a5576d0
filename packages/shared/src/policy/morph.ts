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
  /** A morph is at least so much like the less alike of both. */
  readonly minSecond: number
  /** And both are less alike than this: above it they may be one person under two names. */
  readonly maxBetween: number
}

/** Whether the probe resembles two people the way a blend of both does. */
export const resemblesMorph = ({ first, second, between }: MorphFacts, rule: MorphRule): boolean =>
  Math.min(first, second) >= rule.minSecond && between < rule.maxBetween
