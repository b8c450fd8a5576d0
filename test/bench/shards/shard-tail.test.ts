import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hedged, quantileOf, slowestOf } from './shard-tail.ts'

const times = fc.array(
  fc.integer({ min: 1, max: 1_000_000 }).map((n) => n / 1000),
  { minLength: 1, maxLength: 200 },
)

test('the slowest of many is never faster than one, nor faster than of fewer', () => {
  fc.assert(
    fc.property(times, fc.integer({ min: 1, max: 64 }), (sample, parts) => {
      for (const share of [0.5, 0.99]) {
        expect(slowestOf(sample, parts + 1, share)).toBeGreaterThanOrEqual(slowestOf(sample, parts, share))
      }
      expect(slowestOf(sample, 1, 0.5)).toBe(
        quantileOf(
          [...sample].sort((a, b) => a - b),
          0.5,
        ),
      )
    }),
  )
})

test('of a thousand times that are all different, the median of the slowest of 32 is the 979th', () => {
  const sample = Array.from({ length: 1000 }, (_, i) => i + 1)
  // 0.5^(1/32) = 0.97857
  expect(slowestOf(sample, 32, 0.5)).toBe(979)
})

test('asking a second copy makes no answer slower', () => {
  fc.assert(
    fc.property(times, fc.integer({ min: 0, max: 1000 }), (sample, patience) => {
      hedged(sample, patience).forEach((time, i) => {
        expect(time).toBeLessThanOrEqual(sample[i]!)
      })
    }),
  )
})
