import { MienError } from '../errors.ts'
import type { Affine } from './types.ts'

/**
 * Estimates the similarity transform (rotation, uniform scale, translation; no reflection) that maps `from` onto `to`
 * with the least squared error.
 *
 * S. Umeyama, "Least-squares estimation of transformation parameters between two point patterns", IEEE TPAMI 13(4),
 * 1991: means, variance and covariance (34)-(38), rotation, translation and scale (40)-(42). In the plane the singular
 * value decomposition is not needed: among rotations by an angle t, trace(R(t)^T S) for the covariance S is
 * cos t (S11 + S22) + sin t (S21 - S12), so its maximum lies in the direction of that pair, and the maximum itself is
 * the trace(DS) of (42).
 *
 * @param from shape [n, 2] flat, n >= 2 points that do not coincide
 * @param to   shape [n, 2] flat
 * @returns row-major 2x3 matrix, `from` -> `to`
 * @throws MienError MODEL_OUTPUT_INVALID when the points fix no transform
 */
export function estimateSimilarity(from: Float64Array, to: Float64Array): Affine {
  const count = from.length / 2
  const [fromX, fromY] = meanPoint(from)
  const [toX, toY] = meanPoint(to)
  let variance = 0
  let parallel = 0
  let crosswise = 0
  for (let i = 0; i < count; i++) {
    const x = from[2 * i]! - fromX
    const y = from[2 * i + 1]! - fromY
    const u = to[2 * i]! - toX
    const v = to[2 * i + 1]! - toY
    variance += x * x + y * y
    parallel += x * u + y * v
    crosswise += x * v - y * u
  }
  const a = parallel / variance
  const b = crosswise / variance
  const usable = Number.isFinite(a) && Number.isFinite(b) && (a !== 0 || b !== 0)
  if (!usable) throw new MienError('MODEL_OUTPUT_INVALID', { details: { stage: 'similarity' } })
  return [a, -b, toX - a * fromX + b * fromY, b, a, toY - b * fromX - a * fromY]
}

function meanPoint(points: Float64Array): [number, number] {
  let x = 0
  let y = 0
  for (let i = 0; i < points.length; i += 2) {
    x += points[i]!
    y += points[i + 1]!
  }
  const count = points.length / 2
  return [x / count, y / count]
}
