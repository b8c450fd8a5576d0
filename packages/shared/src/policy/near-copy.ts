/**
 * Cosine from which a probe is a copy of an earlier one of the same person. Of 1,387 captures of real video, each against the 20 before it a
 * second or more apart, the most alike reached 0.9958 (`npm run evaluate -- near-copies`).
 */
export const nearCopyCosine = 0.9995

/** Earlier probes of one person that a new one is compared with. */
export const comparedProbes = 20

/** @param scores cosines with what the person was enrolled and recognised by before */
export const isNearCopy = (scores: readonly number[]): boolean => scores.some((score) => score >= nearCopyCosine)
