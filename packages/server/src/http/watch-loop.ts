/** How late this process is with what it has to do. */
export interface LoopWatch {
  /** Mean over the last second, in milliseconds. */
  delayMs(): number
  stop(): void
}

const everyMs = 100

/** Samples of a mean: one long step, such as a collection of garbage, is no overload. */
const samples = 10

/** Looks ten times a second how much later than planned a timer runs: what a request waits before anything is done for it. */
export function watchLoop(): LoopWatch {
  const delays = new Float64Array(samples)
  let next = 0
  let before = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    delays[next] = Math.max(0, now - before - everyMs)
    next = (next + 1) % samples
    before = now
  }, everyMs)
  timer.unref()
  return {
    delayMs: () => delays.reduce((sum, delay) => sum + delay, 0) / samples,
    stop: () => clearInterval(timer),
  }
}
