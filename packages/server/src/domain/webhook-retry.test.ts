import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isGivenUp, retryDelayMs } from './webhook-retry.ts'

const hourMs = 3_600_000

test('NET-03, WH8: the wait is as long as the outage, from a second to 50 in the first hour and to 15 minutes later', () => {
  const seconds = [0, 1, 2, 4, 49, 51, 3599, 3600, 86_400].map((each) => retryDelayMs(each * 1000, 0) / 1000)
  expect(seconds).toEqual([1, 1, 2, 4, 49, 50, 50, 900, 900])
})

test('NET-03, WH8: chance takes off up to a half and never adds', () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100 * hourMs }), random, (failingForMs, chance) => {
      const longest = retryDelayMs(failingForMs, 0)
      const delay = retryDelayMs(failingForMs, chance)
      expect(delay).toBeLessThanOrEqual(longest)
      expect(delay).toBeGreaterThanOrEqual(longest / 2)
    }),
  )
})

test('NET-03, WH8: given up after three days and not before', () => {
  expect([72 * hourMs - 1, 72 * hourMs].map(isGivenUp)).toEqual([false, true])
})
