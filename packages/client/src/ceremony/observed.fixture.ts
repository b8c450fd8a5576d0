import type { Box, FaceObservation, Pose, QualityFacts } from '@mien/shared/vision/types'
import type { FrameFacts } from './guidance.ts'

const quality: QualityFacts = {
  interEyeDistancePx: 90,
  faceHeightRatio: 0.5,
  offsetX: 0,
  offsetY: 0,
  insideRatio: 1,
  sharpness: 100,
  brightness: 120,
  contrast: 40,
  underExposedRatio: 0,
  overExposedRatio: 0,
  backlight: 0,
  eyeOpenness: 0.3,
  occlusion: 0.05,
  mouthCover: 0.1,
  eyeCover: 0.2,
}

export const frameSize = { width: 640, height: 480 } as const

/** Centred, half the frame high. */
export const goodBox: Box = { x: 200, y: 120, width: 240, height: 240 }

export interface Variation {
  readonly box?: Partial<Box>
  readonly quality?: Partial<QualityFacts>
  readonly pose?: Partial<Pose>
}

/** A face that is good in every respect that is not varied. */
export function observed(variation: Variation = {}): FaceObservation {
  return {
    detection: { box: { ...goodBox, ...variation.box }, score: 1 },
    landmarks: new Float32Array(136),
    fivePoints: new Float64Array(10),
    pose: { yawDegrees: 0, pitchDegrees: 0, rollDegrees: 0, ...variation.pose },
    quality: { ...quality, ...variation.quality },
  }
}

/** What the worker says of a frame with these faces, the first one being the largest. */
export function frameOf(...faces: readonly FaceObservation[]): FrameFacts {
  return { ...frameSize, faces: faces.map((face) => face.detection), observation: faces[0] ?? null }
}
