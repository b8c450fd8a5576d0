import type { Stage } from './stage.ts'

/** Shows the introduction until the person goes on or its time is over. Nothing at all for no time. */
export async function showIntro(stage: Stage, timeoutMs: number): Promise<void> {
  if (timeoutMs === 0) return
  await stage.ask<void>((answer) => ({ name: 'intro', seconds: timeoutMs / 1000, proceed: () => answer() }), {
    ms: timeoutMs,
    answer: undefined,
  })
}
