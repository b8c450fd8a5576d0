import { expect, test } from 'vitest'
import { proportion, upperCount } from './proportion.ts'
import { bestThreshold, countPairs, countRight, ScoreHistogram } from './score-histogram.ts'

test('the interval is the one of the published formula', () => {
  // R: prop.test(10, 100, correct = FALSE), and the closed form at zero hits: z^2 / (n + z^2).
  const tenth = proportion(10, 100)
  expect([tenth.low, tenth.high]).toEqual([expect.closeTo(0.05523, 5), expect.closeTo(0.17437, 5)])
  expect(proportion(0, 198)).toMatchObject({ low: 0, high: expect.closeTo(0.01904, 4) })
  expect(proportion(198, 198).low).toBeCloseTo(1 - 0.01904, 4)
})

test('the bound of a count is the exact one of published tables', () => {
  // Half of chi-square's 95 % quantile at 2 (k + 1) degrees of freedom.
  expect([0, 1, 10, 800].map(upperCount)).toEqual(
    [2.9957, 4.7439, 16.9622, 848.3].map((n) => expect.closeTo(n, n > 500 ? 0 : 3)),
  )
})

const scores = (...values: number[]) => {
  const histogram = new ScoreHistogram()
  for (const value of values) histogram.add(value)
  return histogram
}

test('a threshold for a share is the lowest that no more than the share reaches', () => {
  const histogram = scores(...Array.from({ length: 1000 }, (_, i) => i / 1000 - 0.2))
  for (const share of [0.5, 0.01, 0.001]) {
    const threshold = histogram.thresholdForShare(share)
    expect(histogram.countAtLeast(threshold)).toBeLessThanOrEqual(share * 1000)
    expect(histogram.countAtLeast(threshold - 0.001)).toBeGreaterThan(share * 1000)
  }
})

test('equal scores are never split: the threshold goes above all of them', () => {
  const histogram = scores(0.5, 0.5, 0.5, 0.1)
  expect(histogram.countAtLeast(histogram.thresholdForShare(0.5))).toBe(0)
  expect(histogram.thresholdForShare(1)).toBe(-1)
})

test('scores at the ends of the range are counted, also just beyond through rounding', () => {
  const histogram = scores(-1, 1, 1.0000001, -1.0000001)
  expect(histogram.total).toBe(4)
  expect(histogram.countAtLeast(-1)).toBe(4)
  expect(histogram.countAtLeast(1)).toBe(2)
})

test('the best threshold separates what can be separated; a missed pair is always an error', () => {
  const set = { genuine: scores(0.6, 0.7, 0.3), impostor: scores(0.1, 0.2, 0.4), missedGenuine: 2, missedImpostor: 1 }
  const threshold = bestThreshold([set])
  expect(countRight(set, threshold)).toBe(5)
  expect(countPairs(set)).toBe(9)
  const clear = { genuine: scores(0.6), impostor: scores(0.2), missedGenuine: 0, missedImpostor: 0 }
  expect(bestThreshold([clear])).toBeCloseTo(0.4, 2)
})
