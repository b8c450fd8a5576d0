import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Pose, QualityFacts } from '../vision/types.ts'
import { acceptableQuality, qualityScore } from './quality-score.ts'

interface Facts {
  readonly quality: QualityFacts
  readonly pose: Pose
}

const finite = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const angle = finite(-90, 90)
const anyFacts: fc.Arbitrary<Facts> = fc.record({
  quality: fc.record({
    interEyeDistancePx: finite(0, 400),
    faceHeightRatio: finite(0, 2),
    offsetX: finite(-0.5, 0.5),
    offsetY: finite(-0.5, 0.5),
    insideRatio: finite(0, 1),
    sharpness: finite(0, 5000),
    brightness: finite(0, 255),
    contrast: finite(0, 128),
    underExposedRatio: finite(0, 1),
    overExposedRatio: finite(0, 1),
    backlight: finite(-255, 255),
    eyeOpenness: finite(0, 1),
    mouthCover: finite(0, 4),
    eyeCover: finite(0, 4),
    occlusion: finite(0, 2),
  }),
  pose: fc.record({ yawDegrees: angle, pitchDegrees: angle, rollDegrees: angle }),
})

/** An ordinary portrait. */
const good: Facts = {
  quality: {
    interEyeDistancePx: 80,
    faceHeightRatio: 0.5,
    offsetX: 0,
    offsetY: 0,
    insideRatio: 1,
    sharpness: 1500,
    brightness: 125,
    contrast: 50,
    underExposedRatio: 0.02,
    overExposedRatio: 0.01,
    backlight: 0,
    eyeOpenness: 0.3,
    mouthCover: 0.3,
    eyeCover: 0.3,
    occlusion: 0.05,
  },
  pose: { yawDegrees: 3, pitchDegrees: -4, rollDegrees: 2 },
}

const withQuality = (facts: Facts, change: Partial<QualityFacts>): Facts => ({
  ...facts,
  quality: { ...facts.quality, ...change },
})
const withPose = (facts: Facts, change: Partial<Pose>): Facts => ({ ...facts, pose: { ...facts.pose, ...change } })

test('[PO19] the score is a number from 0 to 1, whatever the facts', () => {
  fc.assert(
    fc.property(anyFacts, (facts) => {
      const score = qualityScore(facts)
      expect(score).toBeGreaterThanOrEqual(0)
      expect(score).toBeLessThanOrEqual(1)
    }),
  )
  expect(qualityScore(good)).toBe(1)
})

test.for([
  ['interEyeDistancePx', 400],
  ['insideRatio', 1],
  ['sharpness', 5000],
  ['contrast', 128],
  ['eyeOpenness', 1],
] as const)('[PO19] more %s never makes it worse', ([fact, max]) => {
  fc.assert(
    fc.property(anyFacts, finite(0, max), finite(0, max), (facts, a, b) => {
      const [less, more] = [Math.min(a, b), Math.max(a, b)]
      const worse = qualityScore(withQuality(facts, { [fact]: less }))
      expect(qualityScore(withQuality(facts, { [fact]: more }))).toBeGreaterThanOrEqual(worse)
    }),
  )
})

test.for([
  ['underExposedRatio', 1],
  ['overExposedRatio', 1],
  ['occlusion', 2],
] as const)('[PO19] more %s never makes it better', ([fact, max]) => {
  fc.assert(
    fc.property(anyFacts, finite(0, max), finite(0, max), (facts, a, b) => {
      const [less, more] = [Math.min(a, b), Math.max(a, b)]
      const better = qualityScore(withQuality(facts, { [fact]: less }))
      expect(qualityScore(withQuality(facts, { [fact]: more }))).toBeLessThanOrEqual(better)
    }),
  )
})

test.for(['yawDegrees', 'pitchDegrees', 'rollDegrees'] as const)(
  '[PO19] turning further, either way, never makes it better (%s)',
  (axis) => {
    fc.assert(
      fc.property(anyFacts, angle, angle, (facts, a, b) => {
        const [less, more] = Math.abs(a) < Math.abs(b) ? [a, b] : [b, a]
        const straighter = qualityScore(withPose(facts, { [axis]: less }))
        expect(qualityScore(withPose(facts, { [axis]: more }))).toBeLessThanOrEqual(straighter)
      }),
    )
  },
)

test('[PO19] light is best in the middle: darker under it and brighter over it never make it better', () => {
  fc.assert(
    fc.property(anyFacts, finite(0, 127), finite(0, 127), (facts, a, b) => {
      const [near, far] = [Math.min(a, b), Math.max(a, b)]
      for (const sign of [-1, 1]) {
        const nearer = qualityScore(withQuality(facts, { brightness: 127.5 + sign * near }))
        expect(qualityScore(withQuality(facts, { brightness: 127.5 + sign * far }))).toBeLessThanOrEqual(nearer)
      }
    }),
  )
})

test.for([
  ['tiny', withQuality(good, { interEyeDistancePx: 23 })],
  ['turned away', withPose(good, { yawDegrees: 46 })],
  ['turned away to the other side', withPose(good, { yawDegrees: -46 })],
  ['half outside the picture', withQuality(good, { insideRatio: 0.5 })],
  ['without any detail', withQuality(good, { sharpness: 5 })],
  ['in the dark', withQuality(good, { brightness: 15 })],
  ['washed out', withQuality(good, { brightness: 245 })],
] as const)('[PO19] a face %s alone is not acceptable, however good the rest', ([, facts]) => {
  expect(qualityScore(facts)).toBeLessThan(acceptableQuality)
})

test('[PO19] a fact that is no number gives 0', () => {
  fc.assert(
    fc.property(anyFacts, fc.constantFrom('sharpness', 'brightness', 'insideRatio', 'eyeOpenness'), (facts, fact) => {
      expect(qualityScore(withQuality(facts, { [fact]: Number.NaN }))).toBe(0)
    }),
  )
  expect(qualityScore(withPose(good, { yawDegrees: Number.NaN }))).toBe(0)
})
