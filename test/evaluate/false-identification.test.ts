import { expect, test } from 'vitest'
import { syntheticFrame, syntheticPerson } from '../fixtures/synthetic-templates.ts'
import { evaluateFalseIdentification } from './false-identification.ts'

const points = [
  { fmr: 1e-2, threshold: 0.24, tar: 0.99 },
  { fmr: 1e-4, threshold: 0.41, tar: 0.97 },
]
const people = Array.from({ length: 150 }, (_, i) => {
  const person = syntheticPerson(i + 1)
  return { name: `${i}`, vectors: [0, 1].map((k) => syntheticFrame(person, 10 * i + k)) }
})

test('[SEC-26] strangers and people of the gallery are counted apart, by the server’s own rule', () => {
  const { measured, extrapolated } = evaluateFalseIdentification(people, points)
  expect(measured).toHaveLength(1)
  expect(measured[0]).toMatchObject({
    size: 100,
    falsePositives: { hits: 0, total: 20 * 50 },
    trueAccepts: { hits: 2000, total: 2000 },
  })
  expect(extrapolated[0]).toMatchObject({ falseMatches: { hits: 0 }, fpir: 0 })
})

test('[SEC-26] one person under two names is found as a stranger', () => {
  const twice = people.map((person, i) => (i % 2 === 0 ? person : { ...person, vectors: people[i - 1]!.vectors }))
  const { measured, extrapolated } = evaluateFalseIdentification(twice, points)
  expect(measured[0]!.falsePositives.hits).toBeGreaterThan(100)
  expect(extrapolated[0]!.fpir).toBeGreaterThan(0.5)
})
