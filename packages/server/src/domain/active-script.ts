import { randomInt } from 'node:crypto'
import type { ApplicationSettings } from '@mien/shared/api/applications'
import type { ActiveScript } from '@mien/shared/api/challenges'

/** Milliseconds of the variant without motion, drawn in steps: nobody can have recorded the right length beforehand. */
const still = { least: 1500, steps: 11, stepMs: 250 } as const

/** A script that nobody could know before: `active_steps` actions, no two neighbours alike where there is a choice. */
export function drawScript({ active_steps: count, active_actions }: ApplicationSettings): ActiveScript | null {
  if (count === 0) return null
  const actions: ActiveScript['actions'] = []
  while (actions.length < count) {
    const choice = active_actions.filter((action) => active_actions.length === 1 || action !== actions.at(-1))
    actions.push(choice[randomInt(choice.length)]!)
  }
  return { actions, still_ms: still.least + randomInt(still.steps) * still.stepMs }
}
