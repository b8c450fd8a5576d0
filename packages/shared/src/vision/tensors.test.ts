import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runModel, softmax } from './tensors.ts'

const logits = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 2, maxLength: 8 })

test('softmax is a distribution that keeps the order and ignores a common offset', () => {
  fc.assert(
    fc.property(logits, fc.double({ min: -1000, max: 1000, noNaN: true }), (values, offset) => {
      const probabilities = softmax(values)
      expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12)
      const moved = softmax(values.map((value) => value + offset))
      for (const [i, value] of moved.entries()) expect(value).toBeCloseTo(probabilities[i]!, 6)
      for (let i = 1; i < values.length; i++) {
        if (values[i]! > values[0]!) expect(probabilities[i]!).toBeGreaterThanOrEqual(probabilities[0]!)
      }
    }),
  )
})

test('softmax of logits that would overflow is finite', () => {
  expect([...softmax([1e4, 0, -1e4])]).toEqual([1, 0, 0])
})

const sessionOf = (data: Float32Array) => ({
  run: async () => ({ out: { data, dims: [1, 2] } }),
  release: async () => undefined,
})
const ask = (data: Float32Array, tensor = 'out') =>
  runModel(sessionOf(data), { tensor: 'in' }, { data: new Float32Array(1), dims: [1] }, [{ tensor, dims: [1, 2] }])

test.for([
  ['not a number', Float32Array.of(0, Number.NaN)],
  ['infinite', Float32Array.of(Number.POSITIVE_INFINITY, 0)],
  ['minus infinite', Float32Array.of(0, Number.NEGATIVE_INFINITY)],
  ['too short', Float32Array.of(0)],
  ['too long', Float32Array.of(0, 0, 0)],
] as const)('an output that is %s is refused', async ([, data]) => {
  await expect(ask(data)).rejects.toMatchObject({ code: 'MODEL_OUTPUT_INVALID' })
})

test('an output that is missing is refused', async () => {
  await expect(ask(Float32Array.of(0, 1), 'other')).rejects.toMatchObject({ code: 'MODEL_OUTPUT_INVALID' })
})

test('a good output is handed out', async () => {
  await expect(ask(Float32Array.of(0.25, -3))).resolves.toEqual([Float32Array.of(0.25, -3)])
})
