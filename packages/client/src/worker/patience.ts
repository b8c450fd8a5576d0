export interface Patience {
  /** Something was heard: counts from the start again. */
  renew(): void
  end(): void
}

const sliceMs = 5000

/**
 * Gives up after so much silence. Counted in slices of five seconds: a page that slept for an hour wakes up one slice older,
 * not an hour, and what it waited for slept too.
 */
export function startPatience(limitMs: number, giveUp: () => void): Patience {
  let leftMs = limitMs
  let timer: ReturnType<typeof setTimeout>
  const wait = () => {
    const ms = Math.min(sliceMs, leftMs)
    timer = setTimeout(() => {
      leftMs -= ms
      if (leftMs > 0) wait()
      else giveUp()
    }, ms)
  }
  wait()
  return {
    renew() {
      clearTimeout(timer)
      leftMs = limitMs
      wait()
    },
    end: () => clearTimeout(timer),
  }
}
