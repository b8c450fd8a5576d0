import { expect, test } from 'vitest'
import { syntheticFrame, syntheticPerson } from '../fixtures/synthetic-templates.ts'
import { boundFalseIdentification } from './bound-false-identification.ts'
import { evaluateFalseIdentification } from './false-identification.ts'

const points = [
  { fmr: 1e-2, threshold: 0.24, tar: 0.99 },
  { fmr: 1e-3, threshold: 0.33, tar: 0.99 },
  { fmr: 1e-4, threshold: 0.41, tar: 0.97 },
]
const fmrs = points.map(({ fmr }) => fmr)
const people = Array.from({ length: 150 }, (_, i) => {
  const person = syntheticPerson(i + 1)
  return { name: `${i}`, vectors: [0, 1].map((k) => syntheticFrame(person, 10 * i + k)) }
})
/** Seven of them are the one before, under another name. */
const isTwice = (i: number) => i % 20 === 1 && i < 140
const twice = people.map((person, i) => (isTwice(i) ? { ...person, vectors: people[i - 1]!.vectors } : person))

test('[SEC-26] strangers and people of the gallery are counted apart, by the server’s own rule', () => {
  const { measured, bounds } = evaluateFalseIdentification(people, points)
  expect(measured).toHaveLength(1)
  expect(measured[0]).toMatchObject({
    size: 100,
    falsePositives: { hits: 0, total: 20 * 50 },
    trueAccepts: { hits: 2000, total: 2000 },
  })
  expect(bounds.map(({ size, falseMatches }) => [size, falseMatches])).toEqual([
    [100, 0],
    [1000, 0],
    [10_000, 0],
  ])
  // Rule of three: none of 11 175 pairs.
  expect(bounds[0]!.upper).toBeCloseTo((100 * 2.9957) / 11_175, 5)
})

test('[SEC-26] one person under two names is found as a stranger, unless the list is told of it', () => {
  const { measured, bounds } = evaluateFalseIdentification(twice, points)
  expect(measured[0]!.falsePositives.hits).toBeGreaterThan(30)
  expect(bounds[0]).toMatchObject({ falseMatches: 7, fpir: expect.closeTo((7 * 100) / 11_175, 9) })
  expect(bounds[0]!.upper).toBeGreaterThan(bounds[0]!.fpir)
  const doubles = new Set(people.flatMap(({ name }, i) => (isTwice(i) ? [name] : [])))
  const told = evaluateFalseIdentification(twice, points, doubles)
  expect(told).toMatchObject({ people: 143, leftOut: 7 })
  expect(told.bounds[0]!.falseMatches).toBe(0)
})

test('[SEC-26] somebody who is like many widens the bound beyond that of as many independent pairs', () => {
  const hub = people.map((person, i) => (i < 4 ? { ...person, vectors: people[0]!.vectors } : person))
  const [bound] = boundFalseIdentification(hub, fmrs, [2])
  expect(bound!.falseMatches).toBe(6)
  // Independent pairs would give 11.8.
  expect(bound!.upper / (2 / bound!.pairs)).toBeGreaterThan(15)
})
