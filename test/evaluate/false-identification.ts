import { identify } from '@mien/shared/policy/identify'
import { identifyThreshold, type OperatingPoint } from '@mien/shared/policy/threshold'
import { cosine } from '@mien/shared/template/unit-vector'
import { seededRandom } from '../fixtures/synthetic-templates.ts'
import type { Person } from './morph-trials.ts'
import { formatProportion, type Proportion, proportion } from './proportion.ts'

interface GalleryFigures {
  readonly size: number
  /** Galleries that were drawn. */
  readonly draws: number
  readonly threshold: number
  /** Searches of people who are not in the gallery that named somebody, or asked one of two for a PIN. */
  readonly falsePositives: Proportion
  /** Searches of people who are in it with another photograph that named them. */
  readonly trueAccepts: Proportion
}

interface Extrapolated {
  readonly size: number
  readonly threshold: number
  /** 1 - (1 - FMR)^N at the rate of all impostor pairs at this threshold. */
  readonly fpir: number
  /** Impostor pairs that reach the threshold, of all. */
  readonly falseMatches: Proportion
  /** Genuine pairs that reach it: no margin to a second person is in this. */
  readonly trueAccepts: Proportion
}

export interface FalseIdentificationReport {
  readonly people: number
  readonly measured: readonly GalleryFigures[]
  readonly extrapolated: readonly Extrapolated[]
}

const measuredSizes = [
  { size: 100, draws: 20 },
  { size: 1000, draws: 4 },
] as const
const extrapolatedSizes = [10_000, 100_000] as const

/** The server's own 1:N rule over galleries of real people, one photograph each. */
export function evaluateFalseIdentification(
  people: readonly Person[],
  points: readonly OperatingPoint[],
): FalseIdentificationReport {
  return {
    people: people.length,
    measured: measuredSizes
      .filter(({ size }) => size < people.length)
      .map(({ size, draws }) => measure(people, points, size, draws)),
    extrapolated: extrapolate(people, points),
  }
}

function measure(
  people: readonly Person[],
  points: readonly OperatingPoint[],
  size: number,
  draws: number,
): GalleryFigures {
  let [strangers, named, returners, found] = [0, 0, 0, 0]
  for (let draw = 0; draw < draws; draw++) {
    const shuffled = shuffle(people, draw)
    const enrolled = shuffled.slice(0, size)
    const search = (probe: Float32Array) => {
      const candidates = enrolled.map(({ name, vectors }) => ({ subjectId: name, score: cosine(probe, vectors[0]!) }))
      return identify({ candidates, gallerySize: size }, points)
    }
    for (const { vectors } of shuffled.slice(size)) {
      strangers++
      if (search(vectors[0]!).kind !== 'none') named++
    }
    for (const { name, vectors } of enrolled.filter((person) => person.vectors.length > 1)) {
      const verdict = search(vectors[1]!)
      returners++
      if (verdict.kind === 'match' && verdict.subjectId === name) found++
    }
  }
  return {
    size,
    draws,
    threshold: identifyThreshold(points, size),
    falsePositives: proportion(named, strangers),
    trueAccepts: proportion(found, returners),
  }
}

function extrapolate(people: readonly Person[], points: readonly OperatingPoint[]): readonly Extrapolated[] {
  const firsts = people.map(({ vectors }) => vectors[0]!)
  const thresholds = extrapolatedSizes.map((size) => identifyThreshold(points, size))
  const impostors = thresholds.map(() => 0)
  for (const [i, a] of firsts.entries()) {
    for (let k = i + 1; k < firsts.length; k++) {
      const score = cosine(a, firsts[k]!)
      for (const [at, threshold] of thresholds.entries()) if (score >= threshold) impostors[at]!++
    }
  }
  const genuine = people.flatMap(({ vectors: [first, second] }) =>
    second === undefined ? [] : [cosine(first!, second)],
  )
  return extrapolatedSizes.map((size, at) => {
    const falseMatches = proportion(impostors[at]!, (firsts.length * (firsts.length - 1)) / 2)
    const trueAccepts = proportion(genuine.filter((score) => score >= thresholds[at]!).length, genuine.length)
    return { size, threshold: thresholds[at]!, fpir: 1 - (1 - falseMatches.rate) ** size, falseMatches, trueAccepts }
  })
}

function shuffle<Item>(items: readonly Item[], seed: number): readonly Item[] {
  const random = seededRandom(seed + 1)
  return items
    .map((item) => ({ item, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item)
}

export const formatFalseIdentification = ({ people, measured, extrapolated }: FalseIdentificationReport): string =>
  [
    `${people} people, one photograph each enrolled`,
    ...measured.flatMap(({ size, draws, threshold, falsePositives, trueAccepts }) => [
      `SEC-26 N = ${size}, threshold ${threshold.toFixed(3)}, ${draws} galleries: FPIR ${formatProportion(falsePositives)}`,
      `  true accept rate ${formatProportion(trueAccepts)}`,
    ]),
    ...extrapolated.map(
      ({ size, threshold, fpir, falseMatches, trueAccepts }) =>
        `N = ${size}, threshold ${threshold.toFixed(3)}, EXTRAPOLATED from ${falseMatches.hits} of ${falseMatches.total} impostor pairs: FPIR ${(100 * fpir).toFixed(2)} %; true accept rate without the margin ${formatProportion(trueAccepts)}`,
    ),
    'Intervals: Wilson, 95 %, searches taken as independent; galleries share people, and pairs as alike as these may be errors of the list.',
  ].join('\n')
