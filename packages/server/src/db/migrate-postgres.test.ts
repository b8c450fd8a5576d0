import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { migratePostgres } from './migrate-postgres.ts'
import { migrationsUntil } from './migrations-until.fixture.ts'
import { createOwnPostgres, type OwnPostgres } from './own-postgres.fixture.ts'
import { startRefusingPostgres } from './refusing-postgres.fixture.ts'
import { runSql } from './run-sql.fixture.ts'

const serverUrl = process.env.TEST_DATABASE_URL

test('[MS3] a database that takes nobody is away, also for whoever brings the schema up', async () => {
  const database = await startRefusingPostgres('57P03')
  try {
    await expect(migratePostgres(database.url)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
  } finally {
    await database.close()
  }
})

describe.runIf(serverUrl)('a schema of an earlier version', () => {
  let own: OwnPostgres
  let client: postgres.Sql
  const folders: string[] = []

  const upTo = async (...version: Parameters<typeof migrationsUntil>): Promise<string> => {
    const folder = await migrationsUntil(...version)
    folders.push(folder)
    return folder
  }

  beforeEach(async () => {
    own = await createOwnPostgres(serverUrl!)
    client = postgres(own.url, { max: 1, onnotice: () => {} })
  })
  afterEach(async () => {
    await client.end()
    await own.drop()
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true })
  })

  test('[RL10] is brought up while people are enrolled: an enrolment that has begun is neither held up nor ended, and is waited for', async () => {
    await migratePostgres(own.url, { folder: await upTo(20) })
    const waits: number[] = []
    let migrating: Promise<void> | undefined
    await client.begin(async (enrolling) => {
      await enrolling`lock table galleries in row share mode`
      migrating = migratePostgres(own.url, { onWait: (pauseMs) => waits.push(pauseMs) })
      const waiting = () => runSql(own, "select 1 from pg_locks where not granted and relation = 'galleries'::regclass")
      await expect.poll(waiting, { interval: 20 }).toHaveLength(1)
      // A migration that had the faces by now would wait for this one, as this one for it.
      await enrolling`set local lock_timeout = '300ms'`
      await enrolling`lock table faces in row exclusive mode`
      while (waits.length < 2) await sleep(20)
    })
    await migrating
    expect(waits.slice(0, 2)).toEqual([500, 1000])
    expect(await runSql(own, 'select * from gallery_sizes')).toEqual([])
  }, 30_000)

  test('[RL10] a connection that is lost in the middle of a migration leaves the schema as it was, and whoever starts is told', async () => {
    await migratePostgres(own.url, { folder: await upTo(20) })
    const folder = await upTo(20, 'create table more (n int);--> statement-breakpoint\nselect pg_sleep(20)')
    const lost = migratePostgres(own.url, { folder }).catch((error: unknown) => error)
    const end =
      "select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(20)%' and pid <> pg_backend_pid()"
    await expect.poll(() => runSql(own, end), { interval: 20, timeout: 10_000 }).toHaveLength(1)
    expect(await lost).toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
    expect(await runSql(own, "select to_regclass('more') as found")).toEqual([{ found: null }])
    await migratePostgres(own.url)
  }, 30_000)

  test('[RL10] a migration that is refused is no database that is away, and leaves the schema as it was', async () => {
    await migratePostgres(own.url, { folder: await upTo(20) })
    const refused = migratePostgres(own.url, {
      folder: await upTo(20, 'create table more (n int);--> statement-breakpoint\nselect 1 / 0'),
    })
    await expect(refused).rejects.toMatchObject({
      code: 'INTERNAL',
      cause: { message: expect.stringContaining('22012') },
    })
    expect(await runSql(own, "select to_regclass('more') as found")).toEqual([{ found: null }])
  }, 30_000)
})
