import { setTimeout as sleep } from 'node:timers/promises'
import { MienError } from '@mien/shared/errors'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { engines } from '../../../../test/contract/engines.ts'
import type { Database } from '../domain/ports.ts'
import type { RateWindowStore } from '../domain/rate-windows.ts'
import { rowId, sha256 } from '../domain/tokens.ts'
import type { RateLimiter } from './rate-limit.ts'
import { sharedLimiters } from './rate-limit-shared.ts'

/** So long that none ends while the tests run. */
const windowSeconds = 86_400 * 365
const digestKey = new Uint8Array(32).fill(3)
const limited = { code: 'RATE_LIMITED' }

const passed = async (takes: readonly Promise<unknown>[]): Promise<number> =>
  (await Promise.allSettled(takes)).filter(({ status }) => status === 'fulfilled').length

describe.each(engines)('limits that processes share, on $name', ({ open }) => {
  let database: Database
  let key: string
  /** What a process has: its own memory over the common database. */
  const openLimiter = (limit: number): RateLimiter =>
    sharedLimiters({ windows: database.stores.rateWindows, digestKey, windowSeconds })('scope', limit)

  beforeAll(async () => {
    database = await open()
  })
  beforeEach(() => {
    key = rowId()
  })
  afterAll(() => database.close())

  test.each([1, 7, 50, 64])('[GU20] of 300 calls at once in three processes exactly %i pass', async (limit) => {
    const limiters = [1, 2, 3].map(() => openLimiter(limit))
    const takes = Array.from({ length: 300 }, (_, i) => limiters[i % 3]!.take(key))
    expect(await passed(takes)).toBe(limit)
    for (const limiter of limiters) await expect(limiter.take(key)).rejects.toMatchObject(limited)
    await expect(openLimiter(limit).take(rowId())).resolves.toBeDefined()
  })

  test('[GU20] what is given back can be taken again, by the process that had it', async () => {
    const [mine, theirs] = [openLimiter(1), openLimiter(1)]
    const giveBack = await mine.take(key)
    await expect(theirs.take(key)).rejects.toMatchObject(limited)
    giveBack()
    await expect(theirs.take(key)).rejects.toMatchObject(limited)
    await expect(mine.take(key)).resolves.toBeDefined()
  })

  test('[GU21] few calls are written down, and whoever has to wait is told for how long', async () => {
    let leases = 0
    const { rateWindows } = database.stores
    const counting: RateWindowStore = {
      lease(request) {
        leases++
        return rateWindows.lease(request)
      },
    }
    const limiter = sharedLimiters({ windows: counting, digestKey, windowSeconds })('scope', 100)
    for (let i = 0; i < 100; i++) await limiter.take(key)
    for (let i = 0; i < 100; i++) {
      await expect(limiter.take(key)).rejects.toMatchObject({
        ...limited,
        details: { retry_after: expect.any(Number) },
      })
    }
    expect(leases).toBe(21)
  })

  test('[GU20] a window that ended is empty again', async () => {
    const request = { keyDigest: sha256(key), windowSeconds: 1, wanted: 5, limit: 5 }
    const { rateWindows } = database.stores
    expect(await rateWindows.lease(request)).toMatchObject({ granted: 5 })
    await sleep(1100)
    const { granted, remainingMs } = await rateWindows.lease(request)
    expect(granted).toBe(5)
    expect(remainingMs).toBeGreaterThan(0)
    expect(remainingMs).toBeLessThanOrEqual(1000)
  })
})

test('[GU20] what is left of a window that ended is gone, and what was taken in it is not given to the next', async () => {
  let now = 0
  const windows: RateWindowStore = { lease: async ({ wanted }) => ({ granted: wanted, remainingMs: 1000 }) }
  const limiter = sharedLimiters({ windows, digestKey, now: () => now })('scope', 20)
  const giveBack = await limiter.take('a')
  now = 1001
  const none: RateWindowStore = { lease: async () => ({ granted: 0, remainingMs: 1000 }) }
  Object.assign(windows, none)
  giveBack()
  await expect(limiter.take('a')).rejects.toMatchObject({ ...limited, details: { retry_after: 1 } })
})

test('[GU22] without the database nobody passes', async () => {
  const away = { lease: () => Promise.reject(new MienError('DATABASE_UNAVAILABLE')) }
  const limiter = sharedLimiters({ windows: away, digestKey })('scope', 100)
  const codes = await Promise.all(
    [1, 2, 3].map(() =>
      limiter.take('a').then(
        () => 'passed',
        (error: MienError) => error.code,
      ),
    ),
  )
  expect(codes).toEqual(['DATABASE_UNAVAILABLE', 'DATABASE_UNAVAILABLE', 'DATABASE_UNAVAILABLE'])
})
