import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ActiveScript } from '../api/challenges.ts'
import { type ActiveAction, activeActions } from '../api/fields.ts'
import { answersScript, fitsIntoTime } from './active-script.ts'

const script: ActiveScript = { actions: ['turn_left', 'blink', 'come_closer'], still_ms: 2000 }
const motion = (actions: readonly ActiveAction[], times: readonly number[]) => ({
  variant: 'motion' as const,
  steps: actions.map((action, i) => ({ action, done_at_ms: times[i]! })),
})
const still = (held_ms: number) => ({ variant: 'still' as const, held_ms })

test('[PO14] the actions of the script in its order, apart in time and before the last frame, answer it', () => {
  expect(answersScript(script, motion(script.actions, [200, 400, 600]), 601)).toBe(true)
})

test('[PO14] nothing, a missing, another or an extra action, or another order do not', () => {
  expect(answersScript(script, undefined, 5000)).toBe(false)
  const attempts: ActiveAction[][] = [
    [],
    ['turn_left', 'blink'],
    ['turn_left', 'come_closer', 'blink'],
    ['turn_left', 'blink', 'turn_right'],
    ['turn_left', 'blink', 'come_closer', 'blink'],
  ]
  for (const actions of attempts) {
    expect(answersScript(script, motion(actions, [1000, 2000, 3000, 4000]), 5000)).toBe(false)
  }
})

test('[PO14] nor do actions too soon, too close together, out of order or after the capture', () => {
  const timings = [
    [199, 1000, 2000],
    [1000, 1199, 2000],
    [1000, 2000, 2199],
    [2000, 1000, 3000],
    [1000, 2000, 5000],
    [Number.NaN, 2000, 3000],
    [1000, 2000, Number.NaN],
  ]
  for (const times of timings) expect(answersScript(script, motion(script.actions, times), 5000)).toBe(false)
  expect(answersScript(script, motion(script.actions, [1000, 2000, 3000]), Number.NaN)).toBe(false)
})

test('[PO15] whoever holds still for as long as was asked, but for the coarseness of a timer, answers it too', () => {
  expect(answersScript(script, still(2000), 3000)).toBe(true)
  expect(answersScript(script, still(1950), 3000)).toBe(true)
  expect(answersScript(script, still(1949), 3000)).toBe(false)
  expect(answersScript(script, still(Number.NaN), 3000)).toBe(false)
})

const anyAction = fc.constantFrom(...activeActions)
const anyScript = fc.record({
  actions: fc.array(anyAction, { minLength: 1, maxLength: 4 }),
  still_ms: fc.integer({ min: 500, max: 10_000 }),
})
const gaps = fc.array(fc.integer({ min: 200, max: 5000 }), { minLength: 4, maxLength: 4 })
const sums = (each: readonly number[]) => each.map((_, i) => each.slice(0, i + 1).reduce((sum, gap) => sum + gap, 0))

test('[PO14] whatever the script, doing it at a human pace answers it, and doing another one does not', () => {
  fc.assert(
    fc.property(anyScript, anyScript, gaps, (asked, other, pace) => {
      const times = sums(pace)
      const isSame = asked.actions.join() === other.actions.join()
      expect(answersScript(asked, motion(asked.actions, times), 30_000)).toBe(true)
      expect(answersScript(asked, motion(other.actions, times), 30_000)).toBe(isSame)
    }),
  )
})

test('[PO14] one step done too soon after the one before spoils any response', () => {
  fc.assert(
    fc.property(anyScript, gaps, fc.nat(3), fc.integer({ min: 0, max: 199 }), (asked, pace, at, hasty) => {
      const place = at % asked.actions.length
      const times = sums(pace.map((gap, i) => (i === place ? hasty : gap)))
      expect(answersScript(asked, motion(asked.actions, times), 30_000)).toBe(false)
    }),
  )
})

test('[PO17] nothing can have taken longer than the time since the challenge, but for clocks that differ', () => {
  const done = motion(script.actions, [1000, 2000, 3000])
  expect(fitsIntoTime(done, 5000, 5000)).toBe(true)
  expect(fitsIntoTime(done, 5000, 4000)).toBe(true)
  expect(fitsIntoTime(done, 5000, 3999)).toBe(false)
  expect(fitsIntoTime(still(5000), 2000, 4000)).toBe(true)
  expect(fitsIntoTime(still(5000), 2000, 3999)).toBe(false)
  for (const [last, elapsed] of [
    [Number.NaN, 5000],
    [5000, Number.NaN],
  ] as const) {
    expect(fitsIntoTime(done, last, elapsed)).toBe(false)
  }
  expect(fitsIntoTime(still(Number.NaN), 2000, 5000)).toBe(false)
})
