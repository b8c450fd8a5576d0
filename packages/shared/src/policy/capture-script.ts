import type { CapturePose } from '../api/challenges.ts'

/**
 * What the screen flashes. Eight hues of one relative luminance (0.29 to 0.30 by the formula of WCAG 2.2), so that a change of
 * colour is no general flash (a change of 0.1 or more), and none of them a saturated red (R / (R + G + B) of 0.8 or more, linear),
 * so that it is no red flash either: success criterion 2.3.1, to which the rate of at most three changes a second is added.
 */
export const flashColours = [
  '#00ad00',
  '#00a4bc',
  '#0099ff',
  '#bc73ff',
  '#ff27ff',
  '#ff55a0',
  '#e76f45',
  '#b39200',
] as const

/** What the screen shows before, between and after flashes: the grey of the same luminance. */
export const neutralColour = '#959595'

/** Side of the square of which pictures are taken, in heights of the face's box. */
export const squareMargin = 1.8

/** How far `at_ms` of a flash may be from where the script has it. */
export const timingToleranceMs = 150

/** Milliseconds in which nobody gets into another pose. */
export const leastPoseMs = 150

export interface PoseRule {
  /** What a client waits for. */
  readonly asked: number
  /** What the server takes: less, since its picture is smaller and was compressed. */
  readonly taken: number
}

/** Against the first picture: degrees of yaw (left, right) and pitch (up, down), the ratio of face heights (closer). */
export const posePolicy: Readonly<Record<Exclude<CapturePose, 'centre'>, PoseRule>> = {
  left: { asked: 12, taken: 8 },
  right: { asked: 12, taken: 8 },
  up: { asked: 9, taken: 5 },
  down: { asked: 9, taken: 5 },
  closer: { asked: 1.2, taken: 1.12 },
}

/** Degrees from the first picture within which a face is at `centre`; what the server takes is wider. */
export const centreDegrees: PoseRule = { asked: 7, taken: 11 }
