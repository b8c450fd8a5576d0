import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matchLevel, matchLevelFmrs } from './match-level.ts'
import {
  identifyThreshold,
  largestIdentifyGallery,
  type OperatingPoint,
  thresholdForFmr,
  verifyThreshold,
} from './threshold.ts'

const points: OperatingPoint[] = [
  { fmr: 1e-1, threshold: 0.13, tar: 0.997 },
  { fmr: 1e-2, threshold: 0.24, tar: 0.992 },
  { fmr: 1e-3, threshold: 0.335, tar: 0.989 },
  { fmr: 1e-4, threshold: 0.41, tar: 0.976 },
  { fmr: 1e-5, threshold: 0.478, tar: 0.949 },
]

test('[PO18] each level begins at the threshold of its false match rate', () => {
  for (const level of [1, 2, 3, 4, 5] as const) {
    const threshold = thresholdForFmr(points, matchLevelFmrs[level])
    expect(matchLevel(threshold, points)).toBe(level)
    expect(matchLevel(threshold - 1e-9, points)).toBe(level - 1)
  }
})

test('[PO18] a better score never has a lower level, and what is no number has none', () => {
  const score = fc.double({ min: -1, max: 1, noNaN: true })
  fc.assert(
    fc.property(score, score, (a, b) => {
      expect(matchLevel(Math.max(a, b), points)).toBeGreaterThanOrEqual(matchLevel(Math.min(a, b), points))
    }),
  )
  expect(matchLevel(Number.NaN, points)).toBe(0)
})

test('[PO18] a model without a laxer point gives no level that it did not measure', () => {
  expect(matchLevel(0.3, points.slice(2))).toBe(0)
  expect(matchLevel(0.335, points.slice(2))).toBe(3)
})

/** Of the embedder that `models/manifest.json` names. */
function measuredPoints(): readonly OperatingPoint[] {
  const manifest = JSON.parse(readFileSync(new URL('../../../../models/manifest.json', import.meta.url), 'utf8'))
  return manifest.files.find(({ role }: { role: string }) => role === 'embedder').calibration.points
}

test('[PO18] the model in use has a measured point for every level', () => {
  expect(measuredPoints().map(({ fmr }) => fmr)).toEqual(Object.values(matchLevelFmrs))
})

test('[PO1] [PO2] [PO4] the points that only levels need change nothing else about the model in use', () => {
  const points = measuredPoints()
  const tail = points.filter(({ fmr }) => fmr <= 1e-2)
  expect(largestIdentifyGallery(points)).toBe(27)
  expect(largestIdentifyGallery(tail)).toBe(27)
  expect(verifyThreshold(points)).toBe(verifyThreshold(tail))
  for (const size of [1, 27, 1e3, 1e6]) expect(identifyThreshold(points, size)).toBe(identifyThreshold(tail, size))
})
