import { MienError } from '../errors.ts'
import type { Template } from './types.ts'

/**
 * Cosine of the angle between two templates, -1..1. Both are unit vectors, so it is their dot product.
 *
 * @throws MienError MODEL_MISMATCH for templates of two models, TEMPLATE_DIMENSION for vectors of two lengths
 */
export function compareTemplates(a: Template, b: Template): number {
  if (a.modelId !== b.modelId) throw new MienError('MODEL_MISMATCH', { details: { a: a.modelId, b: b.modelId } })
  if (a.vector.length !== b.vector.length) throw new MienError('TEMPLATE_DIMENSION')
  return dotProduct(a.vector, b.vector)
}

/** Summed in float64: the order of additions then changes nothing that a threshold could notice. */
export function dotProduct(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
