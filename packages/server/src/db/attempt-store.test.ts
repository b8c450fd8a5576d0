import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { engines } from '../../../../test/contract/engines.ts'
import { testModel } from '../../../../test/contract/test-app.ts'
import type { AttemptRule } from '../domain/attempts.ts'
import type { Database } from '../domain/ports.ts'
import { defaultSettings } from '../domain/settings.ts'
import { newPublicId, rowId, sha256 } from '../domain/tokens.ts'

const rule: AttemptRule = {
  freeFailures: 5,
  firstWaitSeconds: 30,
  maxFailures: 20,
  lapseSeconds: null,
  isResetBySuccess: true,
}
const start = new Date('2026-11-21T12:00:00Z')
const after = (seconds: number) => new Date(start.getTime() + seconds * 1000)
const day = 86_400

/** Long enough for the other one to be stuck where it will be. */
const untilStuck = () => sleep(150)

describe.each(engines)('attempts on $name', ({ name, openOwn }) => {
  let database: Database
  let applicationId: string
  let scopeDigest: Uint8Array
  const count = (failed: boolean, seconds: number, changed: Partial<AttemptRule> = {}) =>
    database.stores.attempts.count({
      applicationId,
      scopeDigest,
      failed,
      rule: { ...rule, ...changed },
      now: after(seconds),
    })

  beforeAll(async () => {
    database = await openOwn()
  })
  beforeEach(async () => {
    applicationId = rowId()
    scopeDigest = sha256(applicationId)
    const publicId = newPublicId()
    const settings = defaultSettings(testModel, [])
    await database.stores.applications.insert({ id: applicationId, publicId, name: 'a', settings, createdAt: start })
  })
  afterAll(() => database.close())

  test('[GU1] [ST10] of 200 failures at once five are counted', async () => {
    const counted = await Promise.all(Array.from({ length: 200 }, () => count(true, 0)))
    expect(counted.filter((failures) => failures !== undefined).sort()).toEqual([1, 2, 3, 4, 5])
    expect(await count(false, 29)).toBeUndefined()
  })

  test('[GU1] five are free, each wait is twice the one before, and the twentieth is the last', async () => {
    let now = 0
    for (let failures = 1; failures <= 5; failures++) expect(await count(true, now)).toBe(failures)
    for (let failures = 6; failures <= 20; failures++) {
      const wait = 30 * 2 ** (failures - 6)
      expect(await count(true, now + wait - 1)).toBeUndefined()
      now += wait
      expect(await count(true, now)).toBe(failures)
    }
    expect(await count(true, now + 1000 * day)).toBeUndefined()
    expect(await count(false, now + 1000 * day)).toBeUndefined()
    await database.stores.attempts.clear(applicationId, [scopeDigest])
    expect(await count(true, now)).toBe(1)
  })

  test('[GU2] a success that is let through starts the count of its own scope anew', async () => {
    for (let i = 0; i < 5; i++) await count(true, 0)
    expect(await count(false, 30)).toBe(0)
    for (let failures = 1; failures <= 5; failures++) expect(await count(true, 30)).toBe(failures)
    expect(await count(true, 31)).toBeUndefined()
  })

  test('[GU4] what lapses starts anew after so long without a failure', async () => {
    const lapsing = { lapseSeconds: day }
    for (let i = 0; i < 5; i++) await count(true, 0, lapsing)
    expect(await count(true, 29, lapsing)).toBeUndefined()
    expect(await count(true, 30, lapsing)).toBe(6)
    expect(await count(true, 30 + day, lapsing)).toBe(1)
  })

  test('[GU4] a success that is no clear one makes nothing last longer, and ends what has lapsed', async () => {
    const kept = { lapseSeconds: 30 * day, isResetBySuccess: false }
    let now = 0
    for (let failures = 1; failures <= 20; failures++) {
      expect(await count(true, now, kept)).toBe(failures)
      now += failures < 5 ? 0 : 30 * 2 ** (failures - 5)
    }
    const lapsed = now + 31 * day
    expect(await count(false, lapsed, kept)).toBe(0)
    expect(await count(true, lapsed + 1, kept)).toBe(1)
    expect(await count(false, lapsed + 29 * day, kept)).toBe(1)
    expect(await count(true, lapsed + 31 * day, kept)).toBe(1)
  })

  test('[GU5] a budget is not given back by a success, and stops when it is spent', async () => {
    const budget = { freeFailures: 3, maxFailures: 3, firstWaitSeconds: 0, isResetBySuccess: false, lapseSeconds: 3600 }
    expect([await count(true, 0, budget), await count(true, 0, budget)]).toEqual([1, 2])
    expect(await count(false, 0, budget)).toBe(2)
    expect(await count(true, 0, budget)).toBe(3)
    expect([await count(false, 1, budget), await count(true, 1, budget)]).toEqual([undefined, undefined])
  })

  test('[GU2] a success that fails from so many failures on is a failure then, and lapses like one', async () => {
    const atEdge = (seconds: number, changed: Partial<AttemptRule> = {}) =>
      database.stores.attempts.count({
        applicationId,
        scopeDigest,
        failed: false,
        failsFrom: 2,
        rule: { ...rule, isResetBySuccess: false, ...changed },
        now: after(seconds),
      })
    expect([await atEdge(0), await count(true, 0), await atEdge(0), await count(true, 0)]).toEqual([0, 1, 1, 2])
    expect([await atEdge(0), await atEdge(0), await atEdge(0), await atEdge(0)]).toEqual([3, 4, 5, undefined])
    expect([await atEdge(29), await atEdge(30), await atEdge(31)]).toEqual([undefined, 6, undefined])
    expect(await atEdge(31 + day, { lapseSeconds: day })).toBe(0)
  })

  test('[GU2] of any number of matches at the edge at once no more are let in than failures allow', async () => {
    await count(true, 0)
    const rest = { ...rule, isResetBySuccess: false }
    const one = { applicationId, scopeDigest, failsFrom: 2, rule: rest, now: start }
    const all = await Promise.all(
      Array.from({ length: 30 }, (_, i) => database.stores.attempts.count({ ...one, failed: i % 3 === 0 })),
    )
    expect(all.filter((failures) => failures !== undefined && failures >= 2)).toHaveLength(4)
  })

  // The embedded database has one connection: nobody waits for anybody there.
  test.skipIf(name === 'PGlite')(
    '[ST19] scopes that nothing was counted in yet are held in one order too',
    async () => {
      const other = sha256('second scope')
      const failed = { applicationId, failed: true, rule, now: start }
      let late: Promise<unknown> | undefined
      await database.transaction(async (stores) => {
        await stores.attempts.hold(applicationId, [scopeDigest, other])
        await stores.attempts.count({ ...failed, scopeDigest })
        late = database.transaction(async (within) => {
          await within.attempts.hold(applicationId, [other, scopeDigest])
          await within.attempts.count({ ...failed, scopeDigest: other })
          return within.attempts.count({ ...failed, scopeDigest })
        })
        late.catch(() => {})
        await untilStuck()
        expect(await stores.attempts.count({ ...failed, scopeDigest: other })).toBe(1)
      })
      expect(await late).toBe(2)
    },
  )

  test.skipIf(name === 'PGlite')('[ST19] opening scopes waits for who holds one that had no row', async () => {
    const other = sha256('second scope')
    let late: Promise<unknown> | undefined
    await database.transaction(async (stores) => {
      await stores.attempts.hold(applicationId, [other])
      late = database.transaction((within) => within.attempts.clear(applicationId, [scopeDigest, other]))
      await untilStuck()
      await stores.attempts.count({ applicationId, scopeDigest: other, failed: true, rule, now: start })
    })
    await late
    // What was counted by who held it was there to be cleared.
    expect(await database.stores.attempts.failures(applicationId, [scopeDigest, other])).toBe(0)
  })

  test('a scope that is held without a count is as if nothing had been counted', async () => {
    await database.stores.attempts.hold(applicationId, [scopeDigest, scopeDigest])
    expect(await database.stores.attempts.failures(applicationId, [scopeDigest])).toBe(0)
    for (let failures = 1; failures <= 5; failures++) expect(await count(true, 0)).toBe(failures)
    await database.stores.attempts.hold(applicationId, [scopeDigest])
    expect(await count(true, 29)).toBeUndefined()
    expect(await count(true, 30)).toBe(6)
  })

  test('[GU6] counts of those who may try go after a month, stops after a year', async () => {
    const stopped = scopeDigest
    for (let i = 0, now = 0; i < 20; i++, now += 10 * day) await count(true, now)
    scopeDigest = sha256('other')
    await count(true, 0)
    await database.sweep(after(260 * day))
    expect(await count(true, 260 * day)).toBe(1)
    scopeDigest = stopped
    expect(await count(true, 260 * day)).toBeUndefined()
    await database.sweep(after(600 * day))
    expect(await count(true, 600 * day)).toBe(1)
  })
})
