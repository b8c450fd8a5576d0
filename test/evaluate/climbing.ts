import { comparedProbes, isNearCopy } from '@mien/shared/policy/near-copy'
import { cosine } from '@mien/shared/template/unit-vector'
import { unitOf } from '../fixtures/synthetic-templates.ts'

/** What a server allows whoever guesses at one person; `Infinity` for none. */
export interface GuessLimits {
  /** Refusals before it stops for good; successes do not make them good again. */
  readonly failures: number
  /** Whether it refuses what nearly copies one of the last accepted probes. */
  readonly refusesCopies: boolean
}

/** Answers yes or no, as a server's sign-in does, and nothing else. */
export interface DecisionOracle {
  accepts(probe: Float32Array): boolean
  readonly queries: number
  readonly failures: number
  readonly isStopped: boolean
}

export function createOracle(target: Float32Array, threshold: number, limits: GuessLimits): DecisionOracle {
  let queries = 0
  let failures = 0
  let accepted: readonly Float32Array[] = []
  const isStopped = () => failures >= limits.failures
  return {
    accepts(probe) {
      if (isStopped()) return false
      queries++
      const isCopy = limits.refusesCopies && isNearCopy(accepted.map((earlier) => cosine(earlier, probe)))
      const isIn = cosine(probe, target) >= threshold && !isCopy
      if (isIn) accepted = [...accepted, probe].slice(-comparedProbes)
      else failures++
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

export interface Climb {
  readonly estimate: Float32Array
  /** Cosine with the target at the end, and what it was at the start. */
  readonly gained: number
  readonly queries: number
  /** Queries after which the estimate was first at 0.95; null: never. */
  readonly queriesTo095: number | null
}

/**
 * Knows one accepted vector, the threshold and a set of directions. Along each the accepted region ends where a cos(x) + b sin(x) is the threshold,
 * with a the start's cosine with the target and b the direction's: so each edge tells one component of the target.
 */
export function climb(
  target: Float32Array,
  start: Float32Array,
  directions: readonly ArrayLike<number>[],
  { threshold, limits, findEdge }: { threshold: number; limits: GuessLimits; findEdge: EdgeFinder },
): Climb {
  const oracle = createOracle(target, threshold, limits)
  const axes = orthonormal(directions, start)
  const edge = (axis: Float32Array, sign: number) =>
    findEdge(
      (angle) => oracle.accepts(turned(start, axis, sign * angle)),
      () => oracle.isStopped,
    )
  let sum = Float64Array.from(start, (value) => threshold * value)
  let along: number | null = null
  let queriesTo095: number | null = null
  for (const axis of axes) {
    const right = edge(axis, 1)
    if (right === null) break
    if (along === null) {
      const left = edge(axis, -1)
      if (left === null) break
      // Both edges of one great circle: a cos r + b sin r = a cos l - b sin l = threshold.
      along = (threshold * (Math.sin(left) + Math.sin(right))) / Math.sin(left + right)
      sum = Float64Array.from(start, (value) => along! * value)
    }
    const across = (threshold - along * Math.cos(right)) / Math.sin(right)
    sum = sum.map((value, i) => value + across * axis[i]!)
    if (queriesTo095 === null && cosine(unitOf(sum), target) >= 0.95) queriesTo095 = oracle.queries
  }
  const estimate = unitOf(sum)
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
