import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MienError } from '../errors.ts'
import { applyAffine, invertAffine } from './affine.ts'
import { estimateSimilarity } from './similarity.ts'
import type { Affine } from './types.ts'

const coordinate = fc.double({ min: -500, max: 500, noNaN: true })
const similarity = fc
  .record({
    angle: fc.double({ min: -3.1, max: 3.1, noNaN: true }),
    scale: fc.double({ min: 0.05, max: 20, noNaN: true }),
    x: coordinate,
    y: coordinate,
  })
  .map(({ angle, scale, x, y }): Affine => {
    const a = scale * Math.cos(angle)
    const b = scale * Math.sin(angle)
    return [a, -b, x, b, a, y]
  })
/** Five points that do not all lie close together. */
const points = fc
  .array(coordinate, { minLength: 10, maxLength: 10 })
  .filter(
    (values) =>
      Math.max(...values.filter((_, i) => i % 2 === 0)) - Math.min(...values.filter((_, i) => i % 2 === 0)) > 10,
  )
  .map((values) => Float64Array.from(values))

function mapAll(from: Float64Array, map: Affine): Float64Array {
  const to = new Float64Array(from.length)
  for (let i = 0; i < from.length; i += 2) {
    const { x, y } = applyAffine(map, from[i]!, from[i + 1]!)
    to[i] = x
    to[i + 1] = y
  }
  return to
}

test('a similarity is recovered from the points that it moved', () => {
  fc.assert(
    fc.property(points, similarity, (from, map) => {
      const found = estimateSimilarity(from, mapAll(from, map))
      for (const [i, value] of found.entries()) expect(value).toBeCloseTo(map[i]!, 5)
    }),
  )
})

/** Undefined where points fix no transform, which chance draws once in some thousand times; never of a face. */
function estimateUnlessNone(from: Float64Array, to: Float64Array): Affine | undefined {
  try {
    return estimateSimilarity(from, to)
  } catch (error) {
    if (error instanceof MienError && error.code === 'MODEL_OUTPUT_INVALID') return undefined
    throw error
  }
}

test('no small change of the transform has a smaller squared error', () => {
  const error = (from: Float64Array, to: Float64Array, map: Affine) =>
    mapAll(from, map).reduce((sum, value, i) => sum + (value - to[i]!) ** 2, 0)
  fc.assert(
    fc.property(
      points,
      points,
      fc.double({ min: -0.01, max: 0.01, noNaN: true }),
      fc.integer({ min: 0, max: 3 }),
      (from, to, step, which) => {
        const best = estimateUnlessNone(from, to)
        fc.pre(best !== undefined)
        const [a, , x, b, , y] = best
        const moved = [a, b, x, y].map((value, i) => value + (i === which ? step : 0)) as [
          number,
          number,
          number,
          number,
        ]
        const other: Affine = [moved[0], -moved[1], moved[2], moved[1], moved[0], moved[3]]
        // What is computed of each point may be off by this: points that lie close together are drawn apart many times.
        const rounding = 2 ** -50 * (500 * (Math.abs(a) + Math.abs(b)) + Math.abs(x) + Math.abs(y))
        const least = error(from, to, best)
        // For any d: |2 d rounding| <= 1e-9 d^2 + 1e9 rounding^2.
        expect(error(from, to, other)).toBeGreaterThanOrEqual(least * (1 - 1e-9) - 1e9 * rounding ** 2)
      },
    ),
  )
})

test('a mirrored face is not mirrored back: the result keeps its orientation', () => {
  const found = estimateSimilarity(Float64Array.of(0, 0, 10, 0, 5, 8), Float64Array.of(10, 0, 0, 0, 5, 8))
  expect(found[0] * found[4] - found[1] * found[3]).toBeGreaterThan(0)
})

test('points that coincide are refused', () => {
  const same = new Float64Array(10).fill(3)
  expect(() =>
    estimateSimilarity(
      same,
      Float64Array.from({ length: 10 }, (_, i) => i),
    ),
  ).toThrow(MienError)
  expect(() =>
    estimateSimilarity(
      Float64Array.from({ length: 10 }, (_, i) => i),
      new Float64Array(10).fill(Number.NaN),
    ),
  ).toThrow(expect.objectContaining({ code: 'MODEL_OUTPUT_INVALID' }))
})

test('an inverse undoes its map', () => {
  fc.assert(
    fc.property(similarity, coordinate, coordinate, (map, x, y) => {
      const there = applyAffine(map, x, y)
      const back = applyAffine(invertAffine(map), there.x, there.y)
      expect(back.x).toBeCloseTo(x, 5)
      expect(back.y).toBeCloseTo(y, 5)
    }),
  )
})
