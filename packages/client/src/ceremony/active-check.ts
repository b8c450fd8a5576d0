import type { ActiveAction } from '@mien/shared/api/fields'
import type { FrameFacts } from './guidance.ts'

/** `hold`: stay as you are, the variant without motion. */
export type CheckAction = ActiveAction | 'hold'

/** What an active check looks at in one frame. */
export interface MotionFacts {
  readonly atMs: number
  /** Towards the person's own left is positive: to the right of a camera's image, which is not mirrored. */
  readonly yawDegrees: number
  /** Lid distance over eye width, 0..1. */
  readonly eyeOpenness: number
  /** Of the frame's height. */
  readonly faceHeight: number
  /** Of the face's centre from the frame's, fractions of the frame. */
  readonly offsetX: number
  readonly offsetY: number
}

/** How this person looks straight into this camera: everything is measured against it. */
export type Baseline = Pick<MotionFacts, 'yawDegrees' | 'eyeOpenness' | 'faceHeight'>

/** One action on its way. Times in milliseconds. */
export interface ActiveCheck {
  readonly action: CheckAction
  /** 0..1; 1 exactly when it is done. */
  readonly progress: number
  readonly isDone: boolean
  readonly baseline: Baseline
  readonly holdMs: number
  /** Whether the far point of a motion was reached: turned, eyes closed. What is left is the way back. */
  readonly isHalfway: boolean
  /** Frames in a row that showed the far point. */
  readonly streak: number
  /** Where a hold began. */
  readonly anchor: MotionFacts | undefined
  readonly lastAtMs: number
}

const limits = {
  /** A turn counts from here, measured from the person's own straight look. */
  turnedDegrees: 12,
  /** Straight again, before the next action. */
  straightDegrees: 6,
  /** Of the person's own open eyes. */
  closedEyes: 0.7,
  openEyes: 0.85,
  /** Of the face's height before. */
  closer: 1.2,
  /** How far one may stray while holding still. */
  holdDegrees: 10,
  holdHeight: 0.12,
  holdOffset: 0.06,
  /** One frame may be a slip of the landmarks. */
  streakFrames: 2,
  baselineFrames: 5,
} as const

/** A face that fills more of the frame than this cannot come closer: ask for `back` first. */
export const maxHeightBeforeCloser = 0.72

/** Undefined when no face was looked at fully, or a number is none. */
export function motionFacts({ observation }: FrameFacts, atMs: number): MotionFacts | undefined {
  if (observation === null) return undefined
  const { pose, quality } = observation
  const facts = {
    atMs,
    yawDegrees: pose.yawDegrees,
    eyeOpenness: quality.eyeOpenness,
    faceHeight: quality.faceHeightRatio,
    offsetX: quality.offsetX,
    offsetY: quality.offsetY,
  }
  return Object.values(facts).every(Number.isFinite) ? facts : undefined
}

/** The median of frames in which the person stood right, as guidance says; undefined when there are too few of them. */
export function measureBaseline(frames: readonly MotionFacts[]): Baseline | undefined {
  if (frames.length < limits.baselineFrames) return undefined
  return {
    yawDegrees: median(frames.map((frame) => frame.yawDegrees)),
    eyeOpenness: median(frames.map((frame) => frame.eyeOpenness)),
    faceHeight: median(frames.map((frame) => frame.faceHeight)),
  }
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!

/** @param holdMs how long to hold still, for `hold` */
export function startCheck(action: CheckAction, baseline: Baseline, holdMs: number): ActiveCheck {
  return {
    action,
    progress: 0,
    isDone: false,
    baseline,
    holdMs,
    isHalfway: false,
    streak: 0,
    anchor: undefined,
    lastAtMs: Number.NEGATIVE_INFINITY,
  }
}

/** @param facts undefined for a frame without a face; such a frame ends a hold and leaves a motion where it is */
export function watchCheck(check: ActiveCheck, facts: MotionFacts | undefined): ActiveCheck {
  if (check.isDone) return check
  if (facts === undefined) return { ...check, streak: 0, ...(check.action === 'hold' ? restart : {}) }
  // A frame that is not newer than the one before says nothing about motion.
  if (!(facts.atMs > check.lastAtMs)) return check
  const seen = { ...check, lastAtMs: facts.atMs }
  switch (check.action) {
    case 'turn_left':
      return watchTurn(seen, facts.yawDegrees - check.baseline.yawDegrees)
    case 'turn_right':
      return watchTurn(seen, check.baseline.yawDegrees - facts.yawDegrees)
    case 'blink':
      return watchBlink(seen, facts.eyeOpenness / check.baseline.eyeOpenness)
    case 'come_closer':
      return watchCloser(seen, facts.faceHeight / check.baseline.faceHeight)
    case 'hold':
      return watchHold(seen, facts)
  }
}

const restart = { anchor: undefined, progress: 0 } as const
/** 0 too for what is no number. */
const clamp = (value: number): number => (value > 0 ? Math.min(1, value) : 0)
const done = (check: ActiveCheck): ActiveCheck => ({ ...check, progress: 1, isDone: true })

function watchTurn(check: ActiveCheck, degrees: number): ActiveCheck {
  if (check.isHalfway) return Math.abs(degrees) <= limits.straightDegrees ? done(check) : check
  return approach(check, degrees / limits.turnedDegrees)
}

function watchBlink(check: ActiveCheck, openness: number): ActiveCheck {
  if (check.isHalfway) return openness >= limits.openEyes ? done(check) : check
  return approach(check, (1 - openness) / (1 - limits.closedEyes))
}

function watchCloser(check: ActiveCheck, growth: number): ActiveCheck {
  const next = approach(check, (growth - 1) / (limits.closer - 1))
  // Nobody has to go back again: the capture that follows is the better for it.
  return next.isHalfway ? done(next) : { ...next, progress: 2 * next.progress }
}

/** On the way to the far point; `way` is 1 when it is reached. Up to half of the progress. */
function approach(check: ActiveCheck, way: number): ActiveCheck {
  const streak = way >= 1 ? check.streak + 1 : 0
  const isHalfway = streak >= limits.streakFrames
  return { ...check, streak, isHalfway, progress: isHalfway ? 0.5 : clamp(way) * 0.49 }
}

function watchHold(check: ActiveCheck, facts: MotionFacts): ActiveCheck {
  const { anchor } = check
  if (anchor === undefined || !isNear(anchor, facts)) return { ...check, anchor: facts, progress: 0 }
  const heldMs = facts.atMs - anchor.atMs
  return heldMs >= check.holdMs ? done(check) : { ...check, progress: clamp(heldMs / check.holdMs) }
}

const isNear = (anchor: MotionFacts, facts: MotionFacts): boolean =>
  Math.abs(facts.yawDegrees - anchor.yawDegrees) <= limits.holdDegrees &&
  Math.abs(facts.faceHeight / anchor.faceHeight - 1) <= limits.holdHeight &&
  Math.hypot(facts.offsetX - anchor.offsetX, facts.offsetY - anchor.offsetY) <= limits.holdOffset
