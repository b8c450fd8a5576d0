import type { Box, FaceDetection, FaceObservation } from '@mien/shared/vision/types'
import type { Guidance } from './state.ts'

/** What one frame says about where and how the person stands. */
export interface FrameFacts {
  readonly width: number
  readonly height: number
  /** Largest first. */
  readonly faces: readonly FaceDetection[]
  /** Of the largest face; null when only the tracker looked. */
  readonly observation: FaceObservation | null
}

/**
 * Limits for a frame that is worth capturing, by judgement: wide enough for webcams held low and for faces that fill the
 * frame. They guide; what is good enough is the server's and the presentation-attack network's to say.
 */
const limits = {
  /** Of the frame's height. Below, a 640x480 camera gives the embedder fewer pixels than it was trained on. */
  minFaceHeight: 0.25,
  maxFaceHeight: 0.92,
  /** Pixels; 40 is the least that a server should enroll, the rest is margin. */
  minInterEyePx: 45,
  minInside: 0.88,
  /** Fractions of the frame between the face's centre and the frame's. */
  maxOffsetX: 0.2,
  maxOffsetY: 0.22,
  /** Mean luma of the aligned face, 0..255. */
  minBrightness: 50,
  maxBrightness: 215,
  maxClipped: 0.4,
  /** Luma by which the surroundings are brighter than the face. */
  maxBacklight: 90,
  maxYawDegrees: 22,
  /** Cameras below or above the eyes alone give 25 degrees. */
  maxPitchDegrees: 35,
  maxRollDegrees: 25,
  /** Lid distance over eye width; open eyes measure 0.24 and more. */
  minEyeOpenness: 0.14,
  /** Both are measured in what nearly no uncovered face exceeds (see `vision/cover.ts`). */
  maxMouthCover: 1,
  maxEyeCover: 1,
} as const

/** A second face counts when it is at least this part of the largest one's area; smaller ones stand in the background. */
const comparableArea = 0.25

/**
 * What shows already has to get this much better before it goes: the second half of not flickering
 * (`steady-guidance.ts` is the other).
 */
const releaseMargin = 0.08

export interface GuidanceRules {
  /** Whether a covered mouth or covered eyes are to be uncovered: a setting of the application. */
  readonly rejectObscured: boolean
}

/** The most useful single instruction for this frame; `hold-still` when it is worth capturing. */
export function readGuidance(facts: FrameFacts, shown: Guidance, { rejectObscured }: GuidanceRules): Guidance {
  const [face] = facts.faces
  if (face === undefined) return 'no-face'
  if (countComparable(facts.faces) > 1) return 'many-faces'
  // Negated, so that a value that is no number is not good either.
  const over = (guidance: Guidance, value: number, limit: number): Guidance | undefined =>
    !(value <= limit * (shown === guidance ? 1 - releaseMargin : 1)) ? guidance : undefined
  const under = (guidance: Guidance, value: number, limit: number): Guidance | undefined =>
    !(value >= limit * (shown === guidance ? 1 + releaseMargin : 1)) ? guidance : undefined

  const { x, y, height, inside } = place(face.box, facts)
  const { observation } = facts
  const placed =
    over('back', height, limits.maxFaceHeight) ??
    under('closer', height, limits.minFaceHeight) ??
    // The camera's image is not mirrored: its right is the person's left.
    over('right', x, limits.maxOffsetX) ??
    over('left', -x, limits.maxOffsetX) ??
    over('up', y, limits.maxOffsetY) ??
    over('down', -y, limits.maxOffsetY) ??
    under('back', inside, limits.minInside)
  if (placed !== undefined || observation === null) return placed ?? 'hold-still'

  const { quality, pose } = observation
  return (
    under('closer', quality.interEyeDistancePx, limits.minInterEyePx) ??
    over('backlight', quality.backlight, limits.maxBacklight) ??
    under('more-light', quality.brightness, limits.minBrightness) ??
    over('more-light', quality.underExposedRatio, limits.maxClipped) ??
    over('less-light', quality.brightness, limits.maxBrightness) ??
    over('less-light', quality.overExposedRatio, limits.maxClipped) ??
    over('look-straight', Math.abs(pose.yawDegrees), limits.maxYawDegrees) ??
    over('look-straight', Math.abs(pose.pitchDegrees), limits.maxPitchDegrees) ??
    over('look-straight', Math.abs(pose.rollDegrees), limits.maxRollDegrees) ??
    (rejectObscured ? over('uncover-mouth', quality.mouthCover, limits.maxMouthCover) : undefined) ??
    (rejectObscured ? over('uncover-eyes', quality.eyeCover, limits.maxEyeCover) : undefined) ??
    under('open-eyes', quality.eyeOpenness, limits.minEyeOpenness) ??
    'hold-still'
  )
}

const area = ({ width, height }: Box): number => width * height

/** How many faces are about as large as the largest one. */
export function countComparable(faces: readonly FaceDetection[]): number {
  const largest = Math.max(0, ...faces.map(({ box }) => area(box)))
  return faces.filter(({ box }) => area(box) >= comparableArea * largest).length
}

function place(box: Box, frame: { readonly width: number; readonly height: number }) {
  const overlap = (start: number, size: number, limit: number) =>
    Math.max(0, Math.min(start + size, limit) - Math.max(start, 0))
  return {
    x: (box.x + box.width / 2) / frame.width - 0.5,
    y: (box.y + box.height / 2) / frame.height - 0.5,
    height: box.height / frame.height,
    inside: (overlap(box.x, box.width, frame.width) * overlap(box.y, box.height, frame.height)) / area(box),
  }
}

/** What stands in the way of moving. Looking away, closing the eyes or coming closer may be the motion itself. */
export const hindrances: ReadonlySet<Guidance> = new Set<Guidance>([
  'no-face',
  'many-faces',
  'left',
  'right',
  'up',
  'down',
  'more-light',
  'less-light',
  'backlight',
])

/** How much of the way to a capture is done, 0..1: instructions come in an order, the later the closer. */
export function progressOf(guidance: Guidance): number {
  return progress[guidance]
}

const progress = {
  'no-face': 0,
  'many-faces': 0,
  back: 0.2,
  closer: 0.2,
  left: 0.4,
  right: 0.4,
  up: 0.4,
  down: 0.4,
  backlight: 0.6,
  'more-light': 0.6,
  'less-light': 0.6,
  'look-straight': 0.8,
  'uncover-mouth': 0.8,
  'uncover-eyes': 0.8,
  'open-eyes': 0.9,
  'hold-still': 1,
} satisfies Record<Guidance, number>
