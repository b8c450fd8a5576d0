import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openNewDatabase } from '../../packages/server/src/db/new-database.fixture.ts'
import { createOwnPostgres } from '../../packages/server/src/db/own-postgres.fixture.ts'
import { openPostgres } from '../../packages/server/src/db/postgres.ts'
import type { Database } from '../../packages/server/src/domain/ports.ts'
import type { WebhookPost, WebhookSender } from '../../packages/server/src/domain/webhook-ports.ts'
import { openTestApp, type TestApp, type TestApplication } from '../contract/test-app.ts'
import { testVault as vault } from '../contract/test-vault.ts'
import { syntheticPerson } from '../fixtures/synthetic-templates.ts'

const serverUrl = process.env.TEST_DATABASE_URL
const outageSeconds = 600
const events = 40

async function openTwo(url: string) {
  const own = await createOwnPostgres(url)
  const databases = [await openPostgres(own.url, { vault }), await openPostgres(own.url, { vault })]
  const close = async () => {
    await Promise.all(databases.map((database) => database.close()))
    await own.drop()
  }
  return { databases: databases.map((database) => ({ ...database, now: async () => null })), close }
}

async function openOne() {
  const database = await openNewDatabase({ vault })
  return { databases: [database, database], close: () => database.close() }
}

const clusters = [
  { name: 'PGlite', open: openOne },
  ...(serverUrl ? [{ name: 'two servers on PostgreSQL', open: () => openTwo(serverUrl) }] : []),
]

/** What it sends is never written down: the process is gone by then. */
const dyingBeforeMark = (database: Database): Database => ({
  ...database,
  transaction: () => new Promise<never>(() => {}),
})

describe.each(clusters)('on $name', ({ name, open }) => {
  let cluster: Awaited<ReturnType<typeof openOne>>
  let servers: readonly TestApp[]
  let dying: TestApp
  let shop: TestApplication
  let isDown = true
  const arrived: { id: string; facialId: string; atSeconds: number }[] = []
  const elapsed = () => (servers[0]!.clock.now().getTime() - startedAt) / 1000
  let startedAt = 0

  const webhookSender: WebhookSender = {
    check: async () => {},
    async post({ headers, body }: WebhookPost) {
      if (isDown) return { httpStatus: 503, error: 'status' }
      arrived.push({ id: headers['webhook-id']!, facialId: JSON.parse(body).facialId, atSeconds: elapsed() })
      return { httpStatus: 204, error: null }
    },
  }

  beforeAll(async () => {
    cluster = await open()
    servers = await Promise.all(cluster.databases.map((database) => openTestApp({ database, webhookSender })))
    dying = await openTestApp({ database: dyingBeforeMark(cluster.databases[0]!), webhookSender })
    shop = await servers[0]!.createApplication({ prevent_duplicates: false })
    startedAt = servers[0]!.clock.now().getTime()
  })
  afterAll(() => cluster?.close())

  const advance = (seconds: number) => {
    for (const { clock } of [...servers, dying]) clock.advance(seconds)
  }
  const runBoth = () => Promise.all(servers.map(({ dispatcher }) => dispatcher.runDue()))

  test('[RL5] [WH6] [WH7] after ten minutes away, and with a dispatcher that died after sending, a receiver gets all in order within a minute', {
    timeout: 180_000,
  }, async () => {
    await shop.backend('POST', '/v1/webhooks', { url: 'https://away.example/', events: ['enroll'] })
    const enrolled: string[] = []
    while (elapsed() < outageSeconds) {
      if (enrolled.length < events) enrolled.push(await shop.enroll(syntheticPerson(990_000 + enrolled.length)))
      await runBoth()
      advance(5)
    }
    while (enrolled.length < events) enrolled.push(await shop.enroll(syntheticPerson(990_000 + enrolled.length)))
    expect(arrived).toEqual([])

    isDown = false
    const backAt = elapsed()
    // One server sends, and is gone before it writes that down.
    while (arrived.length === 0) {
      void dying.dispatcher.runDue()
      await new Promise((resolve) => setTimeout(resolve, 20))
      if (arrived.length === 0) advance(1)
    }
    const sentByDying = arrived[0]!
    while (new Set(arrived.map(({ id }) => id)).size < events && elapsed() < backAt + 600) {
      await runBoth()
      advance(1)
    }
    const firsts = [...new Map(arrived.toReversed().map((each) => [each.id, each])).values()].toSorted(
      (a, b) => a.atSeconds - b.atSeconds,
    )
    const order = arrived.map(({ facialId }) => facialId).filter((id, i, all) => all.indexOf(id) === i)
    expect(order).toEqual(enrolled)
    // What the dead one had sent came again, under its own id.
    expect(arrived.filter(({ id }) => id === sentByDying.id).length).toBeGreaterThan(1)
    const waits = firsts.map(({ atSeconds }) => atSeconds - backAt).toSorted((a, b) => a - b)
    const p99 = waits[Math.ceil(waits.length * 0.99) - 1]!
    expect(p99).toBeLessThanOrEqual(60)
    console.log(
      `R5 held: receiver away for ${outageSeconds / 60} minutes on ${name}: ${firsts.length} of ${events} events arrived in order, ${arrived.length - firsts.length} twice after a dispatcher died, p99 ${p99} s after it was back`,
    )
  })
})
