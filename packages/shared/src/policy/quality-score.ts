import type { FaceObservation } from '../vision/types.ts'

/** A photograph at it is just good enough. */
export const acceptableQuality = 0.4

/** Where a fact gives 0, `acceptableQuality` and 1; linear in between. Rising or falling. */
interface Grade {
  readonly worthless: number
  readonly acceptable: number
  readonly perfect: number
}

/** Chosen on Labeled Faces in the Wild, blurred, darkened, brightened and made small: shares in `models/README.md`. */
const grades = {
  interEyeDistancePx: { worthless: 8, acceptable: 24, perfect: 60 },
  insideRatio: { worthless: 0.4, acceptable: 0.7, perfect: 1 },
  sharpness: { worthless: 0, acceptable: 25, perfect: 250 },
  darkness: { worthless: 15, acceptable: 40, perfect: 85 },
  brightness: { worthless: 250, acceptable: 200, perfect: 160 },
  contrast: { worthless: 5, acceptable: 18, perfect: 40 },
  underExposedRatio: { worthless: 0.9, acceptable: 0.5, perfect: 0.1 },
  overExposedRatio: { worthless: 0.6, acceptable: 0.35, perfect: 0.05 },
  eyeOpenness: { worthless: 0, acceptable: 0.09, perfect: 0.2 },
  occlusion: { worthless: 0.6, acceptable: 0.3, perfect: 0.1 },
  yawDegrees: { worthless: 75, acceptable: 45, perfect: 15 },
  pitchDegrees: { worthless: 75, acceptable: 45, perfect: 20 },
  rollDegrees: { worthless: 90, acceptable: 45, perfect: 15 },
} as const satisfies Record<string, Grade>

/**
 * One number for how usable a photograph of a face is: the grade of its worst fact, so that nothing good makes up for a
 * face that is blurred, tiny, turned away or badly lit. Not an ISO/IEC 29794-5 score.
 *
 * @returns 0..1; `acceptableQuality` where the worst fact is at its limit; 0 for a fact that is no number
 */
export function qualityScore({ quality, pose }: Pick<FaceObservation, 'quality' | 'pose'>): number {
  return Math.min(
    grade(quality.interEyeDistancePx, grades.interEyeDistancePx),
    grade(quality.insideRatio, grades.insideRatio),
    grade(quality.sharpness, grades.sharpness),
    grade(quality.brightness, grades.darkness),
    grade(quality.brightness, grades.brightness),
    grade(quality.contrast, grades.contrast),
    grade(quality.underExposedRatio, grades.underExposedRatio),
    grade(quality.overExposedRatio, grades.overExposedRatio),
    grade(quality.eyeOpenness, grades.eyeOpenness),
    grade(quality.occlusion, grades.occlusion),
    grade(Math.abs(pose.yawDegrees), grades.yawDegrees),
    grade(Math.abs(pose.pitchDegrees), grades.pitchDegrees),
    grade(Math.abs(pose.rollDegrees), grades.rollDegrees),
  )
}

function grade(value: number, { worthless, acceptable, perfect }: Grade): number {
  const toAcceptable = (value - worthless) / (acceptable - worthless)
  const toPerfect = (value - acceptable) / (perfect - acceptable)
  if (toPerfect >= 0) return acceptableQuality + (1 - acceptableQuality) * Math.min(1, toPerfect)
  return toAcceptable > 0 ? acceptableQuality * toAcceptable : 0
}
