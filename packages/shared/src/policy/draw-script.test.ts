import { expect, test } from 'vitest'
import { type ActiveAction, activeActions } from '../api/fields.ts'
import { drawScript as drawWith, type ScriptRule } from './active-script.ts'

const settings = (active_steps: number, active_actions: readonly ActiveAction[] = activeActions): ScriptRule => ({
  active_steps,
  active_actions,
})
const drawScript = (rule: ScriptRule) => drawWith(rule, (end) => Math.floor(Math.random() * end))
const draws = <T>(count: number, draw: () => T): T[] => Array.from({ length: count }, draw)

/** How often each value came, as a share of all. */
function shares<T>(values: readonly T[]): number[] {
  const counts = new Map<T, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts.values()].map((count) => count / values.length)
}

test('[PO16] nothing is asked where no steps are', () => {
  expect(drawScript(settings(0))).toBeNull()
})

test.each([1, 2, 3, 4])('[PO16] %i steps of the allowed actions, no two neighbours alike', (steps) => {
  const allowed: ActiveAction[] = ['blink', 'turn_left', 'come_closer']
  for (const script of draws(500, () => drawScript(settings(steps, allowed))!)) {
    expect(script.actions).toHaveLength(steps)
    for (const action of script.actions) expect(allowed).toContain(action)
    for (const [i, action] of script.actions.entries()) expect(action).not.toBe(script.actions[i - 1])
  }
})

test('[PO16] with one action allowed it is asked again and again; with two they take turns', () => {
  expect(drawScript(settings(3, ['blink']))?.actions).toEqual(['blink', 'blink', 'blink'])
  const actions = drawScript(settings(4, ['blink', 'turn_left']))!.actions
  expect(new Set([actions[0], actions[2]]).size).toBe(1)
  expect(new Set([actions[1], actions[3]]).size).toBe(1)
})

// 4 000 draws: a share of 1/4 has a standard deviation of 0.007, so that 0.2 to 0.3 is seven of them away.
test('[PO16] in each place each action is as likely as the others', () => {
  const scripts = draws(4000, () => drawScript(settings(3))!.actions)
  for (const place of [0, 1, 2]) {
    const each = shares(scripts.map((actions) => actions[place]))
    expect(each).toHaveLength(4)
    for (const share of each) expect(share).toSatisfy((value: number) => value > 0.2 && value < 0.3)
  }
})

test('[PO16] stillness takes 1.5 to 4 seconds in steps of a quarter, each as likely as the others', () => {
  const times = draws(4000, () => drawScript(settings(1))!.still_ms)
  expect(Math.min(...times)).toBe(1500)
  expect(Math.max(...times)).toBe(4000)
  expect(times.every((time) => time % 250 === 0)).toBe(true)
  for (const share of shares(times)) expect(share).toSatisfy((value: number) => value > 0.05 && value < 0.14)
})
