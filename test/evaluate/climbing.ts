import { comparedProbes, isNearCopy } from '@mien/shared/policy/near-copy'
import { cosine } from '@mien/shared/template/unit-vector'
import { unitOf } from '../fixtures/synthetic-templates.ts'

/** What a server allows whoever guesses at one person. */
export interface GuessLimits {
  /** Failures in a row after which a match at the edge is none; `Infinity` for no limits. */
  readonly edgeFailures: number
  /** Whether it refuses what nearly copies one of the last accepted probes. */
  readonly refusesCopies: boolean
}

/** Cosines. */
export interface Bars {
  /** Of 1:1. */
  readonly threshold: number
  /** From which a match is a clear one. */
  readonly clear: number
}

/** Answers yes or no, as a server's sign-in does, and nothing else. */
export interface DecisionOracle {
  accepts(probe: Float32Array): boolean
  readonly queries: number
  /** In a row: a clear match makes them good again, one at the edge does not. */
  readonly failures: number
  /** Only a clear match is told from none. The stop after 20 failures comes later. */
  readonly isStopped: boolean
}

export function createOracle(target: Float32Array, { threshold, clear }: Bars, limits: GuessLimits): DecisionOracle {
  let queries = 0
  let failures = 0
  let accepted: readonly Float32Array[] = []
  const isStopped = () => failures >= limits.edgeFailures
  return {
    accepts(probe) {
      queries++
      const score = cosine(probe, target)
      const isCopy = limits.refusesCopies && isNearCopy(accepted.map((earlier) => cosine(earlier, probe)))
      const isIn = score >= (isStopped() ? clear : threshold) && !isCopy
      if (isIn) accepted = [...accepted, probe].slice(-comparedProbes)
      if (!isIn) failures++
      else if (score >= clear) failures = 0
      return isIn
    },
    get queries() {
      return queries
    },
    get failures() {
      return failures
    },
    get isStopped() {
      return isStopped()
    },
  }
}

export interface Footing {
  readonly oracle: DecisionOracle
  /** A vector that is accepted. */
  readonly start: Float32Array
  /** Unit vectors across it and each other. */
  readonly axes: readonly Float32Array[]
  readonly threshold: number
}

/** How an attacker learns: the estimate after each direction, not of unit length. */
export type Strategy = (footing: Footing) => Iterable<Float64Array>

/** The cap of what is accepted ends before this angle, in radians, whichever way one turns. */
const widestAngle = 2

/** How the edge of what is accepted is found, turning from the start by an angle. @returns radians, or null when stopped */
export type EdgeFinder = (accepts: (angle: number) => boolean, isStopped: () => boolean) => number | null

/** Halves the interval: few queries, every second one a failure. */
export const bisect =
  (steps: number): EdgeFinder =>
  (accepts, isStopped) => {
    let [low, high] = [0, widestAngle]
    for (let step = 0; step < steps; step++) {
      const middle = (low + high) / 2
      if (accepts(middle)) low = middle
      else high = middle
      if (isStopped()) return null
    }
    return (low + high) / 2
  }

/** Goes on in small steps until it fails: one failure an edge, and as many sign-ins that succeed as it takes. */
export const creep =
  (step: number): EdgeFinder =>
  (accepts, isStopped) => {
    let angle = step
    while (angle < widestAngle && accepts(angle)) angle += step
    return isStopped() ? null : angle - step / 2
  }

/**
 * Along each direction the accepted region ends where a cos(x) + b sin(x) is the threshold, with a the start's cosine with the target and b the
 * direction's: so each edge tells one component of the target.
 */
export const measureEdges = (findEdge: EdgeFinder): Strategy =>
  function* ({ oracle, start, axes, threshold }) {
    let sum = Float64Array.from(start, (value) => threshold * value)
    let along: number | null = null
    const edge = (axis: Float32Array, sign: number): number | null => {
      if (!isTold(oracle, sum)) return null
      return findEdge(
        (angle) => oracle.accepts(turned(start, axis, sign * angle)),
        () => oracle.isStopped,
      )
    }
    for (const axis of axes) {
      const right = edge(axis, 1)
      if (right === null) return
      if (along === null) {
        const left = edge(axis, -1)
        if (left === null) return
        // Both edges of one great circle: a cos r + b sin r = a cos l - b sin l = threshold.
        along = (threshold * (Math.sin(left) + Math.sin(right))) / Math.sin(left + right)
        sum = Float64Array.from(start, (value) => along! * value)
      }
      const across = (threshold - along * Math.cos(right)) / Math.sin(right)
      sum = sum.map((value, i) => value + across * axis[i]!)
      yield sum
    }
  }

/** Asks once a direction, at this angle, and leans the estimate to the side that the answer points to. */
export const leanTo = (angle: number, by: number): Strategy =>
  function* ({ oracle, start, axes }) {
    let sum = Float64Array.from(start)
    for (const axis of axes) {
      if (!isTold(oracle, sum)) return
      const side = oracle.accepts(turned(start, axis, angle)) ? by : -by
      sum = sum.map((value, i) => value + side * axis[i]!)
      yield sum
    }
  }

/** Whether the next answer tells anything. Where it would not, the estimate is tried: as a clear match it makes the failures good. */
const isTold = (oracle: DecisionOracle, estimate: Float64Array): boolean =>
  !oracle.isStopped || oracle.accepts(unitOf(estimate))

export interface Climb {
  readonly estimate: Float32Array
  /** Cosine with the target at the end, less what it was at the start. */
  readonly gained: number
  readonly queries: number
  /** Queries after which the estimate was first at 0.95; null: never. */
  readonly queriesTo095: number | null
}

/** Knows one accepted vector, the threshold and a set of directions. */
export function climb(
  target: Float32Array,
  start: Float32Array,
  directions: readonly ArrayLike<number>[],
  { bars, limits, strategy }: { bars: Bars; limits: GuessLimits; strategy: Strategy },
): Climb {
  const oracle = createOracle(target, bars, limits)
  let estimate = start
  let queriesTo095: number | null = null
  for (const sum of strategy({ oracle, start, axes: orthonormal(directions, start), threshold: bars.threshold })) {
    estimate = unitOf(sum)
    if (queriesTo095 === null && cosine(estimate, target) >= 0.95) queriesTo095 = oracle.queries
  }
  const gained = cosine(estimate, target) - cosine(start, target)
  return { estimate, gained, queries: oracle.queries, queriesTo095 }
}

const turned = (from: Float32Array, axis: Float32Array, angle: number): Float32Array =>
  from.map((value, i) => Math.cos(angle) * value + Math.sin(angle) * axis[i]!)

/** Gram-Schmidt, also against `first`; what is left with nothing is left out. */
function orthonormal(directions: readonly ArrayLike<number>[], first: Float32Array): readonly Float32Array[] {
  const axes: Float32Array[] = []
  for (const direction of directions) {
    let rest = Float32Array.from(direction)
    for (const axis of [first, ...axes]) {
      const part = cosine(rest, axis)
      rest = rest.map((value, i) => value - part * axis[i]!)
    }
    if (Math.hypot(...rest) > 0.05) axes.push(unitOf(rest))
  }
  return axes
}
