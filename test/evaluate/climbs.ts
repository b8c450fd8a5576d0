import { maxEdgeFailures } from '@mien/shared/policy/identify'
import type { Population } from '@mien/shared/policy/plausibility'
import { cosine } from '@mien/shared/template/unit-vector'
import { seededRandom, syntheticPerson } from '../fixtures/synthetic-templates.ts'
import {
  type Bars,
  bisect,
  type Climb,
  climb,
  creep,
  type GuessLimits,
  leanTo,
  measureEdges,
  type Strategy,
} from './climbing.ts'
import { type EdgeRefusals, evaluateEdgeRefusals } from './edge-refusals.ts'
import { halfOf, type Person } from './morph-trials.ts'

export interface ClimbsOptions {
  readonly people: readonly Person[]
  /** Of other people than those who are attacked. */
  readonly population: Population
  readonly bars: Bars
}

interface Attack {
  readonly title: string
  readonly directions: 'any' | 'principal'
  readonly limits: GuessLimits
  readonly strategy: Strategy
  readonly climbs: number
}

interface AttackFigures {
  readonly title: string
  readonly climbs: number
  readonly queries: number
  readonly startsAt: number
  readonly gained: { readonly mean: number; readonly most: number }
  /** Mean queries until cosine 0.95, over those that came so far. */
  readonly to095: { readonly reached: number; readonly queries: number } | null
}

export interface ClimbsReport {
  /** Pairs of different people in the half for the test whose photographs match 1:1. */
  readonly falseMatches: number
  readonly attacks: readonly AttackFigures[]
  readonly honest: EdgeRefusals
}

const none: GuessLimits = { edgeFailures: Number.POSITIVE_INFINITY, refusesCopies: false }
const ours: GuessLimits = { edgeFailures: maxEdgeFailures, refusesCopies: true }
const halving = measureEdges(bisect(5))
const creeping = measureEdges(creep(0.04))
const leaning = leanTo(0.35, 0.18)

const attacks: readonly Attack[] = [
  {
    title: 'no limits, any directions',
    directions: 'any',
    limits: none,
    strategy: measureEdges(bisect(11)),
    climbs: 5,
  },
  {
    title: 'no limits, principal directions',
    directions: 'principal',
    limits: none,
    strategy: measureEdges(bisect(11)),
    climbs: 20,
  },
  { title: 'our limits, any directions', directions: 'any', limits: ours, strategy: halving, climbs: 100 },
  { title: 'our limits, principal directions', directions: 'principal', limits: ours, strategy: halving, climbs: 100 },
  {
    title: 'our limits, principal directions, small steps that nearly always succeed',
    directions: 'principal',
    limits: ours,
    strategy: creeping,
    climbs: 100,
  },
  {
    title: 'our limits, principal directions, one question each',
    directions: 'principal',
    limits: ours,
    strategy: leaning,
    climbs: 100,
  },
]

/** Whoever is taken for somebody else once, and learns no more than yes or no, looks for that other person's template. */
export function evaluateClimbs({ people, population, bars }: ClimbsOptions): ClimbsReport {
  const vectors = people.filter(({ name }) => halfOf(name) === 'test').map(({ vectors: [first] }) => first!)
  const starts = vectors.flatMap((target, i) =>
    vectors
      .slice(i + 1)
      .filter((other) => cosine(target, other) >= bars.threshold)
      .map((start) => ({ target, start })),
  )
  const random = seededRandom(1)
  const shuffled = starts
    .map((pair) => ({ pair, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ pair }) => pair)
  const any = Array.from({ length: 511 }, (_, i) => syntheticPerson(i + 1))
  const run = ({ title, directions, limits, strategy, climbs }: Attack): AttackFigures => {
    const along = directions === 'any' ? any.slice(0, limits === ours ? 40 : 511) : population.directions
    const chosen = shuffled.slice(0, climbs)
    const done = chosen.map(({ target, start }) => climb(target, start, along, { bars, limits, strategy }))
    const startsAt = mean(chosen.map(({ target, start }) => cosine(target, start)))
    return {
      title,
      climbs: done.length,
      startsAt,
      queries: mean(done.map(({ queries }) => queries)),
      ...figuresOf(done),
    }
  }
  return { falseMatches: starts.length, attacks: attacks.map(run), honest: evaluateEdgeRefusals(people, bars) }
}

function figuresOf(done: readonly Climb[]): Pick<AttackFigures, 'gained' | 'to095'> {
  const gained = done.map((each) => each.gained)
  const reached = done.flatMap(({ queriesTo095 }) => (queriesTo095 === null ? [] : [queriesTo095]))
  return {
    gained: { mean: mean(gained), most: Math.max(...gained) },
    to095: reached.length === 0 ? null : { reached: reached.length, queries: mean(reached) },
  }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

export const formatClimbs = ({ falseMatches, attacks: all, honest }: ClimbsReport): string =>
  [
    `SEC-23: ${falseMatches} pairs of people who match falsely; an attacker starts from such a match and is told yes or no`,
    ...all.map(
      ({ title, climbs, queries, startsAt, gained, to095 }) =>
        `  ${title}: ${climbs} climbs, ${queries.toFixed(0)} queries each, from ${startsAt.toFixed(3)}, gained ${gained.mean.toFixed(3)} on average, ${gained.most.toFixed(3)} at most${
          to095 === null
            ? ''
            : `; cosine 0.95 in ${to095.reached} of ${climbs}, after ${to095.queries.toFixed(0)} queries`
        }`,
    ),
    `  ${honest.people} people as themselves with other photographs: ${(100 * honest.belowThreshold).toFixed(2)} % below the threshold, ${(100 * honest.atEdge).toFixed(2)} % refused at the edge after failures`,
  ].join('\n')
