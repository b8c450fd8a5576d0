import type { FaceAttributes } from '@mien/shared/vision/types'
import { describe, expect, it } from 'vitest'
import type { CapturedFrame } from './capture.ts'
import { guessPerson, isOfAge, toDetails } from './guess.ts'
import { observed } from './observed.fixture.ts'

const frame = (attributes?: FaceAttributes): CapturedFrame => ({
  atMs: 0,
  analysis: {
    ...observed(),
    pad: { live: 1, modelId: 'pad' },
    template: { modelId: 'model', vector: new Float32Array(4) },
    ...(attributes === undefined ? {} : { attributes }),
  },
})
const guess = (ageYears: number, maleProbability = 0.9): FaceAttributes => ({ ageYears, maleProbability })

describe('a guess', () => {
  it('is the mean over the frames', () => {
    const { ageYears, maleProbability } = guessPerson([frame(guess(20, 0.2)), frame(guess(30, 0.4))])
    expect([ageYears, maleProbability]).toEqual([25, expect.closeTo(0.3, 10)])
  })

  it.each([
    ['without attributes', [frame(guess(20)), frame()]],
    ['without a number', [frame(guess(20)), frame(guess(Number.NaN))]],
    ['that are none', []],
  ])('of frames %s is MODEL_OUTPUT_INVALID, not an age', (_name, frames) => {
    expect(() => guessPerson(frames)).toThrow(expect.objectContaining({ code: 'MODEL_OUTPUT_INVALID' }))
  })

  it.each([
    [0.66, 'male'],
    [0.65, null],
    [0.5, null],
    [0.35, null],
    [0.34, 'female'],
  ] as const)('of %d for male says %s', (probability, gender) => {
    expect(toDetails(guess(30, probability)).gender).toBe(gender)
  })

  it.each([
    [17.99, 17, false],
    [18, 18, true],
    [18.9, 18, true],
    [-3, 0, false],
    [300, 120, true],
  ])('of %d years is said as %d, and of age: %s', (ageYears, age, ofAge) => {
    expect(toDetails(guess(ageYears)).age).toBe(age)
    expect(isOfAge(guess(ageYears), 18)).toBe(ofAge)
  })
})
