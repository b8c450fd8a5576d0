import type { PipelineStage } from '@mien/shared/vision/pipeline'
import type { StageTimes } from './protocol.ts'

/** Adds up where the time of one analysis goes. */
export interface StageClock {
  start(): void
  enter(stage: PipelineStage): void
  addRun(ms: number): void
  read(): { readonly stageMs: StageTimes; readonly networkMs: number }
}

export function createStageClock(now: () => number = () => performance.now()): StageClock {
  let stageMs: Record<string, number> = {}
  let networkMs = 0
  let current: PipelineStage = 'idle'
  let since = 0
  return {
    start() {
      stageMs = {}
      networkMs = 0
      current = 'idle'
    },
    enter(stage) {
      const at = now()
      if (current !== 'idle') stageMs[current] = (stageMs[current] ?? 0) + at - since
      current = stage
      since = at
    },
    addRun(ms) {
      networkMs += ms
    },
    read: () => ({ stageMs, networkMs }),
  }
}
