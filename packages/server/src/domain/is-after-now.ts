/** By how much the clocks of two servers may differ, and one be set back, milliseconds. */
const clockToleranceMs = 300_000

/**
 * Whether something was made in the future: then the clock was set back since, and ends that had passed would be ahead again. Nothing
 * is granted by what was made before that.
 */
export const isAfterNow = (madeAt: Date, now: Date): boolean => madeAt.getTime() > now.getTime() + clockToleranceMs
