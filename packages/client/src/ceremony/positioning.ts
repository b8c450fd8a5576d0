import { type ErrorCode, MienError } from '@mien/shared/errors'
import { type FrameFacts, type GuidanceRules, readGuidance } from './guidance.ts'
import type { Guidance, NormalisedBox } from './state.ts'
import { type SteadyGuidance, startGuidance, steadyGuidance } from './steady-guidance.ts'

/** Where the person stands, over time. Times in milliseconds. */
export interface Positioning {
  readonly guidance: SteadyGuidance
  /** Whether this very frame is worth capturing. */
  readonly isGood: boolean
  /** Since when each frame was; undefined when this one is not. */
  readonly goodSince: number | undefined
  /** When a frame was last worth capturing. */
  readonly lastGoodAt: number
  readonly lastFaceAt: number
  /** Since when more than one face is there, breaks under a second included. */
  readonly manySince: number | undefined
  readonly lastManyAt: number
  readonly startedAt: number
  readonly face: NormalisedBox | undefined
}

export interface PositioningRules {
  readonly idleTimeoutMs: number
}

/** A passer-by is forgiven for so long. */
const manyFacesMs = 3000
/** The detector may lose the second face in between. */
const manyFacesBreakMs = 1000
/** Someone who is there but never stands right gives up after this many idle times. */
const patience = 4

export const startPositioning = (atMs: number): Positioning => ({
  guidance: startGuidance(atMs),
  isGood: false,
  goodSince: undefined,
  lastGoodAt: Number.NEGATIVE_INFINITY,
  lastFaceAt: atMs,
  manySince: undefined,
  lastManyAt: Number.NEGATIVE_INFINITY,
  startedAt: atMs,
  face: undefined,
})

export function seeFrame(state: Positioning, facts: FrameFacts, rules: GuidanceRules, atMs: number): Positioning {
  const seen = readGuidance(facts, state.guidance.shown, rules)
  const isGood = seen === 'hold-still'
  return {
    guidance: steadyGuidance(state.guidance, seen, atMs),
    isGood,
    goodSince: isGood ? (state.goodSince ?? atMs) : undefined,
    lastGoodAt: isGood ? atMs : state.lastGoodAt,
    lastFaceAt: seen === 'no-face' ? state.lastFaceAt : atMs,
    ...countMany(state, seen, atMs),
    startedAt: state.startedAt,
    face: normalise(facts),
  }
}

/** Whoever stood there until now has moved since: only what comes counts. */
export const standAnew = (state: Positioning): Positioning => ({ ...state, isGood: false, goodSince: undefined })

/** Starts counting again how long somebody is there without standing right. */
export const renewPatience = (state: Positioning, atMs: number): Positioning => ({ ...state, startedAt: atMs })

/** Nobody was looking until now: whoever was there before may still be. */
export const forgiveGap = (state: Positioning, atMs: number): Positioning => ({
  ...state,
  lastFaceAt: atMs,
  startedAt: atMs,
})

function countMany(state: Positioning, seen: Guidance, atMs: number): Pick<Positioning, 'manySince' | 'lastManyAt'> {
  if (seen === 'many-faces') return { manySince: state.manySince ?? atMs, lastManyAt: atMs }
  const isOver = atMs - state.lastManyAt > manyFacesBreakMs
  return { manySince: isOver ? undefined : state.manySince, lastManyAt: state.lastManyAt }
}

/** Why it is time to stop waiting, if it is. Also asked when no frame arrives. */
export function giveUp(state: Positioning, { idleTimeoutMs }: PositioningRules, atMs: number): MienError | undefined {
  const code = giveUpCode(state, idleTimeoutMs, atMs)
  return code === undefined ? undefined : new MienError(code)
}

function giveUpCode(state: Positioning, idleTimeoutMs: number, atMs: number): ErrorCode | undefined {
  // Measured from first to last sight: a pause of the page is not somebody standing there.
  if (state.manySince !== undefined && state.lastManyAt - state.manySince >= manyFacesMs) return 'MANY_FACES'
  if (atMs - state.lastFaceAt >= idleTimeoutMs) return 'IDLE_TIMEOUT'
  return atMs - state.startedAt >= patience * idleTimeoutMs ? 'QUALITY_TOO_LOW' : undefined
}

function normalise({ faces, width, height }: FrameFacts): NormalisedBox | undefined {
  const box = faces[0]?.box
  if (box === undefined) return undefined
  return { x: box.x / width, y: box.y / height, width: box.width / width, height: box.height / height }
}
