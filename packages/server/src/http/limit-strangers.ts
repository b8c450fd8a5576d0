import { MienError } from '@mien/shared/errors'
import type { RateLimiter } from './rate-limit.ts'

export interface StrangerLimits {
  /** What one client may begin; what ends well is given back. */
  readonly limiter: RateLimiter
  /** What all of them together may have under way in this process. */
  readonly atOnce: number
}

/**
 * Runs dear work for somebody who has yet to show who they are, such as reading a large body that may hold a key. It counts before
 * the work and is given back after it, so that many at once cannot share one try. Work that fails stays counted, whoever's fault it was: it
 * was done.
 *
 * @throws MienError RATE_LIMITED, OVERLOADED, and what the work throws
 */
export type ForStranger = <T>(client: string, work: () => Promise<T>) => Promise<T>

export function limitStrangers({ limiter, atOnce }: StrangerLimits): ForStranger {
  let underWay = 0
  return async (client, work) => {
    const giveBack = await limiter.take(client)
    if (underWay >= atOnce) {
      // Nothing was done for them, and that the others are at it is no fault of theirs.
      giveBack()
      throw new MienError('OVERLOADED')
    }
    underWay++
    try {
      const done = await work()
      giveBack()
      return done
    } finally {
      underWay--
    }
  }
}
