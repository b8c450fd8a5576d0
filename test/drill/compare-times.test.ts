import { expect, test } from 'vitest'
import { compareTimes } from './compare-times.ts'

test('[GU10] times that are alike tell nothing, times that are apart everything', () => {
  const even = [1, 2, 3, 4]
  expect(compareTimes(even, even)).toEqual({ auc: 0.5, medianDifferenceMs: 0, medianMs: 2.5 })
  expect(compareTimes(even, [5, 6, 7]).auc).toBe(1)
  expect(compareTimes([5, 6, 7], even).auc).toBe(1)
})

test('[GU10] counted by hand: 4 of 6 pairs above, one tie', () => {
  expect(compareTimes([2, 4, 6], [1, 4])).toEqual({ auc: 4.5 / 6, medianDifferenceMs: 1.5, medianMs: 2.5 })
})
