import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { engines } from '../../../../test/contract/engines.ts'
import { openTestApp, type TestApp, type TestApplication } from '../../../../test/contract/test-app.ts'
import type { Database } from './ports.ts'
import { createRetention } from './retention.ts'

const daySeconds = 86_400

describe.each(engines)('[PV9] a clock that is set wrong erases nobody, on $name', ({ openOwn }) => {
  let rig: TestApp
  let shop: TestApplication
  let id: string
  /** What the database's own clock is off by, in seconds. */
  let apart = 0
  beforeAll(async () => {
    const own = await openOwn()
    const now = async () => new Date(rig.clock.now().getTime() + apart * 1000)
    const database: Database = { ...own, now }
    rig = await openTestApp({ database })
  })
  afterAll(() => rig.close())
  beforeEach(async () => {
    apart = 0
    shop = await rig.createApplication({ retention_days: 365 })
    id = (await shop.backend('POST', '/v1/subjects', {})).json.facial_id
  })

  const sweep = () => rig.send('POST', '/v1/admin/retention', { authorization: `Bearer ${rig.adminToken}`, body: {} })
  const confirm = () =>
    rig.send('POST', '/v1/admin/retention', { authorization: `Bearer ${rig.adminToken}`, body: { confirm: true } })
  const isThere = async () => (await shop.backend('GET', `/v1/subjects/${id}`)).status === 200
  const written = async () => {
    const { records } = (await shop.backend('GET', '/v1/audit?limit=50')).json
    return records
      .filter((record: { event: string }) => record.event === 'retention')
      .map((record: { outcome: string }) => record.outcome)
      .reverse()
  }

  test('years ahead, until it is set right: nothing is lost, and it is written down once', async () => {
    expect((await sweep()).json).toEqual({ erased: 0 })
    rig.clock.advance(4000 * daySeconds)
    for (let i = 0; i < 2; i++) {
      const held = await sweep()
      expect(held.status).toBe(409)
      expect(held.json.error.message).toMatch(/clock_ahead.*last sweep was at .*mien retention run --confirm/)
    }
    await expect(rig.services.retention.sweep()).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await isThere()).toBe(true)
    rig.clock.advance(-4000 * daySeconds + 600)
    expect((await sweep()).json).toEqual({ erased: 0 })
    expect(await written()).toEqual(['clock_ahead'])
  })

  test('a server that was off for more than a year erases once an operator says that the clock is right', async () => {
    await sweep()
    rig.clock.advance(400 * daySeconds)
    expect((await sweep()).status).toBe(409)
    expect(await isThere()).toBe(true)
    expect((await confirm()).json.erased).toBeGreaterThanOrEqual(1)
    expect(await isThere()).toBe(false)
    expect(await written()).toEqual(['clock_ahead', 'clock_confirmed', 'ok'])
    rig.clock.advance(600)
    expect((await sweep()).json).toEqual({ erased: 0 })
  })

  test('set back, and an hour away from the clock of the database', async () => {
    await sweep()
    rig.clock.advance(-2 * daySeconds)
    expect((await sweep()).json.error.message).toContain('clock_behind')
    rig.clock.advance(2 * daySeconds + 600)
    apart = -7200
    expect((await sweep()).json.error.message).toContain('clocks_apart')
    apart = 0
    expect((await sweep()).json).toEqual({ erased: 0 })
    expect(await written()).toEqual(['clock_behind', 'clocks_apart'])
  })
})

test.each(engines)(
  '[PV4] a sweep that is stopped ends after the person whom it erases, on $name',
  async ({ openOwn }) => {
    const rig = await openTestApp({ database: await openOwn() })
    try {
      const shop = await rig.createApplication({ retention_days: 365 })
      for (let i = 0; i < 3; i++) await shop.backend('POST', '/v1/subjects', {})
      const { subjects } = rig.services
      const retention = createRetention({
        database: rig.database,
        clock: rig.clock,
        subjects: {
          async removeUnseen(...given) {
            retention.stop()
            await subjects.removeUnseen(...given)
          },
        },
      })
      rig.clock.advance(400 * daySeconds)
      expect(await retention.sweep({ isConfirmed: true })).toBe(1)
      expect(await retention.sweep({ isConfirmed: true })).toBe(0)
      expect((await shop.backend('GET', '/v1/subjects')).json.subjects).toHaveLength(2)
    } finally {
      await rig.close()
    }
  },
)

test.each(engines)(
  '[PV9] the database of $name says what its own clock says, where it has one',
  async ({ name, openOwn }) => {
    const database = await openOwn()
    const now = await database.now()
    await database.close()
    if (name === 'PGlite') expect(now).toBeNull()
    else expect(Math.abs((now?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000)
  },
)
