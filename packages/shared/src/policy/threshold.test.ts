import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  identifyThreshold,
  largestIdentifyGallery,
  type OperatingPoint,
  thresholdForFmr,
  verifyThreshold,
} from './threshold.ts'

const points: OperatingPoint[] = [
  { fmr: 1e-3, threshold: 0.335, tar: 0.989 },
  { fmr: 1e-4, threshold: 0.41, tar: 0.976 },
  { fmr: 1e-5, threshold: 0.478, tar: 0.949 },
]

test('[PO1] measured points are met exactly, and 1:1 holds FMR 1e-4', () => {
  for (const point of points) expect(thresholdForFmr(points, point.fmr)).toBeCloseTo(point.threshold, 12)
  expect(verifyThreshold(points)).toBeCloseTo(0.41, 12)
})

test('[PO2] the 1:N threshold never falls when the gallery grows', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e7 }), fc.integer({ min: 0, max: 1e7 }), (a, b) => {
      const [small, large] = a < b ? [a, b] : [b, a]
      expect(identifyThreshold(points, large)).toBeGreaterThanOrEqual(identifyThreshold(points, small))
    }),
  )
})

test('[PO2] 50 templates need the point of FMR 1e-5, five that of 1e-4 as in 1:1, none or one no less', () => {
  expect(identifyThreshold(points, 50)).toBeCloseTo(0.478, 12)
  expect(identifyThreshold(points, 5)).toBeCloseTo(0.41, 12)
  expect(identifyThreshold(points, 1)).toBeCloseTo(0.41, 12)
  expect(identifyThreshold(points, 0)).toBeCloseTo(0.41, 12)
})

test('[PO3] beyond the measured points the steepest measured slope goes on', () => {
  expect(thresholdForFmr(points, 1e-6)).toBeCloseTo(0.478 + 0.075, 12)
  expect(thresholdForFmr(points, 1e-7)).toBeCloseTo(0.478 + 0.15, 12)
})

test('[PO3] never laxer than the laxest measured point, whatever is asked', () => {
  for (const fmr of [1e-3, 0.5, 1, Number.POSITIVE_INFINITY, Number.NaN]) {
    expect(thresholdForFmr(points, fmr)).toBe(0.335)
  }
})

test('[PO4] the gallery limit lies where the measured true accept rate falls to 95 %', () => {
  const limit = largestIdentifyGallery(points)
  expect(limit).toBeGreaterThan(40)
  expect(limit).toBeLessThan(50)
  expect(largestIdentifyGallery(points, 0.97)).toBeLessThan(limit)
  expect(largestIdentifyGallery(points, 0.5)).toBe(50)
})

test('[PO1] points out of order or too few are refused', () => {
  const reversed = points.map((point, i) => ({ ...point, threshold: points[2 - i]!.threshold }))
  for (const bad of [[], points.slice(0, 1), reversed]) {
    expect(() => thresholdForFmr(bad, 1e-4)).toThrow(expect.objectContaining({ code: 'MODEL_MANIFEST_INVALID' }))
  }
})

test('[PO3] points laxer than FMR 1e-2, which only match levels need, move no threshold and no gallery limit', () => {
  const tail: OperatingPoint[] = [{ fmr: 1e-2, threshold: 0.243, tar: 0.991 }, ...points]
  const withBulk: OperatingPoint[] = [{ fmr: 1e-1, threshold: 0.1, tar: 0.997 }, ...tail]
  expect(verifyThreshold(withBulk)).toBe(verifyThreshold(tail))
  expect(largestIdentifyGallery(withBulk)).toBe(largestIdentifyGallery(tail))
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e9 }), (size) => {
      expect(identifyThreshold(withBulk, size)).toBe(identifyThreshold(tail, size))
    }),
  )
})

test('[PO3] points without a tail are refused: nothing says how far a strict threshold has to go', () => {
  const bulk: OperatingPoint[] = [
    { fmr: 1e-1, threshold: 0.1, tar: 0.997 },
    { fmr: 1e-2, threshold: 0.243, tar: 0.991 },
  ]
  expect(() => thresholdForFmr(bulk, 1e-4)).toThrow(expect.objectContaining({ code: 'MODEL_MANIFEST_INVALID' }))
})
