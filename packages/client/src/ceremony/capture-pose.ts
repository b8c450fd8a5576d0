import type { CapturePose } from '@mien/shared/api/challenges'
import { centreDegrees, posePolicy } from '@mien/shared/policy/capture-script'
import type { FrameFacts } from './guidance.ts'

/** How a face is held in one frame. */
export interface HeldFace {
  /** Towards the person's own left is positive: to the right of a camera's image, which is not mirrored. */
  readonly yawDegrees: number
  /** Down is positive. */
  readonly pitchDegrees: number
  /** Pixels of the frame. */
  readonly height: number
  readonly centreX: number
  readonly centreY: number
}

/** Between two frames of a face that is held still. */
const stillDegrees = 3
/** Back where the first picture was: of its height, and how far from its centre in heights of the face. */
const centreHeight = 1.1
const centreOffset = 0.25

/** Undefined when no face was looked at fully, or a number is none. */
export function heldFace({ observation }: FrameFacts): HeldFace | undefined {
  if (observation === null) return undefined
  const { pose, detection } = observation
  const { x, y, width, height } = detection.box
  const { yawDegrees, pitchDegrees } = pose
  const held = { yawDegrees, pitchDegrees, height, centreX: x + width / 2, centreY: y + height / 2 }
  return Object.values(held).every(Number.isFinite) ? held : undefined
}

export const isStill = (face: HeldFace, before: HeldFace): boolean =>
  Math.abs(face.yawDegrees - before.yawDegrees) <= stillDegrees &&
  Math.abs(face.pitchDegrees - before.pitchDegrees) <= stillDegrees

/** Nearer than where the first picture was taken. */
export const isTooNear = (face: HeldFace, first: HeldFace): boolean => face.height > centreHeight * first.height

/** Measured against the first picture, by the numbers that both sides go by. */
export function showsPose(pose: CapturePose, face: HeldFace, first: HeldFace): boolean {
  const yaw = face.yawDegrees - first.yawDegrees
  const pitch = face.pitchDegrees - first.pitchDegrees
  switch (pose) {
    case 'left':
      return yaw >= posePolicy.left.asked
    case 'right':
      return -yaw >= posePolicy.right.asked
    case 'up':
      return -pitch >= posePolicy.up.asked
    case 'down':
      return pitch >= posePolicy.down.asked
    case 'closer':
      return face.height >= posePolicy.closer.asked * first.height
    case 'centre':
      return Math.hypot(yaw, pitch) <= centreDegrees.asked && isInPlace(face, first)
  }
}

const isInPlace = (face: HeldFace, first: HeldFace): boolean =>
  !isTooNear(face, first) &&
  Math.hypot(face.centreX - first.centreX, face.centreY - first.centreY) <= centreOffset * first.height
