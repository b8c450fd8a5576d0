import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openNewDatabase } from '../../packages/server/src/db/new-database.fixture.ts'
import { createOwnPostgres } from '../../packages/server/src/db/own-postgres.fixture.ts'
import { openPostgres } from '../../packages/server/src/db/postgres.ts'
import { leaseSeconds } from '../../packages/server/src/domain/idempotency.ts'
import type { Database } from '../../packages/server/src/domain/ports.ts'
import { openTestApp, type TestApp, type TestApplication } from '../contract/test-app.ts'
import { testVault as vault } from '../contract/test-vault.ts'

interface Cluster {
  readonly name: string
  /** Databases of as many servers as there are. */
  open(): Promise<{ databases: readonly Database[]; close(): Promise<void> }>
}

const serverUrl = process.env.TEST_DATABASE_URL

const openTwo = async (url: string) => {
  const own = await createOwnPostgres(url)
  const databases = [await openPostgres(own.url, { vault }), await openPostgres(own.url, { vault })]
  const withoutClock = databases.map((database) => ({ ...database, now: async () => null }))
  const close = async () => {
    await Promise.all(databases.map((database) => database.close()))
    await own.drop()
  }
  return { databases: withoutClock, close }
}

const openOne = async () => {
  const database = await openNewDatabase({ vault })
  return { databases: [database, database], close: () => database.close() }
}

const clusters: readonly Cluster[] = [
  { name: 'PGlite', open: openOne },
  ...(serverUrl ? [{ name: 'two servers on PostgreSQL', open: () => openTwo(serverUrl) }] : []),
]

/** The process of this server dies once it has committed: nothing that it does afterwards reaches the database. */
const dyingAfterCommit = (database: Database): Database => {
  const never = () => new Promise<never>(() => {})
  const { idempotency } = database.stores
  return { ...database, stores: { ...database.stores, idempotency: { ...idempotency, finish: never, forget: never } } }
}

/** Its transactions begin when they are let. */
function slowed(database: Database) {
  let isWaiting = false
  let go = () => {}
  const gate = new Promise<void>((resolve) => {
    go = resolve
  })
  const slow: Database = {
    ...database,
    async transaction(work) {
      isWaiting = true
      await gate
      return database.transaction(work)
    },
  }
  return { slow, isWaiting: () => isWaiting, go }
}

describe.each(clusters)('on $name', ({ name, open }) => {
  let cluster: Awaited<ReturnType<Cluster['open']>>
  let servers: readonly TestApp[]
  let shop: TestApplication

  beforeAll(async () => {
    cluster = await open()
    servers = await Promise.all(cluster.databases.map((database) => openTestApp({ database })))
    shop = await servers[0]!.createApplication()
  })
  afterAll(() => cluster?.close())

  const add = (server: TestApp, key: string, person = 'Ada') =>
    server.send('POST', '/v1/subjects', {
      authorization: `Bearer ${shop.credentials.secret_key}`,
      headers: { 'idempotency-key': key },
      body: { name: person },
    })
  const peopleNamed = async (person: string) =>
    (await shop.backend('GET', '/v1/subjects?limit=100')).json.subjects.filter(
      (each: { name: string }) => each.name === person,
    ).length

  test('[RL2] [NA7] fifty requests with one key at once have one effect and one answer', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => add(servers[i % 2]!, 'fifty', 'Fifty')))
    const made = answers.filter(({ status }) => status === 201)
    const refused = answers.filter(({ status, json }) => status === 409 && json.error.code === 'conflict')
    expect(made.length + refused.length).toBe(50)
    expect(made.length).toBeGreaterThan(0)
    expect(new Set(made.map(({ text }) => text)).size).toBe(1)
    expect(made.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1)
    expect(await peopleNamed('Fifty')).toBe(1)
    const replayed = await add(servers[1]!, 'fifty', 'Fifty')
    expect([replayed.status, replayed.text]).toEqual([201, made[0]?.text])
    console.log(
      `R2 held: 50 requests with one key at once on ${name}: 1 effect, ${made.length} the same answer, ${refused.length} told that the first is under way`,
    )
  })

  test('[RL2] [NA7] what a process had committed when it died is not done again', async () => {
    const dying = await openTestApp({ database: dyingAfterCommit(cluster.databases[0]!) })
    void add(dying, 'died', 'Grace')
    await expect.poll(() => peopleNamed('Grace')).toBe(1)
    const [, other] = servers
    other!.clock.advance(leaseSeconds + 1)
    const again = await add(other!, 'died', 'Grace')
    expect([again.status, again.json.error.code]).toEqual([409, 'conflict'])
    expect(again.headers.get('retry-after')).toBeNull()
    expect(await peopleNamed('Grace')).toBe(1)
  })

  test('[RL2] [NA7] of two processes that do the same, because the first was taken for dead, one commits', async () => {
    const { slow, isWaiting, go } = slowed(cluster.databases[0]!)
    const first = add(await openTestApp({ database: slow }), 'slow', 'Alan')
    await expect.poll(isWaiting).toBe(true)
    const other = await openTestApp({ database: cluster.databases[1]! })
    expect((await add(other, 'slow', 'Alan')).status).toBe(409)
    other.clock.advance(leaseSeconds + 1)
    const second = await add(other, 'slow', 'Alan')
    go()
    expect([second.status, (await first).status]).toEqual([201, 409])
    expect(await peopleNamed('Alan')).toBe(1)
  })
})
