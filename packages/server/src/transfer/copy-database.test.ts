import { randomUUID } from 'node:crypto'
import type { PGlite } from '@electric-sql/pglite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openNewClient } from '../db/new-database.fixture.ts'
import { copyDatabase } from './copy-database.ts'
import type { RawDatabase } from './raw-database.ts'
import { createRawPglite } from './raw-pglite.ts'
import { readTable, sumTable } from './read-tables.ts'
import { plannedTables } from './table-plan.ts'

let clients: readonly [PGlite, PGlite]
let [from, to] = [] as unknown as [RawDatabase, RawDatabase]

beforeEach(async () => {
  clients = [await openNewClient(), await openNewClient()]
  const raw = clients.map((client) => createRawPglite(client, async () => {}))
  ;[from, to] = [raw[0]!, raw[1]!]
})
afterEach(async () => {
  for (const client of clients) await client.close()
})

const applicationId = randomUUID()
const galleryId = randomUUID()

/** People with odd text, microseconds, bytes of every value, JSON numbers and arrays. */
async function fill(people: number): Promise<void> {
  await clients[0].exec(`
    insert into applications values ('${applicationId}', 'mp', E'A "name" \\\\ \\n\\t ’\u{1F600}', '{"a": 1e400, "b": [null, "\\u00e9"]}', '2026-01-02 03:04:05.678901+00');
    insert into galleries (application_id, id, name, created_at) values ('${applicationId}', '${galleryId}', 'default', 'infinity');
    insert into credentials (application_id, id, kind, secret_digest, gallery_id, scopes, created_at)
      values ('${applicationId}', '${randomUUID()}', 'ufme', decode('00ff5c0a', 'hex'), '${galleryId}', '{a,"b c",NULL,""}'::text[], now());
    insert into subjects (application_id, id, gallery_id, payload, created_at)
      select '${applicationId}', gen_random_uuid(), '${galleryId}', decode(lpad(to_hex(i), 8, '0'), 'hex') || decode(repeat('ab', 700), 'hex'), now()
      from generate_series(1, ${people}) i;
    insert into faces (application_id, gallery_id, id, subject_id, model_id, key_version, dimension, vector)
      select '${applicationId}', '${galleryId}', gen_random_uuid(), id, 'm', 1, 64, (select ('[' || string_agg(case (j + number) % 64 when 0 then '1' else '0.00001' end, ',') || ']')::halfvec from generate_series(1, 64) j)
      from subjects;
    insert into gallery_changes (application_id, gallery_id, face_id, operation) select application_id, gallery_id, id, 'insert' from faces;
  `)
}

test('[MV1] every table of the database is in the plan, after those that it refers to', async () => {
  const { rows } = await clients[0].query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public' order by 1",
  )
  expect(plannedTables.map(({ name }) => name).sort()).toEqual(rows.map(({ name }) => name))
  const { rows: references } = await clients[0].query<{ child: string; parent: string }>(
    "select conrelid::regclass::text as child, confrelid::regclass::text as parent from pg_constraint where contype = 'f'",
  )
  expect(references.length).toBeGreaterThan(20)
  const place = (table: string) => plannedTables.findIndex(({ name }) => name === table)
  for (const { child, parent } of references)
    expect(place(parent), `${child} after ${parent}`).toBeLessThan(place(child))
  for (const { name, columns } of plannedTables) {
    const { rows: found } = await clients[0].query<{ name: string }>(
      `select attname as name from pg_attribute where attrelid = '"${name}"'::regclass and attnum > 0 and not attisdropped`,
    )
    expect([...columns].sort(), name).toEqual(found.map((column) => column.name).sort())
  }
})

test('[MV1] values of every kind, sequences and what triggers keep are the same in the copy', async () => {
  await fill(2000)
  const copied = await copyDatabase(from, to)
  expect(copied).toHaveLength(plannedTables.length)
  const everything = async (client: PGlite) => {
    const found: unknown[] = []
    for (const { name } of plannedTables)
      found.push((await client.query(`select t::text from "${name}" t order by 1`)).rows)
    return found
  }
  expect(await everything(clients[1])).toEqual(await everything(clients[0]))
  const sizes = await clients[1].query('select faces::int as faces from gallery_sizes')
  expect(sizes.rows).toEqual([{ faces: 2000 }])
  // What is added afterwards goes on where the source was, and triggers work again.
  for (const client of clients) {
    const added = await client.query<{ number: string }>(
      `insert into subjects (application_id, id, gallery_id, payload, created_at) values ('${applicationId}', gen_random_uuid(), '${galleryId}', '', now()) returning number`,
    )
    expect(Number(added.rows[0]!.number)).toBe(2001)
    await client.exec(`delete from faces where id = (select min(id::text)::uuid from faces)`)
    expect((await client.query('select faces::int as faces from gallery_sizes')).rows).toEqual([{ faces: 1999 }])
  }
})

test('[MV1] a target that has rows is refused by the table, and stays as it is', async () => {
  await fill(3)
  await clients[1].exec("insert into retention_sweeps values (1, '2026-01-01')")
  await expect(copyDatabase(from, to)).rejects.toMatchObject({
    code: 'CONFLICT',
    details: { table: 'retention_sweeps' },
  })
  expect((await clients[1].query('select 1 from applications')).rows).toEqual([])
})

test('[MV1] a copy that breaks off, or comes to be another one, leaves nothing and can be made again', async () => {
  await fill(50)
  const breaking: RawDatabase = {
    ...to,
    writeAll: (work) =>
      to.writeAll((transaction) =>
        work({
          ...transaction,
          copyIn: (target, document) =>
            target.startsWith('"faces"') ? Promise.reject(new Error('cut')) : transaction.copyIn(target, document),
        }),
      ),
  }
  await expect(copyDatabase(from, breaking)).rejects.toThrow('cut')
  const losing: RawDatabase = {
    ...to,
    writeAll: (work) =>
      to.writeAll((transaction) =>
        work({
          ...transaction,
          copyIn: async (target, document) => {
            await transaction.copyIn(target, document)
            if (target.startsWith('"subjects"'))
              await transaction.query("update subjects set name = 'x' where number = 7")
          },
        }),
      ),
  }
  await expect(copyDatabase(from, losing)).rejects.toThrow('The copy of subjects is not what it was made of')
  expect((await clients[1].query('select 1 from applications')).rows).toEqual([])
  expect(await copyDatabase(from, to)).toHaveLength(plannedTables.length)
})

test('[MV1] a table is read some rows at a time, each once, and its sum does not depend on their order', async () => {
  await fill(20_000)
  const table = plannedTables.find(({ name }) => name === 'subjects')!
  await from.readAll(async (transaction) => {
    let documents = 0
    for await (const document of readTable(transaction, table)) {
      documents += 1
      expect(document.length).toBeLessThan(8 * 2 ** 20)
    }
    expect(documents).toBeGreaterThan(2)
  })
  const before = await from.readAll((transaction) => sumTable(transaction, table))
  expect(before.rows).toBe(20_000)
  await clients[0].exec('cluster subjects using subjects_newest')
  expect(await from.readAll((transaction) => sumTable(transaction, table))).toEqual(before)
})
