import type { Guidance } from './state.ts'

/** What is on the screen and what would like to be. Times in milliseconds. */
export interface SteadyGuidance {
  readonly shown: Guidance
  readonly shownSince: number
  /** What the frames have been saying, and since when without a break. */
  readonly seen: Guidance
  readonly seenSince: number
}

/** An instruction has to be seen for so long before it is shown: a blink or one missed detection is not one. */
const settleMs = 250
/** And stays for as long as it takes to read it. */
const readMs = 800

export const startGuidance = (atMs: number): SteadyGuidance => ({
  shown: 'no-face',
  shownSince: atMs - readMs,
  seen: 'no-face',
  seenSince: atMs,
})

export function steadyGuidance(state: SteadyGuidance, seen: Guidance, atMs: number): SteadyGuidance {
  const seenSince = seen === state.seen ? state.seenSince : atMs
  const isSettled = atMs - seenSince >= settleMs
  const isRead = atMs - state.shownSince >= readMs
  if (seen === state.shown || !isSettled || !isRead) return { ...state, seen, seenSince }
  return { shown: seen, shownSince: atMs, seen, seenSince }
}
