import type { WireFrame } from '@mien/shared/api/frames'
import type { PadFacts, Pose, QualityFacts } from '@mien/shared/vision/types'

interface FrameFacts {
  readonly atMs: number
  readonly pad: PadFacts | null
  readonly quality: QualityFacts
  readonly pose: Pose
}

export function toWireFrame(frame: FrameFacts): WireFrame {
  const { quality, pose } = frame
  return {
    at_ms: frame.atMs,
    live: frame.pad === null ? null : frame.pad.live,
    quality: {
      inter_eye_distance_px: quality.interEyeDistancePx,
      face_height_ratio: quality.faceHeightRatio,
      offset_x: quality.offsetX,
      offset_y: quality.offsetY,
      inside_ratio: quality.insideRatio,
      sharpness: quality.sharpness,
      brightness: quality.brightness,
      contrast: quality.contrast,
      under_exposed_ratio: quality.underExposedRatio,
      over_exposed_ratio: quality.overExposedRatio,
      backlight: quality.backlight,
      eye_openness: quality.eyeOpenness,
      occlusion: quality.occlusion,
      mouth_cover: quality.mouthCover,
      eye_cover: quality.eyeCover,
    },
    pose: { yaw_degrees: pose.yawDegrees, pitch_degrees: pose.pitchDegrees, roll_degrees: pose.rollDegrees },
  }
}
