import { expect, test } from 'vitest'
import { vectorAt } from '../fixtures/frames-around.ts'
import { syntheticPerson } from '../fixtures/synthetic-templates.ts'
import { bisect, climb, createOracle, creep } from './climbing.ts'

const threshold = 0.41
const target = syntheticPerson(1)
/** A false match. */
const start = vectorAt(0.42, target, 2)
const anyDirections = Array.from({ length: 511 }, (_, i) => syntheticPerson(i + 10))
const unlimited = { failures: Number.POSITIVE_INFINITY, refusesCopies: false }
const limited = { failures: 20, refusesCopies: true }

test('[SEC-23] yes and no alone give the template back in 6 400 queries; 20 failures give nearly nothing', {
  timeout: 60_000,
}, () => {
  const free = climb(target, start, anyDirections, { threshold, limits: unlimited, findEdge: bisect(11) })
  expect(free.gained + 0.42).toBeGreaterThan(0.95)
  expect(free.queriesTo095).toBeLessThanOrEqual(6400)
  const held = climb(target, start, anyDirections, { threshold, limits: limited, findEdge: bisect(5) })
  const crept = climb(target, start, anyDirections.slice(0, 60), { threshold, limits: limited, findEdge: creep(0.05) })
  expect(held.gained).toBeLessThanOrEqual(0.05)
  expect(crept.gained).toBeLessThanOrEqual(0.05)
  console.log(
    `SEC-23 (synthetic) without limits cosine 0.95 after ${free.queriesTo095} queries; with 20 failures 0.42 to ${(0.42 + held.gained).toFixed(3)} in ${held.queries} queries`,
  )
})

test('an oracle stops after so many failures, and takes a copy of an accepted probe for one', () => {
  const oracle = createOracle(target, threshold, { failures: 2, refusesCopies: true })
  expect([oracle.accepts(target), oracle.accepts(target)]).toEqual([true, false])
  expect(oracle.accepts(vectorAt(0.99, target, 3))).toBe(true)
  expect(oracle.accepts(syntheticPerson(9))).toBe(false)
  expect(oracle.isStopped).toBe(true)
  expect(oracle.accepts(vectorAt(0.9, target, 4))).toBe(false)
  expect(oracle).toMatchObject({ queries: 4, failures: 2 })
})
