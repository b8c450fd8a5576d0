import { createHmac } from 'node:crypto'
import { MienError } from '@mien/shared/errors'
import type { RateWindowStore } from '../domain/rate-windows.ts'
import type { CreateLimiter, RateLimiter } from './rate-limit.ts'

export interface SharedLimitsOptions {
  readonly windows: RateWindowStore
  /** Keeps addresses out of the table. */
  readonly digestKey: Uint8Array
  readonly windowSeconds?: number
  /** Milliseconds that only go forwards. */
  readonly now?: () => number
}

/** Calls of the present window that this process may still let through. */
interface Lease {
  tokens: number
  /** Others took the rest. */
  readonly isLast: boolean
  readonly endsAt: number
}

/** A limit comes in so many pieces, so that not every call is written down. */
const pieces = 20

/** Keys whose leases are remembered at most; the oldest are forgotten, and what was left of them is lost until the window ends. */
const maxLeases = 50_000

/**
 * Limits that hold over all processes on one database: at most `perMinute` calls in each window of a minute. Each process leases pieces of
 * a window and counts those in its memory. Without the database nothing is let through.
 */
export function sharedLimiters(options: SharedLimitsOptions): CreateLimiter {
  const { windows, digestKey, windowSeconds = 60, now = () => performance.now() } = options
  return (scope, limit) => {
    const wanted = Math.max(1, Math.floor(limit / pieces))
    const leases = new Map<string, Lease>()
    const leasing = new Map<string, Promise<Lease>>()

    const ask = async (key: string): Promise<Lease> => {
      const askedAt = now()
      const keyDigest = createHmac('sha256', digestKey).update(`${scope}|${key}`).digest()
      const { granted, remainingMs } = await windows.lease({ keyDigest, windowSeconds, wanted, limit })
      const lease = { tokens: granted, isLast: granted < wanted, endsAt: askedAt + remainingMs }
      leases.delete(key)
      leases.set(key, lease)
      const oldest = leases.keys().next().value
      if (leases.size > maxLeases && oldest !== undefined) leases.delete(oldest)
      return lease
    }
    /** Those who come at once wait for one answer. */
    const lease = (key: string): Promise<Lease> => {
      const asked = leasing.get(key) ?? ask(key).finally(() => leasing.delete(key))
      leasing.set(key, asked)
      return asked
    }
    const current = (key: string): Lease | undefined => {
      const known = leases.get(key)
      return known !== undefined && known.endsAt > now() ? known : undefined
    }

    return {
      async take(key) {
        for (;;) {
          const known = current(key) ?? (await lease(key))
          if (known.tokens > 0) {
            known.tokens--
            // To the window that it was taken from, also after that one ended.
            return () => {
              known.tokens++
            }
          }
          if (known.isLast) throw limited(known.endsAt - now())
          await lease(key)
        }
      },
    } satisfies RateLimiter
  }
}

const limited = (remainingMs: number): MienError =>
  new MienError('RATE_LIMITED', { details: { retry_after: Math.max(1, Math.ceil(remainingMs / 1000)) } })
