import { expect, test } from 'vitest'
import { syntheticFrame, syntheticPerson } from '../fixtures/synthetic-templates.ts'
import { evaluateProtection, toHalf } from './protection.ts'
import { globalLinkability } from './unlinkability.ts'

test('[TPL-01] [TPL-03] [TPL-05] exact, not to be linked, and open to whoever knows enough pairs', {
  timeout: 60_000,
}, () => {
  const people = Array.from({ length: 120 }, (_, i) => {
    const person = syntheticPerson(i + 1, 64)
    const count = i < 80 ? 2 : 1
    return { name: `${i}`, vectors: Array.from({ length: count }, (_, k) => syntheticFrame(person, 10 * i + k)) }
  })
  const { exact, unlinkability, samePhotograph } = evaluateProtection(people, 0.41)
  expect(exact.float32.largestDifference).toBeLessThan(1e-6)
  expect(exact.half.largestDifference).toBeLessThan(1e-3)
  expect(unlinkability.linkability).toBeLessThan(0.15)
  expect(samePhotograph.find(({ pairs }) => pairs === 64)!.recovered).toBeCloseTo(1, 5)
  expect(samePhotograph.find(({ pairs }) => pairs === 32)!.recovered).toBeLessThan(0.9)
})

test('linkability is 0 for the same scores and 1 for scores apart', () => {
  const scores = Array.from({ length: 1000 }, (_, i) => Math.sin(i))
  expect(globalLinkability(scores, scores)).toBe(0)
  expect(
    globalLinkability(
      scores,
      scores.map((score) => score + 5),
    ),
  ).toBeCloseTo(1, 12)
})

test('half precision rounds to eleven bits, ties to even', () => {
  expect([1, 1 + 2 ** -10, 1 + 2 ** -11, 1 + 3 * 2 ** -11, -0.1, 2 ** -24, 0].map(toHalf)).toEqual([
    1,
    1 + 2 ** -10,
    1,
    1 + 2 ** -9,
    -0.0999755859375,
    2 ** -24,
    0,
  ])
})
