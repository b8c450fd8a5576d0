import { type MorphRule, resemblesMorph } from '@mien/shared/policy/morph'
import { cosine } from '@mien/shared/template/unit-vector'
import {
  type Composite,
  compositeTrials,
  enrolledVector,
  newcomerTrials,
  type Person,
  returnerTrials,
  type Trial,
  type TrialsOptions,
  twiceEnrolledTrials,
} from './morph-trials.ts'
import { type Proportion, proportion } from './proportion.ts'

/** Composites of one kind. */
export interface CompositeSet {
  readonly title: string
  readonly composites: readonly Composite[]
  /** Composites in which no face was found. */
  readonly noFace: number
}

/** One half of the people, and the composites of them. */
export interface MorphMaterial {
  readonly people: readonly Person[]
  readonly sets: readonly CompositeSet[]
}

interface SetRates {
  readonly title: string
  readonly noFace: number
  /** Composites that would pass as either person, 1:1. */
  readonly passing: Proportion
  /** Of all composites, those that are refused. */
  readonly refused: Proportion
  /** Of those that would pass as either person. */
  readonly passingRefused: Proportion
}

export interface GalleryRates {
  readonly size: number
  readonly sets: readonly SetRates[]
  /** People who are refused although they are one. */
  readonly newcomers: Proportion
  readonly returners: Proportion
  readonly twiceEnrolled: Proportion
}

export function ratesOf({ people, sets }: MorphMaterial, size: number, rule: MorphRule, verify: number): GalleryRates {
  const options = { people, size }
  return {
    size,
    sets: sets.map((set) => setRates(set, options, rule, verify)),
    newcomers: refusedOf(newcomerTrials(options), rule),
    returners: refusedOf(returnerTrials(options), rule),
    twiceEnrolled: refusedOf(twiceEnrolledTrials(options), rule),
  }
}

const isRefused = ({ pairs }: Trial, rule: MorphRule): boolean => pairs.some((facts) => resemblesMorph(facts, rule))

const refusedOf = (trials: readonly Trial[], rule: MorphRule): Proportion =>
  proportion(trials.filter((trial) => isRefused(trial, rule)).length, trials.length)

const passesAsBoth = ({ people, vector }: Composite, verify: number): boolean =>
  people.every((person) => cosine(vector, enrolledVector(person)) >= verify)

function setRates(set: CompositeSet, options: TrialsOptions, rule: MorphRule, verify: number): SetRates {
  const { title, noFace, composites } = set
  const trials = compositeTrials(composites, options)
  const passing = trials.filter((_, i) => passesAsBoth(composites[i]!, verify))
  return {
    title,
    noFace,
    passing: proportion(passing.length, trials.length),
    refused: refusedOf(trials, rule),
    passingRefused: refusedOf(passing, rule),
  }
}

/** False alarms that a rule may have on the people it is chosen on. */
const maxReturners = 0.02
const maxTwiceEnrolled = 0.03

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => (from + i) / 100)

/**
 * The rule that refuses most composites among those that would pass as either person, while it keeps the false alarms low.
 * `minSecond` is the threshold of verification: below it a composite lets nobody in.
 */
export function chooseRule({ people, sets }: MorphMaterial, size: number, verify: number): MorphRule | null {
  const options = { people, size }
  const returners = returnerTrials(options)
  const twice = twiceEnrolledTrials(options)
  const passing = sets.flatMap(({ composites }) =>
    compositeTrials(composites, options).filter((_, i) => passesAsBoth(composites[i]!, verify)),
  )
  const rules = range(30, 46).flatMap((maxBetween) =>
    range(5, 30).map((maxGap): MorphRule => ({ minSecond: verify, maxBetween, maxGap })),
  )
  const allowed = rules.filter(
    (rule) =>
      refusedOf(returners, rule).hits <= maxReturners * returners.length &&
      refusedOf(twice, rule).hits <= maxTwiceEnrolled * twice.length,
  )
  const ranked = allowed.map((rule) => ({ rule, found: refusedOf(passing, rule).hits }))
  return ranked.sort((a, b) => b.found - a.found)[0]?.rule ?? null
}
