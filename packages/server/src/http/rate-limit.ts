import { MienError } from '@mien/shared/errors'

export interface RateLimiter {
  /**
   * @returns gives back what was taken
   * @throws MienError RATE_LIMITED, with the seconds to wait; DATABASE_UNAVAILABLE where processes count together
   */
  take(key: string): Promise<() => void>
}

/** A limiter of its own for each scope. */
export type CreateLimiter = (scope: string, perMinute: number) => RateLimiter

/** Keys that are remembered at most; beyond it the oldest go, which can only be generous. */
const maxKeys = 50_000

/**
 * Token buckets in the memory of this process: `perMinute` on average, in bursts up to as many. For the embedded database, which
 * belongs to one process; several count together, see `sharedLimiters`.
 */
export function createRateLimiter(perMinute: number, now: () => number = Date.now): RateLimiter {
  const buckets = new Map<string, { tokens: number; at: number }>()
  const giveBack = (key: string): void => {
    const known = buckets.get(key)
    if (known !== undefined) buckets.set(key, { ...known, tokens: Math.min(perMinute, known.tokens + 1) })
  }
  return {
    async take(key) {
      const at = now()
      const known = buckets.get(key) ?? { tokens: perMinute, at }
      const tokens = Math.min(perMinute, known.tokens + ((at - known.at) / 60_000) * perMinute)
      buckets.delete(key)
      // Who is refused keeps what came back meanwhile: else asking too often would be refused for ever.
      buckets.set(key, { tokens: tokens < 1 ? tokens : tokens - 1, at })
      const oldest = buckets.keys().next().value
      if (buckets.size > maxKeys && oldest !== undefined) buckets.delete(oldest)
      if (tokens < 1) {
        const seconds = Math.ceil(((1 - tokens) / perMinute) * 60)
        throw new MienError('RATE_LIMITED', { details: { retry_after: seconds } })
      }
      return () => giveBack(key)
    },
  }
}

export const memoryLimiters: CreateLimiter = (_scope, perMinute) => createRateLimiter(perMinute)
