import { expect, test } from 'vitest'
import { syntheticFrame, syntheticPerson } from '../fixtures/synthetic-templates.ts'
import { chooseRule, type MorphMaterial, ratesOf } from './morph-rates.ts'
import { type Composite, halfOf, newcomerTrials, type Person, returnerTrials } from './morph-trials.ts'

/** Three photographs each. */
const people = Array.from({ length: 12 }, (_, i): Person => {
  const person = syntheticPerson(i + 1)
  return { name: `Person ${i}`, vectors: [0, 1, 2].map((k) => syntheticFrame(person, 10 * i + k)) }
})

function blendOf(a: Person, b: Person): Composite {
  const sum = a.vectors[0]!.map((value, i) => value + b.vectors[0]![i]!)
  const norm = Math.hypot(...sum)
  return { people: [a, b], vector: sum.map((value) => value / norm) }
}

const composites = people.slice(0, 6).map((person, i) => blendOf(person, people[i + 6]!))
const material: MorphMaterial = { people, sets: [{ title: 'synthetic', composites, noFace: 0 }] }
const rule = { minSecond: 0.4, maxBetween: 0.4, maxGap: 0.2 }

test('blends of people who look like nobody else are all found, and nobody else is refused', () => {
  const rates = ratesOf(material, 8, rule, 0.4)
  expect(rates.sets[0]!.passing).toMatchObject({ hits: 6, total: 6 })
  expect(rates.sets[0]!.passingRefused).toMatchObject({ hits: 6, total: 6 })
  expect(rates.newcomers).toMatchObject({ hits: 0, total: 12 })
  expect(rates.returners).toMatchObject({ hits: 0, total: 12 })
  expect(rates.twiceEnrolled).toMatchObject({ hits: 0, total: 12 })
})

/** Everybody comes looking like everybody: cosine about 0.34 with each stranger, who are about 0.23 like each other. */
const common = syntheticPerson(1000)
function mix(vector: Float32Array, share: number): Float32Array {
  const sum = vector.map((value, i) => value + share * common[i]!)
  const norm = Math.hypot(...sum)
  return sum.map((value) => value / norm)
}
const lookAlikes = people.map(
  ({ name, vectors }): Person => ({ name, vectors: vectors.map((vector, i) => mix(vector, i === 0 ? 1 : 0.55)) }),
)

test('a rule that asks for too little refuses people too, and is not chosen', () => {
  const careless = { minSecond: 0.25, maxBetween: 0.4, maxGap: 0.2 }
  expect(ratesOf({ people: lookAlikes, sets: [] }, 8, careless, 0.4).newcomers.rate).toBe(1)
  expect(chooseRule({ people: lookAlikes, sets: [] }, 8, 0.25)).toBeNull()
  const chosen = chooseRule(material, 8, 0.4)
  expect(chosen).not.toBeNull()
  expect(ratesOf(material, 8, chosen!, 0.4).sets[0]!.refused.rate).toBe(1)
})

test('who comes is a stranger to the gallery, or is in it with another photograph', () => {
  const size = 4
  expect(newcomerTrials({ people, size })).toHaveLength(12)
  const once = people.map((person, i) => (i === 0 ? person : { ...person, vectors: person.vectors.slice(0, 1) }))
  expect(returnerTrials({ people: once, size })).toHaveLength(1)
})

test('every name is in one half, always the same', () => {
  const halves = people.map(({ name }) => halfOf(name))
  expect(new Set(halves)).toEqual(new Set(['calibration', 'test']))
  expect(people.map(({ name }) => halfOf(name))).toEqual(halves)
})
