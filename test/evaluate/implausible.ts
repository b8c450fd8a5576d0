import { writeFile } from 'node:fs/promises'
import {
  isPlausible,
  type PlausibilityFacts,
  type PlausibilityRule,
  type Population,
  plausibilityFacts,
} from '@mien/shared/policy/plausibility'
import { verifyThreshold } from '@mien/shared/policy/threshold'
import { cosine } from '@mien/shared/template/unit-vector'
import type { EmbedderModel } from '@mien/shared/vision/manifest'
import { loadPopulation, populationPath, toPopulationFile } from '../../packages/server/src/models/population-file.ts'
import { seededRandom, syntheticPerson } from '../fixtures/synthetic-templates.ts'
import { halfOf, type Person } from './morph-trials.ts'
import { type PeopleOptions, peopleUnder } from './people-under.ts'
import { populationOf } from './population-of.ts'
import { formatProportion, type Proportion, proportion } from './proportion.ts'
import { UsageError } from './read-table.ts'
import { averageOf, searchAverages, searchWolves, unit } from './wolves.ts'

interface ImplausibleOptions {
  readonly people: readonly Person[]
  /** Statistics of people for calibration. */
  readonly population: Population
  readonly rule: PlausibilityRule
  /** Cosine of 1:1. */
  readonly threshold: number
}

/** Vectors of one kind and how many of them are refused. */
interface KindRates {
  readonly title: string
  readonly refused: Proportion
  /** By each of the three bounds alone: made up, average, matched by many. */
  readonly by: readonly [inside: number, common: number, reach: number]
  /** Of those that are not refused, by how many people one is matched 1:1; null where all are refused. */
  readonly matches: { readonly test: Counts; readonly calibration: Counts } | null
}

interface Counts {
  readonly mean: number
  readonly most: number
}

export interface ImplausibleReport {
  readonly calibrationPeople: number
  readonly testPeople: number
  readonly rule: PlausibilityRule
  /** The most extreme of genuine templates, calibration and test: least inside, most common, least reach. */
  readonly extremes: readonly { readonly title: string; readonly facts: PlausibilityFacts }[]
  readonly genuine: readonly KindRates[]
  readonly forged: readonly KindRates[]
}

/** @param writeTo file for new statistics; undefined: those in use are looked at */
export async function runImplausible(
  { id: modelId, dimension, calibration: { points, plausibility: rule } }: EmbedderModel,
  options: PeopleOptions,
  writeTo: string | undefined,
): Promise<ImplausibleReport> {
  if (rule === null) throw new UsageError(`${modelId} has no bounds in the manifest`)
  const people = await peopleUnder(options)
  const path = writeTo ?? populationPath(rule.population)
  if (writeTo !== undefined) await writePopulation(writeTo, modelId, people)
  const population = await loadPopulation(path, { id: modelId, dimension })
  return evaluateImplausible({ people, population, rule, threshold: verifyThreshold(points) })
}

/** The statistics that a server ships: of one photograph of each person of the half for calibration. */
async function writePopulation(path: string, modelId: string, people: readonly Person[]): Promise<void> {
  const half = people.filter(({ name }) => halfOf(name) === 'calibration')
  const population = populationOf(half.map(({ vectors }) => vectors[0]!))
  const file = toPopulationFile(population, { modelId, people: half.length })
  await writeFile(path, `${JSON.stringify(file, null, 2)}\n`)
}

/** Vectors that no face gives, made of people for the test except where an attacker would have the calibration's. */
function evaluateImplausible({ people, population, rule, threshold }: ImplausibleOptions): ImplausibleReport {
  const calibration = people.filter(({ name }) => halfOf(name) === 'calibration')
  const test = people.filter(({ name }) => halfOf(name) === 'test')
  const strangers = test.map(({ vectors }) => vectors[0]!)
  const victims = calibration.map(({ vectors }) => vectors[0]!)
  const factsOf = (vector: Float32Array) => plausibilityFacts(vector, population, threshold)
  const passes = (vector: Float32Array) => isPlausible(factsOf(vector), rule)
  const rate = (title: string, vectors: readonly Float32Array[]): KindRates => {
    const facts = vectors.map(factsOf)
    const left = vectors.filter((_, i) => isPlausible(facts[i]!, rule))
    const matches = (others: readonly Float32Array[]) => countMatches(left, others, threshold)
    return {
      title,
      refused: proportion(vectors.length - left.length, vectors.length),
      by: [
        facts.filter(({ inside }) => !(inside >= rule.minInside)).length,
        facts.filter(({ common }) => !(common <= rule.maxCommon)).length,
        facts.filter(({ reach }) => !(reach >= rule.minReach)).length,
      ],
      matches: left.length === 0 ? null : { test: matches(strangers), calibration: matches(victims) },
    }
  }
  const sets: readonly (readonly [string, readonly Person[]])[] = [
    ['calibration', calibration],
    ['test', test],
  ]
  return {
    calibrationPeople: calibration.length,
    testPeople: test.length,
    rule,
    extremes: sets.map(([title, half]) => ({
      title,
      facts: extremesOf([...singles(half), ...threes(half)].map(factsOf)),
    })),
    genuine: sets.flatMap(([title, half]) => [
      rate(`${title}: photographs`, singles(half)),
      rate(`${title}: means of three photographs of one person`, threes(half)),
    ]),
    forged: [
      rate('mean face of all people for the test', [averageOf(strangers)]),
      ...[2, 5, 10, 20, 30, 50, 100].map((count) =>
        rate(`centroids of ${count} people`, centroids(strangers, count, 300)),
      ),
      rate(
        'random unit vectors',
        Array.from({ length: 1000 }, (_, i) => syntheticPerson(i + 1)),
      ),
      rate(
        'a face and noise, cosine 0.98',
        strangers.slice(0, 500).map((vector, i) => noisy(vector, i, 0.98)),
      ),
      rate('found by search over people for calibration', searchWolves({ victims, threshold, climbs: 12 })),
      rate(
        'averages hand-picked among people for calibration, inside the bounds',
        searchAverages({ victims, threshold, starts: 40, isAllowed: passes }),
      ),
    ],
  }
}

function countMatches(vectors: readonly Float32Array[], people: readonly Float32Array[], threshold: number): Counts {
  const counts = vectors.map((vector) => people.filter((other) => cosine(vector, other) >= threshold).length)
  return { mean: counts.reduce((sum, count) => sum + count, 0) / counts.length, most: Math.max(...counts) }
}

const singles = (people: readonly Person[]): readonly Float32Array[] => people.flatMap(({ vectors }) => vectors)

/** Farther apart than the frames of any capture: what they have in common with other people stands out more. */
const threes = (people: readonly Person[]): readonly Float32Array[] =>
  people.flatMap(({ vectors }) =>
    Array.from({ length: Math.floor(vectors.length / 3) }, (_, i) => averageOf(vectors.slice(3 * i, 3 * i + 3))),
  )

function centroids(vectors: readonly Float32Array[], count: number, wanted: number): readonly Float32Array[] {
  const random = seededRandom(count)
  const pick = () => vectors[Math.floor(random() * vectors.length)]!
  return Array.from({ length: wanted }, () => averageOf(Array.from({ length: count }, pick)))
}

function noisy(vector: Float32Array, seed: number, cosineLeft: number): Float32Array {
  const noise = syntheticPerson(seed + 1, vector.length)
  const share = Math.sqrt(1 / cosineLeft ** 2 - 1)
  return unit(vector.map((value, i) => value + share * noise[i]!))
}

const extremesOf = (facts: readonly PlausibilityFacts[]): PlausibilityFacts => ({
  inside: Math.min(...facts.map(({ inside }) => inside)),
  common: Math.max(...facts.map(({ common }) => common)),
  reach: Math.min(...facts.map(({ reach }) => reach)),
})

export const formatImplausible = ({ rule, extremes, ...report }: ImplausibleReport): string =>
  [
    `statistics of ${report.calibrationPeople} people; ${report.testPeople} other people for the test`,
    `rule: inside >= ${rule.minInside}, common <= ${rule.maxCommon}, reach >= ${rule.minReach}`,
    ...extremes.map(({ title, facts }) => `  most extreme of ${title}: ${formatFacts(facts)}`),
    'refused though one person',
    ...report.genuine.map(formatKind),
    'refused though nobody (SEC-27)',
    ...report.forged.map(formatKind),
    'Intervals: Wilson, 95 %. Matches: people, themselves included, whom one vector that is let in matches 1:1.',
  ].join('\n')

const formatFacts = ({ inside, common, reach }: PlausibilityFacts): string =>
  `inside ${inside.toFixed(4)}, common ${common.toFixed(2)}, reach ${reach.toFixed(3)}`

const formatKind = ({ title, refused, by: [inside, common, reach], matches }: KindRates): string =>
  `  ${title}: ${formatProportion(refused)}; by inside ${inside}, common ${common}, reach ${reach}${
    matches === null
      ? ''
      : `; matches ${formatCounts(matches.test)} (test), ${formatCounts(matches.calibration)} (calibration)`
  }`

const formatCounts = ({ mean, most }: Counts): string => `${mean.toFixed(2)} on average, ${most} at most`
