import { expect, test } from 'vitest'
import { growthOf } from './soak-drill.ts'

test('[RL12] growth is that of the least: what is collected later is none, and a leak is', () => {
  const sawtooth = (leak: number) =>
    Array.from({ length: 240 }, (_, i) => [i / 12, 500 + (i % 40) + leak * (i / 12)] as const)
  expect(growthOf(sawtooth(0), 20)).toBe(0)
  expect(growthOf(sawtooth(2), 20)).toBeCloseTo(2, 0)
})
