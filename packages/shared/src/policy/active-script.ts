import type { ActiveScript } from '../api/challenges.ts'
import type { ScriptResponse } from '../api/submissions.ts'

/** Milliseconds, by judgement: nobody turns or blinks on request faster than that, before the request or twice in it. */
const leastStepMs = 200

/** Milliseconds: timers of a page fire late and are coarse. */
const stillToleranceMs = 50

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
