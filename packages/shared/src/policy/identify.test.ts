import fc from 'fast-check'
import { expect, test } from 'vitest'
import { identify, isClearMatch, isDuplicate, minMargin, verifies } from './identify.ts'
import type { OperatingPoint } from './threshold.ts'

const points: OperatingPoint[] = [
  { fmr: 1e-3, threshold: 0.335, tar: 0.989 },
  { fmr: 1e-4, threshold: 0.41, tar: 0.976 },
  { fmr: 1e-5, threshold: 0.478, tar: 0.949 },
]
const facts = (scores: number[], gallerySize = 5) => ({
  candidates: scores.map((score, i) => ({ subjectId: `s${i}`, score })),
  gallerySize,
})

test('[PO5] the best subject is found when it passes and stands clear of the second', () => {
  expect(identify(facts([0.3, 0.7, 0.2]), points)).toEqual({ kind: 'match', subjectId: 's1' })
  expect(identify(facts([0.41]), points)).toEqual({ kind: 'match', subjectId: 's0' })
  expect(identify(facts([0.409]), points)).toEqual({ kind: 'none' })
  expect(identify(facts([]), points)).toEqual({ kind: 'none' })
})

test('[PO5] the same score that passes in a small gallery does not in a large one', () => {
  expect(identify(facts([0.45], 10), points).kind).toBe('match')
  expect(identify(facts([0.45], 1000), points).kind).toBe('none')
})

test('[PO6] two subjects nearer than the margin are not told apart', () => {
  expect(identify(facts([0.6, 0.6 - minMargin / 2]), points)).toEqual({ kind: 'close', subjectIds: ['s0', 's1'] })
})

test('[PO7] numbers that are none accept nobody', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(Number.NaN, Infinity, -Infinity)), (scores) => {
      expect(identify(facts(scores), points)).toEqual({ kind: 'none' })
    }),
  )
  expect(verifies(Number.NaN, points)).toBe(false)
  expect(isDuplicate(facts([Number.NaN]), points)).toBe(false)
  expect(identify(facts([Number.NaN, 0.7]), points)).toEqual({ kind: 'match', subjectId: 's1' })
})

test('[PO8] duplicate holds for anyone at the 1:N threshold', () => {
  expect(isDuplicate(facts([0.2, 0.5], 10), points)).toBe(true)
  expect(isDuplicate(facts([0.2, 0.4], 10), points)).toBe(false)
})

test('[GU2] a match at the edge is not a clear one', () => {
  expect([0.41, 0.478, 0.54, Number.NaN].map((score) => isClearMatch(score, points))).toEqual([
    false,
    false,
    false,
    false,
  ])
  expect([0.56, 0.9, 1].map((score) => isClearMatch(score, points))).toEqual([true, true, true])
})
