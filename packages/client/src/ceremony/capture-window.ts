import type { FaceObservation } from '@mien/shared/vision/types'
import { maxKeptFrames } from '../worker/kept-frames.ts'
import type { Square } from '../worker/protocol.ts'
import { chooseSquare } from './choose-square.ts'
import type { Positioning } from './positioning.ts'
import { type Candidate, type SelectionRules, scoreFrame, selectFrames } from './select-frames.ts'

/** A frame whose pixels wait in the worker. */
export interface KeptCandidate extends Candidate {
  readonly frameId: number
  /** Around the face. */
  readonly square: Square
}

/** A short stretch of good frames, from which the best are taken. */
export interface CaptureWindow {
  readonly startedAt: number
  readonly candidates: readonly KeptCandidate[]
}

/** Milliseconds. By judgement: long enough for a still picture to differ from a person, short enough to hold still. */
const steadyBeforeMs = 400
const fullWindowMs = 1000
/** On a slow machine five frames take longer: then three of them are enough. */
const patientWindowMs = 2500
const longestWindowMs = 12_000
/** A blink or one lost detection does not end a window. */
const breakMs = 600

/** Whether the person has been standing right for long enough to begin. */
export const mayBegin = ({ goodSince }: Positioning, atMs: number): boolean =>
  goodSince !== undefined && atMs - goodSince >= steadyBeforeMs

export const beginWindow = (atMs: number): CaptureWindow => ({ startedAt: atMs, candidates: [] })

export interface SeenFrame {
  readonly atMs: number
  readonly width: number
  readonly height: number
  readonly frameId: number | null
  readonly observation: FaceObservation | null
}

export function addFrame(window: CaptureWindow, position: Positioning, frame: SeenFrame): CaptureWindow {
  const { atMs, frameId, observation } = frame
  if (frameId === null) return window
  // The worker counts every frame that it keeps, good or not, and lets the oldest go.
  // A number that is not higher than an earlier one is of another worker, which has none of the earlier frames.
  const isKept = (candidate: KeptCandidate) => candidate.frameId > frameId - maxKeptFrames
  const isSameWorker = window.candidates.every((candidate) => candidate.frameId < frameId)
  const candidates = isSameWorker ? window.candidates.filter(isKept) : []
  if (position.isGood && observation !== null) {
    const square = chooseSquare(observation.detection.box, frame)
    candidates.push({ atMs, frameId, score: scoreFrame(observation), square })
  }
  return { ...window, candidates }
}

export const isBroken = (window: CaptureWindow, position: Positioning, atMs: number): boolean =>
  atMs - Math.max(position.lastGoodAt, window.startedAt) > breakMs || atMs - window.startedAt > longestWindowMs

/** The frames to analyse, in order of time; undefined while it is worth waiting for more. */
export function chooseFrames(
  window: CaptureWindow,
  rules: SelectionRules,
  atMs: number,
): readonly KeptCandidate[] | undefined {
  const elapsedMs = atMs - window.startedAt
  if (elapsedMs < fullWindowMs) return undefined
  const chosen = selectFrames(window.candidates, rules)
  const wanted = elapsedMs < patientWindowMs ? rules.maxFrames : rules.minFrames
  return chosen.length >= wanted ? chosen : undefined
}

export const windowProgress = ({ startedAt }: CaptureWindow, atMs: number): number =>
  Math.min(1, Math.max(0, (atMs - startedAt) / fullWindowMs))
