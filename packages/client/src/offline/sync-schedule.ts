import type { OfflineCore } from './offline-core.ts'

export interface SyncScheduleOptions {
  readonly attempt: OfflineCore['attempt']
  /** 0..1: devices that lost the server at the same time do not all come back at the same time. */
  readonly random?: () => number
}

/** Milliseconds. */
const firstRetryMs = 5_000
const maxRetryMs = 300_000
const maxRestMs = 3_600_000
/** While the server is there: who was deleted there is forgotten here after so long at most. */
const idleMs = 600_000

/**
 * Syncs now, whenever the browser says that the network is back or the person looks at the page, after failures at growing intervals,
 * soon again where another tab is at it, and else every ten minutes.
 *
 * @returns `soon`: something is there to be told; `close`: ends it
 */
export function startSyncSchedule({ attempt, random = Math.random }: SyncScheduleOptions): {
  soon(): void
  close(): void
} {
  let timer: ReturnType<typeof setTimeout> | undefined
  let isOver = false
  let isRunning = false
  let isWanted = false
  let failures = 0
  let restsUntilMs = 0

  const wait = (ms: number) => {
    clearTimeout(timer)
    if (!isOver) timer = setTimeout(run, ms)
  }
  const finish = (outcome: Awaited<ReturnType<typeof attempt>>) => {
    isRunning = false
    failures = typeof outcome === 'string' ? 0 : failures + 1
    const isDue = isWanted && failures === 0
    isWanted = false
    const restMs = restOf(outcome)
    restsUntilMs = performance.now() + restMs
    if (isDue) wait(0)
    else if (outcome === 'busy') wait(retryMs(1, random()))
    else wait(failures === 0 ? idleMs : Math.max(restMs, retryMs(failures, random())))
  }
  function run(): void {
    // What happens during a round may have come too late for it.
    isWanted = isRunning
    if (isRunning) return
    const restMs = restsUntilMs - performance.now()
    // A timer may be earlier than the clock, which browsers make coarse.
    if (restMs > 0) wait(restMs)
    else begin()
  }
  const begin = () => {
    isRunning = true
    void attempt().then(finish)
  }
  const look = () => {
    if (document.visibilityState === 'visible') run()
  }
  addEventListener('online', run)
  addEventListener('focus', look)
  document.addEventListener('visibilitychange', look)
  run()
  return {
    soon: run,
    close() {
      isOver = true
      clearTimeout(timer)
      removeEventListener('online', run)
      removeEventListener('focus', look)
      document.removeEventListener('visibilitychange', look)
    },
  }
}

/** How long the server asked to be left alone, whatever happens here meanwhile: an hour at most. */
function restOf(outcome: Awaited<ReturnType<OfflineCore['attempt']>>): number {
  const seconds = typeof outcome === 'string' ? 0 : Number(outcome.details?.retry_after ?? 0)
  return seconds > 0 ? Math.min(seconds * 1000, maxRestMs) : 0
}

/** Twice as long after each failure, less up to half of it. @param failures from 1 @param random 0..1 */
const retryMs = (failures: number, random: number): number =>
  Math.min(maxRetryMs, firstRetryMs * 2 ** (failures - 1)) * (1 - random / 2)
