import { syncLimits } from './limits.ts'

/** What the clocks of a device show in one moment. */
export interface ClockReading {
  /** The clock that a person can set, milliseconds since 1970. */
  readonly wallMs: number
  /** The one that only goes on, milliseconds since this run of the page or process began. */
  readonly monoMs: number
  /** Which run it is. */
  readonly bootId: string
}

/** What a device remembers of time. Plain data, to be stored. */
export interface DeviceClock {
  /** The last time that the server told, and what the clocks showed then. */
  readonly serverMs: number
  readonly then: ClockReading
  /** The latest time that was ever read: it never goes back. */
  readonly seenMs: number
  /** Somebody set the clock back: until the server tells the time, nobody is recognised. */
  readonly isLocked: boolean
}

/** The server told the time: whatever was believed before is forgotten. */
export const setClock = (serverMs: number, then: ClockReading): DeviceClock => ({
  serverMs,
  then,
  seenMs: serverMs,
  isLocked: false,
})

/**
 * The latest that the time can be: by the wall clock, by the monotone one where it still runs, and never earlier than was read before.
 * So a clock that is set forward ends what would expire, and one that is set back locks.
 *
 * @returns what has to be remembered; its `seenMs` is the server's time as well as the device knows it
 */
export function readClock(clock: DeviceClock, reading: ClockReading): DeviceClock {
  const { serverMs, then, seenMs, isLocked } = clock
  const byWall = serverMs + (reading.wallMs - then.wallMs)
  const isSameRun = reading.bootId === then.bootId
  const byMono = isSameRun ? serverMs + (reading.monoMs - then.monoMs) : seenMs
  const atLeast = Math.max(seenMs, byMono)
  const isNoTime = !Number.isFinite(byWall)
  const wasSetBack = byWall < atLeast - syncLimits.clockSlackMs
  return { serverMs, then, seenMs: Math.max(atLeast, byWall), isLocked: isLocked || isNoTime || wasSetBack }
}

/** An event's own account of when it happened. */
export interface EventTime {
  readonly atMs: number
  readonly monoMs: number
  readonly bootId: string
}

/** Two clocks of one device may drift apart by so much. */
const maxDrift = 0.02
const coarseMs = 2000

/**
 * Whether two events of one device tell of times that fit together: in one run of it, the monotone clock goes on with the chain, and the
 * other one as much, to 2 % and two seconds. Nothing is known across runs, but that time does not go back by more than the slack.
 *
 * @param earlier the one that comes first in the chain
 */
export function fitsInTime(earlier: EventTime, later: EventTime): boolean {
  const wall = later.atMs - earlier.atMs
  if (earlier.bootId !== later.bootId) return wall >= -syncLimits.clockSlackMs
  const mono = later.monoMs - earlier.monoMs
  return mono >= 0 && Math.abs(wall - mono) <= coarseMs + maxDrift * Math.max(mono, Math.abs(wall))
}
