import * as z from 'zod/mini'

/** `QualityFacts` on the wire; units as there. */
export const wireQuality = z.strictObject({
  inter_eye_distance_px: z.number(),
  face_height_ratio: z.number(),
  offset_x: z.number(),
  offset_y: z.number(),
  inside_ratio: z.number(),
  sharpness: z.number(),
  brightness: z.number(),
  contrast: z.number(),
  under_exposed_ratio: z.number(),
  over_exposed_ratio: z.number(),
  backlight: z.number(),
  eye_openness: z.number(),
  occlusion: z.number(),
  mouth_cover: z.number(),
  eye_cover: z.number(),
})
export type WireQuality = z.infer<typeof wireQuality>

/** `Pose` on the wire, degrees. */
export const wirePose = z.strictObject({ yaw_degrees: z.number(), pitch_degrees: z.number(), roll_degrees: z.number() })
export type WirePose = z.infer<typeof wirePose>

/** Facts of one captured frame. All of it is a client's claim: hints for refusal, never grounds for acceptance. */
export const wireFrame = z.strictObject({
  /** Milliseconds since the challenge arrived, monotone over the frames. */
  at_ms: z.number().check(z.minimum(0), z.maximum(3_600_000)),
  /** Probability of a live face, 0..1; null when the page did not check. */
  live: z.nullable(z.number().check(z.minimum(0), z.maximum(1))),
  quality: wireQuality,
  pose: wirePose,
})
export type WireFrame = z.infer<typeof wireFrame>
