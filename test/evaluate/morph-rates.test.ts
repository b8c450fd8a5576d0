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

test('a rule that asks for less refuses people too, and is not chosen', () => {
  const careless = { minSecond: -1, maxBetween: 1, maxGap: 2 }
  const lenient = ratesOf({ ...material, people: people.map((person) => alike(person)) }, 8, careless, 0.4)
  expect(lenient.newcomers.rate).toBe(1)
  expect(chooseRule(material, 8, -1)).toBeNull()
  const chosen = chooseRule(material, 8, 0.4)
  expect(chosen).not.toBeNull()
  expect(ratesOf(material, 8, chosen!, 0.4).sets[0]!.refused.rate).toBe(1)
})

/** Everybody is as much like everybody, cosine about 0.45. */
const common = syntheticPerson(1000)
function alike({ name, vectors }: Person): Person {
  const mix = (vector: Float32Array) => {
    const sum = vector.map((value, i) => value + 0.9 * common[i]!)
    const norm = Math.hypot(...sum)
    return sum.map((value) => value / norm)
  }
  return { name, vectors: vectors.map(mix) }
}

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
