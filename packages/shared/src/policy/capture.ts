import { cosine } from '../template/unit-vector.ts'

/** The rules for the frames of one capture. Values are starting points by judgement, see SPEC.md PO. */
export interface CaptureRules {
  readonly minFrames: number
  readonly maxFrames: number
  readonly minFrameIntervalMs: number
  /** Cosine: two frames of one person in one capture are at least this alike. */
  readonly minMutualCosine: number
  /** Cosine: above it two frames are the same picture; a capture in which all are is a still. */
  readonly stillCosine: number
}

export const defaultCaptureRules: CaptureRules = {
  minFrames: 3,
  maxFrames: 5,
  minFrameIntervalMs: 150,
  minMutualCosine: 0.6,
  stillCosine: 0.9999,
}

export interface CaptureFrame {
  readonly atMs: number
  readonly vector: Float32Array
}

/**
 * - `timing`: too few, too many, too close together or not in order
 * - `still`: all frames are one picture
 * - `mixed`: two frames do not show the same person
 */
export type CaptureVerdict = 'ok' | 'timing' | 'still' | 'mixed'

export function judgeCapture(
  frames: readonly CaptureFrame[],
  rules: CaptureRules = defaultCaptureRules,
): CaptureVerdict {
  if (!(frames.length >= rules.minFrames && frames.length <= rules.maxFrames)) return 'timing'
  const apart = frames.every((frame, i) => i === 0 || frame.atMs - frames[i - 1]!.atMs >= rules.minFrameIntervalMs)
  if (!apart) return 'timing'
  const cosines = mutualCosines(frames.map((frame) => frame.vector))
  if (!cosines.every((value) => value >= rules.minMutualCosine)) return 'mixed'
  // Neighbouring frames of a head that holds still are often above 0.999: only a capture of nothing but repeats is refused.
  return cosines.some((value) => value < rules.stillCosine) ? 'ok' : 'still'
}

function mutualCosines(vectors: readonly Float32Array[]): number[] {
  return vectors.flatMap((a, i) => vectors.slice(i + 1).map((b) => cosine(a, b)))
}
