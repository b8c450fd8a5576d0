import type { FaceAnalysis } from '@mien/shared/vision/types'

/** What a host made of an image, as plain numbers. */
export interface Facts {
  readonly modelId: string
  readonly vector: readonly number[]
  readonly live: number
  readonly landmarks: readonly number[]
  readonly ageYears: number
  readonly maleProbability: number
}

/** The numbers of an analysis with attributes. */
export const toFacts = ({ template, pad, landmarks, attributes }: FaceAnalysis): Facts => ({
  modelId: template.modelId,
  vector: [...template.vector],
  live: pad.live,
  landmarks: [...landmarks],
  ageYears: attributes!.ageYears,
  maleProbability: attributes!.maleProbability,
})
