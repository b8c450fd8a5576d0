import type { ActiveScript } from '../api/challenges.ts'
import type { ActiveAction } from '../api/fields.ts'
import type { ScriptResponse } from '../api/submissions.ts'

/** Milliseconds, by judgement: nobody turns or blinks on request faster than that, before the request or twice in it. */
const leastStepMs = 200

/** Milliseconds: timers of a page fire late and are coarse. */
const stillToleranceMs = 50

/** Milliseconds: clocks of two machines do not run alike, and one may be set meanwhile. */
const clockToleranceMs = 1000

/** Milliseconds of the variant without motion, drawn in steps: nobody can have recorded the right length beforehand. */
const still = { least: 1500, steps: 11, stepMs: 250 } as const

/** How many actions are asked, and which there are to choose from: `applicationSettings` in `api/applications.ts`. */
export interface ScriptRule {
  readonly active_steps: number
  readonly active_actions: readonly ActiveAction[]
}

/**
 * A script that nobody could know before: `active_steps` actions, no two neighbours alike where there is a choice.
 *
 * @param drawBelow a whole number from 0 to below the one given, each as likely as the others and known to nobody before
 */
export function drawScript(
  { active_steps: count, active_actions }: ScriptRule,
  drawBelow: (end: number) => number,
): ActiveScript | null {
  if (count === 0) return null
  const actions: ActiveAction[] = []
  while (actions.length < count) {
    const choice = active_actions.filter((action) => active_actions.length === 1 || action !== actions.at(-1))
    actions.push(choice[drawBelow(choice.length)]!)
  }
  return { actions, still_ms: still.least + drawBelow(still.steps) * still.stepMs }
}

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
