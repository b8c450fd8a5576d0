import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createOwnPostgres, type OwnPostgres } from '../../packages/server/src/db/own-postgres.fixture.ts'
import { runSql } from '../../packages/server/src/db/run-sql.fixture.ts'
import { createSimulatedWidget, type HttpRefusal } from '../drill/simulated-widget.ts'
import { syntheticPerson } from '../fixtures/synthetic-templates.ts'
import { startServer, type TestServer } from '../rig/server.ts'

const postgresUrl = process.env.TEST_DATABASE_URL
const perMinute = 30
/** Longer than what must not run over the end of a minute. */
const neededSeconds = 40

describe.runIf(postgresUrl)('two server processes on one PostgreSQL', () => {
  let own: OwnPostgres
  let servers: readonly TestServer[] = []

  beforeAll(async () => {
    own = await createOwnPostgres(postgresUrl!)
    const environment = {
      DATABASE_URL: own.url,
      MIEN_MASTER_KEY: randomBytes(32).toString('hex'),
      MIEN_SESSIONS_PER_MINUTE: String(perMinute),
      MIEN_DEMO: 'off',
    }
    servers = [await startServer(environment), await startServer(environment)]
  }, 300_000)
  afterAll(async () => {
    for (const server of servers) await server.close()
    await own.drop()
  })

  test('[GU20] open so many sessions a minute together as one may, for an address', { timeout: 180_000 }, async () => {
    const { public_id } = await servers[0]!.admin.createApplication({ name: 'shared' })
    const widgets = servers.map(({ url }) => createSimulatedWidget(url, public_id))
    const [row] = await runSql({ url: own.url }, 'select extract(second from now())::float8 as second')
    const second = Number(row!.second)
    if (second > 60 - neededSeconds) await sleep((61 - second) * 1000)
    const opened = await Promise.all(
      Array.from({ length: 4 * perMinute }, (_, i) =>
        widgets[i % 2]!.begin('authenticate').then(
          () => 'opened',
          (error: HttpRefusal) => error.code,
        ),
      ),
    )
    const passed = opened.filter((code) => code === 'opened').length
    console.log(`Rate limit over two processes: ${passed} of ${opened.length} sessions opened, limit ${perMinute}`)
    expect(passed).toBe(perMinute)
    expect(opened.filter((code) => code === 'rate_limited')).toHaveLength(3 * perMinute)
  })

  test('[GU1] tell of one person five failures together', { timeout: 120_000 }, async () => {
    const { public_id, secret_key } = await servers[0]!.admin.createApplication({ name: 'locked' })
    const widgets = servers.map(({ url }) => createSimulatedWidget(url, public_id))
    const claim = { user_ref: 'ada' }
    const enrolment = await widgets[0]!.beginFor(claim, secret_key, 'enroll')
    expect(await enrolment.submit(enrolment.submission(syntheticPerson(410_000)))).toMatchObject({ status: 'ok' })
    await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        const ceremony = await widgets[i % 2]!.beginFor(claim, secret_key)
        await ceremony.submit(ceremony.submission(syntheticPerson(410_001 + i)))
      }),
    )
    const answer = await fetch(new URL('/v1/audit?limit=100', servers[1]!.url), {
      headers: { authorization: `Bearer ${secret_key}` },
    })
    const { records } = (await answer.json()) as { records: { event: string; outcome: string }[] }
    const outcomes = records.filter(({ event }) => event === 'authenticate').map(({ outcome }) => outcome)
    console.log(`Lockout over two processes: ${outcomes.filter((each) => each === 'not_recognised').length} of 40 told`)
    expect(outcomes.filter((outcome) => outcome === 'not_recognised')).toHaveLength(5)
    expect(outcomes.filter((outcome) => outcome === 'locked')).toHaveLength(35)
  })
})
