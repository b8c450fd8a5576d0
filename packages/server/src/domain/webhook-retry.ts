const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs

/** Below a minute by more than the five seconds of an attempt and the second of a poll: a receiver that is back hears within one. */
const earlyCapMs = 50 * secondMs
const lateCapMs = 15 * minuteMs

const giveUpAfterMs = 72 * hourMs

/**
 * How long to wait after a failed attempt: as long again as the outage has lasted, so that it doubles, less a random share of up
 * to a half, so that not everyone who waits comes back at once.
 *
 * @param failingForMs since the first attempt that failed
 * @param random 0 <= random < 1
 */
export function retryDelayMs(failingForMs: number, random: number): number {
  const capMs = failingForMs < hourMs ? earlyCapMs : lateCapMs
  return Math.min(capMs, Math.max(secondMs, failingForMs)) * (1 - random / 2)
}

/** Whether an endpoint that failed for so long is switched off. */
export const isGivenUp = (failingForMs: number): boolean => failingForMs >= giveUpAfterMs
