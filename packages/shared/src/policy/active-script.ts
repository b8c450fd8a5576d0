import type { ActiveScript } from '../api/challenges.ts'
import type { ScriptResponse } from '../api/submissions.ts'

/** Milliseconds, by judgement: nobody turns or blinks on request faster than that, before the request or twice in it. */
const leastStepMs = 200

/** Milliseconds: timers of a page fire late and are coarse. */
const stillToleranceMs = 50

/** Milliseconds: clocks of two machines do not run alike, and one may be set meanwhile. */
const clockToleranceMs = 1000

/**
 * Whether somebody did what the script asked: its actions in its order, at a pace that a person can keep, before the capture was
 * over; or held still instead. It judges a client's claim, so it can only ever be a reason to ask again.
 *
 * @param lastFrameAtMs when the last frame was captured, on the clock of the response
 */
export function answersScript(
  script: ActiveScript,
  response: ScriptResponse | undefined,
  lastFrameAtMs: number,
): boolean {
  if (response === undefined) return false
  if (response.variant === 'still') return response.held_ms >= script.still_ms - stillToleranceMs
  const { steps } = response
  const isInOrder =
    steps.length === script.actions.length && steps.every(({ action }, i) => action === script.actions[i])
  const times = [0, ...steps.map((step) => step.done_at_ms)]
  const isPaced = times.slice(1).every((time, i) => time - times[i]! >= leastStepMs)
  return isInOrder && isPaced && times.at(-1)! < lastFrameAtMs
}

/**
 * Whether what a response and its capture claim can have happened since the challenge was issued.
 *
 * @param lastFrameAtMs when the last frame was captured, on the clock of the response
 * @param elapsedMs since the challenge was issued, on the server's clock
 */
export function fitsIntoTime(response: ScriptResponse | undefined, lastFrameAtMs: number, elapsedMs: number): boolean {
  const heldMs = response?.variant === 'still' ? response.held_ms : 0
  return Math.max(lastFrameAtMs, heldMs) <= elapsedMs + clockToleranceMs
}
