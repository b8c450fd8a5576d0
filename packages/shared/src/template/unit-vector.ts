import { MienError } from '../errors.ts'

/** float32 rounding and a client's own arithmetic stay far inside; anything outside was not normalised at all. */
const minNorm = 0.98
const maxNorm = 1.02

/**
 * Bounds of the participation ratio 1 / sum(v_i^4) over the dimension. It is about 1/3 for normally distributed components,
 * 1/d when one component holds everything and 1 when all have the same magnitude. Embeddings of faces lie near 1/3.
 */
const minParticipation = 1 / 32
const maxParticipation = 0.9

/**
 * Accepts a vector only if it is finite, of unit length and spread the way an embedding is, and renormalises it.
 * All sums in float64.
 *
 * @throws MienError TEMPLATE_NOT_FINITE, TEMPLATE_NORM, TEMPLATE_IMPLAUSIBLE
 */
export function unitVector(components: Float64Array): Float32Array {
  if (!components.every(Number.isFinite)) throw new MienError('TEMPLATE_NOT_FINITE')
  if (components.every((value) => value === 0)) throw new MienError('TEMPLATE_IMPLAUSIBLE')
  const norm = Math.sqrt(components.reduce((sum, value) => sum + value * value, 0))
  if (!(norm >= minNorm && norm <= maxNorm)) throw new MienError('TEMPLATE_NORM')
  const unit = Float32Array.from(components, (value) => value / norm)
  const participation = 1 / (unit.reduce((sum, value) => sum + value ** 4, 0) * unit.length)
  if (!(participation >= minParticipation && participation <= maxParticipation)) {
    throw new MienError('TEMPLATE_IMPLAUSIBLE')
  }
  return unit
}

/** Cosine of two unit vectors, -1..1; NaN when their lengths differ, so that every `accept only if` refuses. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.NaN
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/**
 * The renormalised mean of unit vectors of one person: one template for several frames of one capture.
 *
 * @throws MienError FRAMES_INVALID when there are none or they cancel out
 */
export function meanDirection(vectors: readonly Float32Array[]): Float32Array {
  const first = vectors[0]
  if (first === undefined) throw new MienError('FRAMES_INVALID')
  const sum = Float64Array.from(first, (_, i) => vectors.reduce((total, vector) => total + vector[i]!, 0))
  const norm = Math.sqrt(sum.reduce((total, value) => total + value * value, 0))
  // Vectors whose mutual cosine is at least 0 have a mean of at least 1/sqrt(n); 0.1 n is far below any real capture.
  if (!(norm > 0.1 * vectors.length)) throw new MienError('FRAMES_INVALID')
  return Float32Array.from(sum, (value) => value / norm)
}
