import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isPlausible, plausibilityFacts } from '@mien/shared/policy/plausibility'
import { verifyThreshold } from '@mien/shared/policy/threshold'
import { cosine } from '@mien/shared/template/unit-vector'
import { findPack } from '@mien/shared/vision/manifest'
import { expect, test } from 'vitest'
import { faceLike } from '../../../../test/fixtures/face-like.ts'
import { syntheticPerson, syntheticPopulation } from '../../../../test/fixtures/synthetic-templates.ts'
import { loadManifest } from './load-manifest.ts'
import { loadPopulation, populationPath, toPopulationFile } from './population-file.ts'

const { embedder } = findPack(await loadManifest(), 'standard')
const rule = embedder.calibration.plausibility!
const shipped = populationPath(rule.population)
const population = await loadPopulation(shipped, embedder)
const unit = (values: ArrayLike<number>) => {
  const all = Array.from(values)
  return all.map((value) => value / Math.hypot(...all))
}
const passes = (vector: ArrayLike<number>) =>
  isPlausible(plausibilityFacts(vector, population, verifyThreshold(embedder.calibration.points)), rule)

test('the shipped statistics are orthonormal directions with falling variances', () => {
  const { directions, variances } = population
  for (const [i, direction] of directions.entries()) {
    expect(cosine(direction, direction)).toBeCloseTo(1, 2)
    if (i > 0) expect(Math.abs(cosine(direction, directions[i - 1]!))).toBeLessThan(0.02)
    if (i > 0) expect(variances[i]!).toBeLessThanOrEqual(variances[i - 1]!)
  }
})

test('[PO22] the mean face, a random vector and a hub are refused, made-up people are not', () => {
  expect(passes(unit(population.mean))).toBe(false)
  expect(passes(syntheticPerson(7))).toBe(false)
  // What a search for the vector that most strangers match finds: the mean and the widest directions.
  const hub = population.directions
    .slice(0, 3)
    .reduce((sum, row) => Float32Array.from(sum, (value, i) => value + row[i]!), unit(population.mean))
  expect(passes(unit(hub))).toBe(false)
  for (let seed = 1; seed <= 100; seed++) expect(passes(faceLike(syntheticPerson(seed)))).toBe(true)
})

test('a file that is damaged or of another model is refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'population-'))
  const path = join(folder, 'population.json')
  const whole = toPopulationFile(syntheticPopulation(64), { modelId: 'small-1', people: 10 })
  const load = async (file: object, id = 'small-1') => {
    await writeFile(path, JSON.stringify(file))
    return loadPopulation(path, { id, dimension: 64 })
  }
  const read = await load(whole)
  expect(cosine(read.mean, syntheticPopulation(64).mean)).toBeCloseTo(0.0064, 5)
  expect(read.directions).toHaveLength(64)
  const invalid = { code: 'MODEL_MANIFEST_INVALID' }
  await expect(load(whole, 'other-1')).rejects.toMatchObject(invalid)
  await expect(load({ ...whole, directions: whole.mean })).rejects.toMatchObject(invalid)
  await expect(load({ ...whole, more: 1 })).rejects.toMatchObject(invalid)
  await expect(load({})).rejects.toMatchObject(invalid)
  await expect(loadPopulation(join(folder, 'none.json'), embedder)).rejects.toMatchObject(invalid)
  expect(JSON.parse(await readFile(shipped, 'utf8'))).toMatchObject({ modelId: embedder.id, people: rule.people })
})
