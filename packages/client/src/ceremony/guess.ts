import type { FaceDetails } from '@mien/shared/api/fields'
import { MienError } from '@mien/shared/errors'
import type { FaceAttributes, FaceInspection } from '@mien/shared/vision/types'
import type { CapturedFrame } from './capture.ts'

/** Between these probabilities of "male" the network is not sure enough to be repeated. By judgement. */
const unsure = { from: 0.35, to: 0.65 } as const

/**
 * What the networks guess of a person: the mean over a capture's frames, which were analysed with attributes.
 *
 * @throws MienError MODEL_OUTPUT_INVALID for what is no number
 */
export function guessPerson(frames: readonly CapturedFrame<FaceInspection>[]): FaceAttributes {
  const mean = (read: (attributes: FaceAttributes) => number): number => {
    const sum = frames.reduce(
      (total, { analysis: { attributes } }) => total + (attributes ? read(attributes) : Number.NaN),
      0,
    )
    const value = sum / frames.length
    if (!Number.isFinite(value)) throw new MienError('MODEL_OUTPUT_INVALID')
    return value
  }
  return { ageYears: mean(({ ageYears }) => ageYears), maleProbability: mean(({ maleProbability }) => maleProbability) }
}

/** In whole years, as people count them: whoever is `minimumAge` by this number is so by `isOfAge` too. */
export function toDetails({ ageYears, maleProbability }: FaceAttributes): FaceDetails {
  return { gender: genderOf(maleProbability), age: Math.min(120, Math.max(0, Math.floor(ageYears))) }
}

export const isOfAge = ({ ageYears }: FaceAttributes, minimumAge: number): boolean => ageYears >= minimumAge

function genderOf(maleProbability: number): FaceDetails['gender'] {
  if (maleProbability > unsure.to) return 'male'
  return maleProbability < unsure.from ? 'female' : null
}
