import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { engines } from '../../../../test/contract/engines.ts'
import { testModel } from '../../../../test/contract/test-app.ts'
import { countComparison, type LockoutFacts } from './face-lockouts.ts'
import type { Application, Session } from './model.ts'
import type { Database, Stores } from './ports.ts'
import { defaultSettings } from './settings.ts'
import { newPublicId, rowId, sha256 } from './tokens.ts'

const now = new Date('2026-11-21T12:00:00Z')
const compared = { kind: 'gallery', afterOwners: false } as const

describe.each(engines)('searches on $name', ({ name, openOwn }) => {
  let database: Database
  let application: Application

  beforeAll(async () => {
    database = await openOwn()
  })
  beforeEach(async () => {
    const settings = defaultSettings(testModel, [])
    application = { id: rowId(), publicId: newPublicId(), name: 'a', settings, createdAt: now }
    await database.stores.applications.insert(application)
  })
  afterAll(() => database.close())

  const from = (stores: Stores, network: number): LockoutFacts => ({
    stores,
    application,
    session: { id: rowId() } as Session,
    now,
    clientAddress: `198.51.${network}.7`,
    device: null,
    scopeDigest: (scope) => sha256(`${application.id}|${scope}`),
  })

  /** The rows that one search writes. */
  const written = async (network: number, failed: boolean): Promise<readonly string[]> => {
    const rows: string[] = []
    const attempts: Stores['attempts'] = {
      ...database.stores.attempts,
      count(attempt) {
        rows.push(Buffer.from(attempt.scopeDigest).toString('hex'))
        return database.stores.attempts.count(attempt)
      },
    }
    await countComparison(from({ ...database.stores, attempts }, network), {
      compared,
      result: failed ? 'none' : 'clear',
    })
    return rows
  }

  test('[GU5] a success writes its network’s row alone, and failures are spread', async () => {
    const [own, ...others] = await written(1, false)
    expect(others).toEqual([])
    const spread = new Set<string>()
    for (let network = 1; network <= 40; network++) {
      const [ofNetwork, ofSearches, ...more] = await written(network, true)
      expect(ofNetwork === own).toBe(network === 1)
      expect(more).toEqual([])
      spread.add(ofSearches!)
    }
    expect(spread.size).toBeGreaterThanOrEqual(8)
  })

  test('[GU5] all of an application’s failures count, in whichever rows they are', async () => {
    application = { ...application, settings: { ...application.settings, failed_searches_per_hour: 30 } }
    const told: boolean[] = []
    for (let network = 1; network <= 32; network++) {
      told.push((await countComparison(from(database.stores, network), { compared, result: 'none' })) !== 'locked')
    }
    expect(told).toEqual([...Array(30).fill(true), false, false])
    const records = await database.stores.audit.list(application.id, { limit: 50 })
    expect(records.map(({ event, outcome }) => [event, outcome])).toEqual([['lockout', 'searches']])
  })

  test('[GU2] after four failures in a row a match at the edge is one more, and clear ones are none', async () => {
    const of = (result: 'none' | 'edge' | 'clear') => countComparison(from(database.stores, 1), { compared, result })
    expect([await of('edge'), await of('none'), await of('none'), await of('none')]).toEqual([0, 1, 2, 3])
    expect([await of('edge'), await of('edge'), await of('none')]).toEqual([3, 3, 4])
    expect([await of('clear'), await of('edge'), await of('clear')]).toEqual([4, 'unclear', 'locked'])
    const records = await database.stores.audit.list(application.id, { limit: 50 })
    expect(records.map(({ event, outcome }) => [event, outcome])).toEqual([['lockout', 'network']])
    const counted = from(database.stores, 1)
    expect(
      await countComparison({ ...counted, now: new Date(now.getTime() + 30_000) }, { compared, result: 'clear' }),
    ).toBe(5)
  })

  test('[GU2] [GU5] a search that found somebody at the edge, and is refused for it, is a failed one', async () => {
    application = { ...application, settings: { ...application.settings, failed_searches_per_hour: 5 } }
    for (let i = 0; i < 4; i++) await countComparison(from(database.stores, 1), { compared, result: 'none' })
    expect(await countComparison(from(database.stores, 1), { compared, result: 'edge' })).toBe('unclear')
    expect(await countComparison(from(database.stores, 2), { compared, result: 'clear' })).toBe('locked')
  })

  // The embedded database has one connection: there transactions take turns anyway.
  test.runIf(name === 'PostgreSQL')('[GU5] searches of different networks do not wait for each other', async () => {
    const rowOf = async (network: number) => (await written(network, true))[1]
    const first = await rowOf(1)
    let other = 2
    while ((await rowOf(other)) === first) other++
    await database.transaction(async (held) => {
      await countComparison(from(held, 1), { compared, result: 'none' })
      for (const result of ['none', 'clear'] as const) {
        const meanwhile = database.transaction((stores) => countComparison(from(stores, other), { compared, result }))
        expect(await meanwhile).not.toBe('locked')
      }
    })
  })
})
