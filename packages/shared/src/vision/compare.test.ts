import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareTemplates } from './compare.ts'
import { toUnitVector } from './embed.ts'

const vector = fc
  .array(fc.float({ min: -10, max: 10, noNaN: true }), { minLength: 16, maxLength: 16 })
  .filter((values) => values.some((value) => Math.abs(value) > 0.01))
  .map((values) => toUnitVector(Float32Array.from(values)))
const template = (values: Float32Array, modelId = 'm-1') => ({ modelId, vector: values })

test('a score is symmetric, within -1..1, and 1 for a template with itself', () => {
  fc.assert(
    fc.property(vector, vector, (a, b) => {
      const score = compareTemplates(template(a), template(b))
      expect(score).toBe(compareTemplates(template(b), template(a)))
      expect(Math.abs(score)).toBeLessThanOrEqual(1 + 1e-6)
      expect(compareTemplates(template(a), template(a))).toBeCloseTo(1, 5)
    }),
  )
})

test('templates of two models are never compared', () => {
  const unit = Float32Array.of(1, 0)
  expect(() => compareTemplates(template(unit), template(unit, 'm-2'))).toThrow(
    expect.objectContaining({ code: 'MODEL_MISMATCH' }),
  )
})

test('templates of two lengths are never compared', () => {
  expect(() => compareTemplates(template(Float32Array.of(1, 0)), template(Float32Array.of(1)))).toThrow(
    expect.objectContaining({ code: 'TEMPLATE_DIMENSION' }),
  )
})

test.for([
  ['zero', Float32Array.of(0, 0)],
  ['overflowing', Float32Array.of(Number.POSITIVE_INFINITY, 1)],
] as const)('a %s vector has no direction and is refused', ([, values]) => {
  expect(() => toUnitVector(values)).toThrow(expect.objectContaining({ code: 'MODEL_OUTPUT_INVALID' }))
})
