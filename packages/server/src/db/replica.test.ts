import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { testVault as vault } from '../../../../test/contract/test-vault.ts'
import type { Database, ReadStores } from '../domain/ports.ts'
import { enroll, newSpace } from './new-space.fixture.ts'
import { createOwnPostgres, type OwnPostgres } from './own-postgres.fixture.ts'
import type { Pool } from './pool.ts'
import { openPostgres } from './postgres.ts'
import { openReplica } from './replica.ts'
import { runSql } from './run-sql.fixture.ts'
import { startTcpShim, type TcpShim } from './tcp-shim.fixture.ts'

const serverUrl = process.env.TEST_DATABASE_URL
/** A streaming standby of it: `test/rig/standby.sh`. */
const standbyUrl = process.env.TEST_REPLICA_URL

const maxLagMs = 1500

test('[MS12] a look at how far it is that hangs is followed by one look, and not by all that were due meanwhile', async () => {
  const reads = {} as ReadStores
  let looks = 0
  let end = (_: Error) => {}
  const pool = {
    aside() {
      looks++
      return new Promise((_, reject) => {
        if (looks > 1) reject(new Error('away'))
        end = reject
      })
    },
  } as unknown as Pool
  const options = { connections: 1, maxLagMs, lookMs: 10 }
  const replica = openReplica('postgres://127.0.0.1:1/none', { pool, reads }, () => reads, options)
  await sleep(300)
  expect(looks).toBe(1)
  end(new Error('away'))
  await new Promise(setImmediate)
  expect(looks).toBeLessThanOrEqual(2)
  await expect.poll(() => looks).toBeGreaterThan(2)
  await replica.close()
})

describe.runIf(serverUrl && standbyUrl)('a streaming standby', () => {
  let own: OwnPostgres
  let shim: TcpShim
  let standby: URL
  let database: Database

  const onStandby = (statement: string) => runSql({ url: standby.href }, statement)
  const pause = () => onStandby('select pg_wal_replay_pause()')
  const resume = () => onStandby('select pg_wal_replay_resume()')

  beforeAll(async () => {
    own = await createOwnPostgres(serverUrl!)
    standby = new URL(standbyUrl!)
    standby.pathname = new URL(own.url).pathname
    await vi.waitFor(() => onStandby('select 1'), { timeout: 20_000, interval: 100 })
    shim = await startTcpShim(standby.href)
    database = await openPostgres(own.url, {
      vault,
      replica: { url: shim.url, connections: 2, maxLagMs, lookMs: 100 },
    })
  })
  afterAll(async () => {
    await resume()
    await database?.close()
    await shim?.close()
    await own?.drop()
  })

  /** Statements of the tables' reads that the standby was asked so far. */
  const isRead = async (work: () => Promise<unknown>): Promise<'standby' | 'primary'> => {
    shim.become('open')
    const bytesBefore = shim.received()
    // Its looks at how far it is are not the tables'.
    await work()
    return shim.received(bytesBefore).includes('from "subjects"') ? 'standby' : 'primary'
  }

  test('[MS12] [MS13] lists and figures come from it, and nothing that anybody decides by', async () => {
    const space = await newSpace(database.stores)
    const { subjectId } = await enroll(database.stores, space, 1)
    const list = () => database.reads.subjects.list(space.applicationId, { limit: 10 })
    await expect.poll(list).toHaveLength(1)
    await expect.poll(() => isRead(list)).toBe('standby')
    const decisions = [
      () => database.stores.subjects.find(space.applicationId, subjectId),
      () => database.stores.subjects.list(space.applicationId, { limit: 10 }),
      () => database.transaction(({ subjects }) => subjects.find(space.applicationId, subjectId)),
    ]
    for (const decide of decisions) expect(await isRead(decide)).toBe('primary')
  })

  test('[MS12] while it is further behind than it may be, the primary is read, and when it is there again it is read again', async () => {
    const space = await newSpace(database.stores)
    const list = () => database.reads.subjects.list(space.applicationId, { limit: 10 })
    await expect.poll(() => isRead(list)).toBe('standby')
    await pause()
    await enroll(database.stores, space, 1)
    await expect.poll(() => isRead(list), { timeout: 20_000 }).toBe('primary')
    expect(await list()).toHaveLength(1)
    await resume()
    await expect.poll(() => isRead(list), { timeout: 20_000 }).toBe('standby')
    expect(await list()).toHaveLength(1)
  })

  test('[MS12] when it is away in the middle of a call the primary answers', async () => {
    const space = await newSpace(database.stores)
    await enroll(database.stores, space, 1)
    const list = () => database.reads.subjects.list(space.applicationId, { limit: 10 })
    await expect.poll(() => isRead(list), { timeout: 20_000 }).toBe('standby')
    await expect.poll(list).toHaveLength(1)
    shim.become('refuse')
    for (let i = 0; i < 5; i++) expect(await list()).toHaveLength(1)
    shim.become('open')
    await expect.poll(() => isRead(list), { timeout: 20_000 }).toBe('standby')
  })

  test('[MS12] what is no standby is not read', async () => {
    const mistaken = await openPostgres(own.url, {
      vault,
      replica: { url: own.url, connections: 1, maxLagMs, lookMs: 50 },
    })
    try {
      const space = await newSpace(mistaken.stores)
      await enroll(mistaken.stores, space, 1)
      expect(await mistaken.reads.subjects.count(space.applicationId)).toBe(1)
    } finally {
      await mistaken.close()
    }
  })
})
