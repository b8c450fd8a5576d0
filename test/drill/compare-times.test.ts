import { expect, test } from 'vitest'
import { compareTimes } from './compare-times.ts'

test('[GU10] times that are alike tell nothing, times that are apart everything', () => {
  const even = [1, 2, 3, 4]
  expect(compareTimes(even, even)).toMatchObject({ auc: 0.5, medianDifferenceMs: 0, medianMs: 2.5 })
  expect(compareTimes(even, [5, 6, 7])).toMatchObject({ auc: 0, aucMargin: 0 })
  expect(compareTimes([5, 6, 7], even)).toMatchObject({ auc: 1, aucMargin: 0 })
})

test('[GU10] counted by hand: 4 of 6 pairs above, one tie', () => {
  const { auc, aucMargin, ...medians } = compareTimes([2, 4, 6], [1, 4])
  expect(medians).toEqual({ medianDifferenceMs: 1.5, medianMs: 2.5 })
  expect(auc).toBe(4.5 / 6)
  // Placements 1/2, 3/4 and 1, and 1 and 1/2: variances 1/16 and 1/8.
  expect(aucMargin).toBeCloseTo(1.959964 * Math.sqrt(1 / 16 / 3 + 1 / 8 / 2), 6)
})
