import { identify } from '@mien/shared/policy/identify'
import { identifyThreshold, maxIdentifyFpir, type OperatingPoint } from '@mien/shared/policy/threshold'
import { cosine } from '@mien/shared/template/unit-vector'
import { seededRandom } from '../fixtures/synthetic-templates.ts'
import { type BoundFigures, boundFalseIdentification } from './bound-false-identification.ts'
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

export interface FalseIdentificationReport {
  readonly people: number
  /** People of the folder who are in it under another name too, left out. */
  readonly leftOut: number
  readonly measured: readonly GalleryFigures[]
  /** With thresholds from other people. Sizes that no gallery of these people has are extrapolated. */
  readonly bounds: readonly BoundFigures[]
  /** Genuine pairs that reach the threshold of the largest size: no margin to a second person is in this. */
  readonly extrapolated: { readonly size: number; readonly threshold: number; readonly trueAccepts: Proportion }
}

const measuredSizes = [
  { size: 100, draws: 20 },
  { size: 1000, draws: 4 },
] as const
const extrapolatedSize = 10_000
const boundedSizes = [...measuredSizes.map(({ size }) => size), extrapolatedSize]

/**
 * The server's own 1:N rule over galleries of real people, one photograph each.
 *
 * @param doubles names of people who are in the folder under another name too
 */
export function evaluateFalseIdentification(
  all: readonly Person[],
  points: readonly OperatingPoint[],
  doubles: ReadonlySet<string> = new Set(),
): FalseIdentificationReport {
  const people = all.filter(({ name }) => !doubles.has(name))
  const genuine = people.flatMap(({ vectors: [first, second] }) =>
    second === undefined ? [] : [cosine(first!, second)],
  )
  const threshold = identifyThreshold(points, extrapolatedSize)
  const reached = genuine.filter((score) => score >= threshold).length
  const fmrs = points.map(({ fmr }) => fmr)
  return {
    people: people.length,
    leftOut: all.length - people.length,
    measured: measuredSizes
      .filter(({ size }) => size < people.length)
      .map(({ size, draws }) => measure(people, points, size, draws)),
    bounds: boundFalseIdentification(people, fmrs, boundedSizes),
    extrapolated: { size: extrapolatedSize, threshold, trueAccepts: proportion(reached, genuine.length) },
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

function shuffle<Item>(items: readonly Item[], seed: number): readonly Item[] {
  const random = seededRandom(seed + 1)
  return items
    .map((item) => ({ item, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item)
}

const percent = (rate: number): string => `${(100 * rate).toFixed(3)} %`

const formatBound = (
  { size, pairs, falseMatches, thresholds: { least, most }, fpir, upper }: BoundFigures,
  isMeasured: boolean,
): string =>
  `SEC-26 N = ${size}${isMeasured ? '' : ', EXTRAPOLATED'}, thresholds ${least.toFixed(3)} to ${most.toFixed(3)} from other people: ${falseMatches} of ${pairs} pairs, FPIR ${percent(fpir)}, upper 95 % bound ${percent(upper)}${upper <= maxIdentifyFpir ? '' : ', ABOVE 0.1 %'}`

export const formatFalseIdentification = ({
  people,
  leftOut,
  measured,
  bounds,
  extrapolated,
}: FalseIdentificationReport): string =>
  [
    `${people} people, one photograph each enrolled; ${leftOut} left out as there under another name too`,
    ...bounds.map((bound) => formatBound(bound, bound.size < people)),
    ...measured.flatMap(({ size, draws, threshold, falsePositives, trueAccepts }) => [
      `N = ${size}, our own threshold ${threshold.toFixed(3)}, ${draws} galleries: FPIR ${formatProportion(falsePositives)}`,
      `  true accept rate ${formatProportion(trueAccepts)}`,
    ]),
    `N = ${extrapolated.size}, our own threshold ${extrapolated.threshold.toFixed(3)}: true accept rate without the margin ${formatProportion(extrapolated.trueAccepts)}`,
    'Bounds: one-sided, the larger of Poisson over pairs and a bootstrap over people. Other intervals: Wilson, 95 %; galleries share people.',
  ].join('\n')
