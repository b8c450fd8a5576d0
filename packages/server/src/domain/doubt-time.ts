const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** A server that runs looks every few minutes; one that was off for a week is worth a question. By judgement. */
const maxAheadMs = 7 * dayMs

/** Clocks of several servers may differ by this much. By judgement: far more than honest ones do, far less than any retention. */
const maxApartMs = hourMs

/** Moments by different clocks, of which any may be wrong. */
export interface ReadTimes {
  /** By this server's clock. */
  readonly now: Date
  /** By the clock of whichever server looked last; undefined: none has. */
  readonly lastSweep: Date | undefined
  /** By the database's own clock; null where it has none of its own. */
  readonly databaseNow: Date | null
}

/** Why this moment is not believed. */
export type TimeDoubt = 'clock_ahead' | 'clock_behind' | 'clocks_apart'

/** Whether it is safe to take something away because its time is over. @returns null: it is */
export function doubtTime({ now, lastSweep, databaseNow }: ReadTimes): TimeDoubt | null {
  if (databaseNow !== null && Math.abs(now.getTime() - databaseNow.getTime()) > maxApartMs) return 'clocks_apart'
  if (lastSweep === undefined) return null
  const passedMs = now.getTime() - lastSweep.getTime()
  if (passedMs > maxAheadMs) return 'clock_ahead'
  return passedMs < -maxApartMs ? 'clock_behind' : null
}
