import { describe, expect, test } from 'vitest'
import { syntheticPerson, syntheticPopulation } from '../../../../test/fixtures/synthetic-templates.ts'
import { isPlausible, plausibilityFacts } from './plausibility.ts'

const threshold = 0.41
const rule = { minInside: 0.99, maxCommon: 5, minReach: 3.45 }
const population = syntheticPopulation()
const factsOf = (vector: ArrayLike<number>) => plausibilityFacts(vector, population, threshold)
const unit = (values: readonly number[]): readonly number[] => values.map((value) => value / Math.hypot(...values))
const person = syntheticPerson(1)
/** The direction that all faces share. */
const mean = unit([...Array.from(population.mean)])

describe('[PO22] a template that no face gives', () => {
  test('real ones pass', () => {
    for (let seed = 1; seed <= 200; seed++) expect(isPlausible(factsOf(syntheticPerson(seed)), rule)).toBe(true)
  })

  test('the mean face, and averages of so many people that what they share is left', () => {
    expect(isPlausible(factsOf(mean), rule)).toBe(false)
    expect(factsOf(mean).common).toBeGreaterThan(20)
    const blend = (share: number) => unit([...person].map((value, i) => value + share * mean[i]!))
    expect(isPlausible(factsOf(blend(0.1)), rule)).toBe(true)
    expect(isPlausible(factsOf(blend(0.5)), rule)).toBe(false)
  })

  test('numbers where the network puts none', () => {
    const narrow = { ...population, directions: population.directions.slice(0, 256) }
    expect(plausibilityFacts(person, narrow, threshold).inside).toBeLessThan(0.7)
    expect(isPlausible(plausibilityFacts(person, narrow, threshold), rule)).toBe(false)
  })

  test('one that strangers match too often: the first direction spreads scores three times as much', () => {
    const variances = Array.from(population.variances, (value, i) => (i === 0 ? 9 * value : value))
    const hub = Array.from(person, (_, i) => (i === 0 ? 1 : 0))
    const facts = plausibilityFacts(hub, { ...population, variances }, threshold)
    expect(facts.reach).toBeLessThan(3.45)
    expect(isPlausible({ ...facts, common: 0 }, rule)).toBe(false)
    expect(isPlausible(plausibilityFacts(person, { ...population, variances }, threshold), rule)).toBe(true)
  })

  test('[PO7] what is no number is refused', () => {
    for (const name of ['inside', 'common', 'reach'] as const) {
      const facts = { inside: 1, common: 0, reach: 5 }
      expect(isPlausible(facts, rule)).toBe(true)
      expect(isPlausible({ ...facts, [name]: Number.NaN }, rule)).toBe(false)
    }
  })
})
