import { randomUUID } from 'node:crypto'
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core'
import { drizzle } from 'drizzle-orm/pglite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testVault as vault } from '../../../../test/contract/test-vault.ts'
import type { Database } from '../domain/ports.ts'
import { createDatabase } from './database.ts'
import type { Executor } from './executor.ts'
import { openNewClient } from './new-database.fixture.ts'
import { createOwnPostgres } from './own-postgres.fixture.ts'
import { openPostgres } from './postgres.ts'
import { runSql } from './run-sql.fixture.ts'
import * as schema from './schema.ts'

interface Rig {
  readonly database: Database
  run(statement: string): Promise<readonly Record<string, unknown>[]>
  close(): Promise<void>
}

async function openEmbedded(): Promise<Rig> {
  const client = await openNewClient()
  const db = drizzle(client, { schema }) as unknown as Executor
  return {
    database: createDatabase(db, async () => {}, { vault }),
    run: async (statement) => ((await client.exec(statement)).at(-1)?.rows ?? []) as Record<string, unknown>[],
    close: () => client.close(),
  }
}

async function openServer(url: string): Promise<Rig> {
  const own = await createOwnPostgres(url)
  const database = await openPostgres(own.url, { vault })
  return {
    database,
    run: (statement) => runSql({ url: own.url }, statement),
    async close() {
      await database.close()
      await own.drop()
    },
  }
}

const postgresUrl = process.env.TEST_DATABASE_URL
const engines = [
  { name: 'PGlite', open: openEmbedded },
  ...(postgresUrl ? [{ name: 'PostgreSQL', open: () => openServer(postgresUrl) }] : []),
]

/** Of every table with rows of an application that go with it. */
const tables = Object.values(schema).flatMap((each) => {
  if (!(each instanceof PgTable)) return []
  const { name, columns } = getTableConfig(each)
  return columns.some((column) => column.name === 'application_id') && !name.startsWith('audit_') ? [name] : []
})

/** A statement that changes more than a thousand rows fails, also one that another statement brings about. */
const refuseMany = `
  create function refuse_many() returns trigger language plpgsql as $$ begin
    if (select count(*) from changed) > 1000 then raise exception 'too many of %', tg_table_name; end if; return null; end $$;
  ${tables
    .map(
      (name) => `create trigger many_deleted after delete on ${name} referencing old table as changed
      for each statement execute function refuse_many();`,
    )
    .join('\n')}
  create trigger many_changed after update on pins referencing old table as changed
    for each statement execute function refuse_many();`

/** Rows of each kind: more than go at once. */
const many = 2100

const fill = (shop: string) => `
  insert into applications (id, public_id, name, settings, created_at) values ('${shop}', '${shop}', 'x', '{}', now());
  insert into galleries (application_id, id, name, created_at) values ('${shop}', '${shop}', 'default', now());
  insert into subjects (application_id, id, gallery_id, payload, created_at)
    select '${shop}', gen_random_uuid(), '${shop}', '', now() from generate_series(1, ${many});
  insert into faces (application_id, gallery_id, id, subject_id, model_id, key_version, dimension, vector)
    select '${shop}', '${shop}', id, id, 'm', 1, 2, '[1,0]' from subjects where application_id = '${shop}';
  insert into pins (application_id, subject_id, hash, unique_digest, set_at)
    select '${shop}', id, '', sha256(id::text::bytea), now() from subjects where application_id = '${shop}';
  insert into kept_images (application_id, owner_id, subject_id, sealed, created_at)
    select '${shop}', id, id, '', now() from subjects where application_id = '${shop}';
  insert into devices (application_id, id, subject_id, key_id, public_key, status, created_at)
    select '${shop}', id, id, 'k', '{}', 'active', now() from subjects where application_id = '${shop}';
  insert into recent_probes (application_id, id, subject_id, model_id, key_version, vector, at)
    select '${shop}', id, id, 'm', 1, '[1,0]', now() from subjects where application_id = '${shop}';
  insert into sessions (application_id, id, gallery_id, operation, opener, token_digest, expires_at, created_at)
    select '${shop}', id, '${shop}', 'enroll', 'backend', sha256(id::text::bytea), now(), now()
    from subjects where application_id = '${shop}';
  insert into challenges (application_id, id, session_id, nonce, operation, level, model_id, expires_at)
    select '${shop}', id, id, 'n', 'enroll', 'A0', 'm', now() from sessions where application_id = '${shop}';
  insert into tombstones (application_id, digest, deleted_at)
    select '${shop}', sha256(id::text::bytea), now() from sessions where application_id = '${shop}';
  insert into audit_records (application_id, id, event, outcome, at) values ('${shop}', '${shop}', 'enroll', 'ok', now());
  insert into gallery_changes (application_id, gallery_id, face_id, operation)
    select '${shop}', '${shop}', id, 'insert' from faces where application_id = '${shop}';`

describe.each(engines)('on $name', ({ open }) => {
  let rig: Rig
  beforeAll(async () => {
    rig = await open()
    await rig.run(refuseMany)
  })
  afterAll(() => rig.close())

  const rowsOf = async (shop: string) => {
    const counts = tables.map(
      (name) => `select '${name}' as name, count(*)::int as rows from ${name} where application_id = '${shop}'`,
    )
    const rows = await rig.run(counts.join(' union all '))
    return Object.fromEntries(rows.filter((row) => row.rows !== 0).map((row) => [row.name, row.rows]))
  }

  test('[ST7] [ST14] an application of however many people goes whole, a thousand rows a statement, and no other does', async () => {
    const [shop, other] = [randomUUID(), randomUUID()]
    for (const each of [shop, other]) await rig.run(fill(each))
    const before = await rowsOf(other)
    expect(before).toMatchObject({ subjects: many, faces: many, sessions: many, tombstones: many, gallery_sizes: 1 })
    await expect(rig.run(`delete from applications where id = '${shop}'`)).rejects.toThrow('too many')
    expect(await rig.database.transaction(({ applications }) => applications.remove(shop))).toBe(true)
    expect(await rowsOf(shop)).toEqual({})
    expect(await rig.database.stores.applications.find(shop)).toBeUndefined()
    expect(await rig.run(`select event from audit_records where application_id = '${shop}'`)).toHaveLength(1)
    expect(await rowsOf(other)).toEqual(before)
  })

  test('[ST8] an application whose removal is undone is whole', async () => {
    const shop = randomUUID()
    await rig.run(fill(shop))
    const before = await rowsOf(shop)
    const undone = rig.database.transaction(async ({ applications }) => {
      await applications.remove(shop)
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    expect(await rowsOf(shop)).toEqual(before)
  })

  test('[ST14] pictures that are given up, and digests of PINs, go a thousand a statement', async () => {
    const shop = randomUUID()
    await rig.run(fill(shop))
    await rig.database.transaction(async ({ pins, keptImages }) => {
      await pins.forgetDigests(shop)
      await keptImages.removeAll(shop)
    })
    const left = `select count(*)::int as n, count(unique_digest)::int as digests from pins where application_id = '${shop}'`
    expect(await rig.run(left)).toEqual([{ n: many, digests: 0 }])
    expect(await rowsOf(shop)).not.toHaveProperty('kept_images')
  })
})
