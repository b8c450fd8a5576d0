import { expect, test } from 'vitest'
import { slope } from './soak-drill.ts'

test('[RL12] growth is told from noise by a line through all samples', () => {
  const noisy = Array.from({ length: 100 }, (_, i) => [i / 10, 300 + 2 * (i / 10) + (i % 2 === 0 ? 5 : -5)] as const)
  expect(slope(noisy)).toBeCloseTo(2, 1)
  expect(slope(noisy.map(([at]) => [at, 300]))).toBe(0)
})
