import { createHash } from 'node:crypto'
import { identifyThreshold, type OperatingPoint } from '@mien/shared/policy/threshold'
import { cosine } from '@mien/shared/template/unit-vector'
import { seededRandom } from '../fixtures/synthetic-templates.ts'
import type { Person } from './morph-trials.ts'
import { upperCount } from './proportion.ts'
import { ScoreHistogram } from './score-histogram.ts'

export interface BoundFigures {
  readonly size: number
  /** Pairs of people, one photograph each. */
  readonly pairs: number
  readonly falseMatches: number
  /** Cosine, over all groups. */
  readonly thresholds: { readonly least: number; readonly most: number }
  /** False matches that a search expects: the FPIR, or a little more. */
  readonly fpir: number
  /** Upper bound of it, one-sided 95 %. */
  readonly upper: number
}

/** Groups of people. */
const groups = 10
const resamples = 1000
/** A calibration takes no point that fewer of its pairs reach. */
const leastCount = 10

const groupOf = (name: string): number => createHash('sha256').update(name).digest().readUInt32BE() % groups

/**
 * How often strangers are taken for somebody, with thresholds from other people: the threshold of each pair comes, by the server's own rule,
 * from measured points of all people outside the two groups that the pair is in. So every pair counts, and none was calibrated on.
 *
 * The bound is the larger of two: as if rare pairs were independent, which in the limit they are (B. W. Silverman and T. C. Brown, J. Appl.
 * Probab. 15, 1978), and of a bootstrap over people, which sees those who are like many.
 *
 * @param fmrs false match rates whose points are calibrated
 */
export function boundFalseIdentification(
  people: readonly Person[],
  fmrs: readonly number[],
  sizes: readonly number[],
): readonly BoundFigures[] {
  const own = people.map(({ name }) => groupOf(name))
  const histograms = impostorHistograms(people, own)
  const curves = new Map<number, readonly OperatingPoint[]>()
  const pointsFor = (a: number, b: number) => {
    const place = placeOf(a, b)
    if (!curves.has(place)) curves.set(place, calibrate(histograms, fmrs, [a, b]))
    return curves.get(place)!
  }
  const pairs = (people.length * (people.length - 1)) / 2
  const thresholds = sizes.map((size) => (a: number, b: number) => identifyThreshold(pointsFor(a, b), size))
  const used = thresholds.map((of) => allPlaces().map(([a, b]) => of(a, b)))
  const hits = falseMatches(people, own, used)
  const weights = resampled(people.length)
  return sizes.map((size, at) => {
    const perMatch = size / pairs
    const found = hits[at]!
    return {
      size,
      pairs,
      falseMatches: found.length,
      thresholds: { least: Math.min(...used[at]!), most: Math.max(...used[at]!) },
      fpir: found.length * perMatch,
      upper: Math.max(upperCount(found.length), upperResampled(found, weights)) * perMatch,
    }
  })
}

/** Of an unordered pair of groups. */
const placeOf = (a: number, b: number): number => Math.min(a, b) * groups + Math.max(a, b)

/** All pairs of groups, at their places. */
const allPlaces = (): readonly (readonly [number, number])[] =>
  Array.from({ length: groups * groups }, (_, place) => [Math.floor(place / groups), place % groups] as const)

/** Scores of all photographs with all of other people, by the groups of the two. */
function impostorHistograms(people: readonly Person[], own: readonly number[]): readonly ScoreHistogram[] {
  const histograms = allPlaces().map(() => new ScoreHistogram())
  for (const [i, { vectors }] of people.entries()) {
    for (let k = i + 1; k < people.length; k++) {
      const histogram = histograms[placeOf(own[i]!, own[k]!)]!
      for (const a of vectors) for (const b of people[k]!.vectors) histogram.add(cosine(a, b))
    }
  }
  return histograms
}

/** @throws MienError MODEL_MANIFEST_INVALID on too few people for a tail */
function calibrate(
  histograms: readonly ScoreHistogram[],
  fmrs: readonly number[],
  without: readonly number[],
): readonly OperatingPoint[] {
  const others = new ScoreHistogram()
  for (const [place, [a, b]] of allPlaces().entries()) {
    if (!without.includes(a) && !without.includes(b)) others.addAll(histograms[place]!)
  }
  return fmrs
    .filter((fmr) => fmr * others.total >= leastCount)
    .map((fmr) => ({ fmr, threshold: others.thresholdForShare(fmr), tar: 1 }))
}

type Pair = readonly [number, number]

/** @param used thresholds of each size, by place @returns of each size the pairs whose first photographs reach it */
function falseMatches(
  people: readonly Person[],
  own: readonly number[],
  used: readonly (readonly number[])[],
): readonly (readonly Pair[])[] {
  const found = used.map((): Pair[] => [])
  for (const [i, { vectors }] of people.entries()) {
    for (let k = i + 1; k < people.length; k++) {
      const score = cosine(vectors[0]!, people[k]!.vectors[0]!)
      const place = placeOf(own[i]!, own[k]!)
      for (const [at, thresholds] of used.entries()) if (score >= thresholds[place]!) found[at]!.push([i, k])
    }
  }
  return found
}

/** How often each person is drawn, with replacement, in each of many draws of as many people. */
function resampled(count: number): readonly Uint8Array[] {
  const random = seededRandom(1)
  return Array.from({ length: resamples }, () => {
    const weights = new Uint8Array(count)
    for (let draw = 0; draw < count; draw++) weights[Math.floor(random() * count)]! += 1
    return weights
  })
}

function upperResampled(found: readonly Pair[], weights: readonly Uint8Array[]): number {
  const counts = weights.map((drawn) => found.reduce((sum, [i, k]) => sum + drawn[i]! * drawn[k]!, 0))
  return counts.toSorted((a, b) => a - b)[Math.floor(0.95 * counts.length)]!
}
