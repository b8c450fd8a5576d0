/** Work that is done again and again until it is told to stop. */
export interface Repeated {
  /** Waits for what is under way. */
  stop(): Promise<void>
}

/** One at a time, `everyMs` after the one before ended. @param work never rejects */
export function runEvery(everyMs: number, work: () => Promise<unknown>): Repeated {
  let isStopped = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<unknown> = Promise.resolve()
  const plan = () => {
    if (isStopped) return
    timer = setTimeout(() => {
      running = work().finally(plan)
    }, everyMs)
    timer.unref()
  }
  plan()
  return {
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await running
    },
  }
}
