/**
 * The words of the pipeline. Everything here is plain data, so that it crosses a worker boundary as it is.
 * Coordinates are pixels of the image they were found in: x to the right, y down, (0, 0) the top left corner
 * of the top left pixel.
 */

/** 8-bit RGBA, row-major, sRGB, 4 bytes a pixel. Structurally the browser's `ImageData`. Alpha is ignored. */
export interface RgbaImage {
  readonly data: Uint8ClampedArray | Uint8Array
  readonly width: number
  readonly height: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

/** Axis-aligned box, pixels; may reach beyond the image. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface FaceDetection {
  readonly box: Box
  /** Detector confidence, 0..1. */
  readonly score: number
}

/** Shape [68, 2] flat: x0, y0, x1, y1, … in image pixels. iBUG 68-point order. */
export type Landmarks68 = Float32Array

/** Left eye, right eye, nose tip, left mouth corner, right mouth corner, as seen in the image. Shape [5, 2] flat. */
export type FivePoints = Float64Array

/** Row-major 2x3: x' = m0 x + m1 y + m2, y' = m3 x + m4 y + m5. */
export type Affine = readonly [number, number, number, number, number, number]

/** Degrees. Yaw > 0: the face turns to the image's right; pitch > 0: down; roll > 0: clockwise in the image. */
export interface Pose {
  readonly yawDegrees: number
  readonly pitchDegrees: number
  readonly rollDegrees: number
}

/** Measurements, not verdicts: `policy/` decides which are good enough. Named after ISO/IEC 29794-5 where it has the quantity. */
export interface QualityFacts {
  /** Distance of the eye centres, pixels of the source image. */
  readonly interEyeDistancePx: number
  /** Height of the face box over the image's height, 0.. */
  readonly faceHeightRatio: number
  /** Offset of the face centre from the image centre, as a fraction of the image's width and height, -0.5..0.5. */
  readonly offsetX: number
  readonly offsetY: number
  /** Part of the face box that lies inside the image, 0..1. */
  readonly insideRatio: number
  /** Variance of the Laplacian of the aligned 112x112 luma (0..255), >= 0. */
  readonly sharpness: number
  /** Mean luma of the aligned face, 0..255. */
  readonly brightness: number
  /** Standard deviation of the aligned face's luma, 0..128. */
  readonly contrast: number
  /** Share of aligned luma <= 20 and >= 235, 0..1. */
  readonly underExposedRatio: number
  readonly overExposedRatio: number
  /** Mean luma outside the face box minus inside, -255..255: > 0 means backlight. */
  readonly backlight: number
  /** Smaller of both eyes' openness: eyelid distance over eye width, 0..1 (closed about 0.15). */
  readonly eyeOpenness: number
  /** How unlike an uncovered mouth mouth and chin are, 0..4; over 1 under a mask, some scarves, a hand. */
  readonly mouthCover: number
  /** How unlike uncovered eyes the eyes are, 0..; over 1 behind dark or mirrored glasses. */
  readonly eyeCover: number
  /** How far the 68 points are from a plausible face shape, 0..; large when covered or turned away. */
  readonly occlusion: number
}

/** What the presentation-attack network saw. */
export interface PadFacts {
  /** Probability that the frame shows a live face, 0..1. */
  readonly live: number
  readonly modelId: string
}

/** L2-normalised embedding and the id of the model that made it. Templates of two models are never compared. */
export interface Template {
  readonly modelId: string
  readonly vector: Float32Array
}

/** One face of one frame: the cheap facts. */
export interface FaceObservation {
  readonly detection: FaceDetection
  readonly landmarks: Landmarks68
  readonly fivePoints: FivePoints
  readonly pose: Pose
  readonly quality: QualityFacts
}

/** One face of one captured frame, for a check that recognises nobody. */
export interface FaceInspection extends FaceObservation {
  readonly pad: PadFacts
  /** Only when they were asked for. */
  readonly attributes?: FaceAttributes
}

/** One face of one captured frame: cheap and dear facts together. */
export interface FaceAnalysis extends FaceInspection {
  readonly template: Template
}

/** What networks guess about a person from one aligned face. Guesses: off by years, and worse for some people than for others. */
export interface FaceAttributes {
  /** Years, 0..116. */
  readonly ageYears: number
  /** Probability that the network gives "male", 0..1. */
  readonly maleProbability: number
}

/** Red, green and blue, 0..1, in proportion to light. */
export type LinearRgb = readonly [number, number, number]

/** Mean light of parts of one picture; null where too little of it can be told. */
export interface LightFacts {
  readonly face: LinearRgb | null
  /** Of what is around the face. */
  readonly around: LinearRgb | null
}
