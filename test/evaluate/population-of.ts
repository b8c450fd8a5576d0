import type { Population } from '@mien/shared/policy/plausibility'
import { EigenvalueDecomposition, Matrix } from 'ml-matrix'

/** Principal directions that are kept: 99.8 % of any face's energy lies in the first 160 of 512 of `fr-feature-bgr-1`. */
const keptDirections = 160

/** The mean and the principal directions of unit vectors, one of each person. */
export function populationOf(vectors: readonly Float32Array[]): Population {
  const dimension = vectors[0]!.length
  const mean = Array.from({ length: dimension }, (_, i) => average(vectors.map((vector) => vector[i]!)))
  const centred = new Matrix(vectors.map((vector) => Array.from(vector, (value, i) => value - mean[i]!)))
  const covariance = centred
    .transpose()
    .mmul(centred)
    .div(vectors.length - 1)
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true })
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!)
  const kept = order.slice(0, keptDirections)
  return {
    mean,
    directions: kept.map((column) => eigenvectorMatrix.getColumn(column)),
    variances: kept.map((column) => realEigenvalues[column]!),
  }
}

const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
