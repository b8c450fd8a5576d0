import { maxEdgeFailures } from '@mien/shared/policy/identify'
import { expect, test } from 'vitest'
import { vectorAt } from '../fixtures/frames-around.ts'
import { syntheticPerson } from '../fixtures/synthetic-templates.ts'
import { bisect, climb, createOracle, creep, leanTo, measureEdges } from './climbing.ts'
import { evaluateEdgeRefusals } from './edge-refusals.ts'

const bars = { threshold: 0.41, clear: 0.57 }
const target = syntheticPerson(1)
/** A false match. */
const start = vectorAt(0.42, target, 2)
const anyDirections = Array.from({ length: 511 }, (_, i) => syntheticPerson(i + 10))
const unlimited = { edgeFailures: Number.POSITIVE_INFINITY, refusesCopies: false }
const limited = { edgeFailures: maxEdgeFailures, refusesCopies: true }

test('[SEC-23] yes and no alone give the template back in 6 400 queries; four failures give nearly nothing', {
  timeout: 60_000,
}, () => {
  const free = climb(target, start, anyDirections, { bars, limits: unlimited, strategy: measureEdges(bisect(11)) })
  expect(free.gained + 0.42).toBeGreaterThan(0.95)
  expect(free.queriesTo095).toBeLessThanOrEqual(6400)
  const some = anyDirections.slice(0, 60)
  const strategies = [measureEdges(bisect(5)), measureEdges(creep(0.05)), leanTo(0.35, 0.18)]
  const [held, ...others] = strategies.map((strategy) =>
    climb(target, start, some, { bars, limits: limited, strategy }),
  )
  for (const { gained } of [held!, ...others]) expect(gained).toBeLessThanOrEqual(0.05)
  console.log(
    `SEC-23 (synthetic) without limits cosine 0.95 after ${free.queriesTo095} queries; with four failures 0.42 to ${(0.42 + held!.gained).toFixed(3)} in ${held!.queries} queries`,
  )
})

test('an oracle takes a copy of an accepted probe for a failure, and after so many of them a match at the edge too, until a clear one', () => {
  const oracle = createOracle(target, bars, { edgeFailures: 2, refusesCopies: true })
  expect([oracle.accepts(target), oracle.accepts(target)]).toEqual([true, false])
  expect(oracle.accepts(vectorAt(0.5, target, 3))).toBe(true)
  expect(oracle.failures).toBe(1)
  expect(oracle.accepts(syntheticPerson(9))).toBe(false)
  expect(oracle.isStopped).toBe(true)
  expect(oracle.accepts(vectorAt(0.5, target, 4))).toBe(false)
  expect(oracle.accepts(vectorAt(0.9, target, 5))).toBe(true)
  expect(oracle).toMatchObject({ queries: 6, failures: 0, isStopped: false })
})

test('[GU2] people as themselves: at the edge they are let in until four failures, and never where they are clear', () => {
  const enrolled = syntheticPerson(77)
  const as = (...cosines: number[]) => ({
    name: 'a',
    vectors: [enrolled, ...cosines.map((cosine, i) => vectorAt(cosine, enrolled, 78 + i))],
  })
  const refusals = (...cosines: number[]) => evaluateEdgeRefusals([as(...cosines), as()], bars)
  expect(refusals(0.9)).toEqual({ people: 1, belowThreshold: 0, atEdge: 0 })
  expect(refusals(0.5)).toEqual({ people: 1, belowThreshold: 0, atEdge: 0 })
  expect(refusals(0.1)).toEqual({ people: 1, belowThreshold: 1, atEdge: 0 })
  const { belowThreshold, atEdge } = refusals(0.1, 0.5)
  expect(belowThreshold).toBeCloseTo(0.5, 0)
  expect(atEdge).toBeGreaterThan(0.3)
})
