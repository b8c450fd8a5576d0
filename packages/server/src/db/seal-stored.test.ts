import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PGlite } from '@electric-sql/pglite'
import { drizzle } from 'drizzle-orm/pglite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { testVault as vault } from '../../../../test/contract/test-vault.ts'
import { signingKeyLabel } from '../domain/signing-keys.ts'
import { rowId, sha256 } from '../domain/tokens.ts'
import { createVault } from '../domain/vault.ts'
import { createDatabase, migrationsFolder } from './database.ts'
import type { Executor } from './executor.ts'
import { openNewClient } from './new-database.fixture.ts'
import * as schema from './schema.ts'
import { sealStored } from './seal-stored.ts'

const folder = fileURLToPath(migrationsFolder)
const migrations = readdirSync(folder)
  .filter((name) => name.endsWith('.sql'))
  .sort()
const [applicationId, galleryId] = [rowId(), rowId()]
const people = Array.from({ length: 1203 }, () => rowId())
const picture = Uint8Array.of(255, 216, 255)
const keyDigest = sha256('a key')

let client: PGlite
beforeEach(async () => {
  client = await openNewClient('bare')
  const run = async (names: readonly string[]) => {
    for (const name of names) await client.exec(readFileSync(join(folder, name), 'utf8'))
  }
  const next = migrations.findIndex((name) => name.startsWith('0007'))
  await run(migrations.slice(0, next))
  await fill()
  await run(migrations.slice(next))
})
afterEach(() => client.close())

/** A database as the version before wrote it. */
async function fill(): Promise<void> {
  await client.query('insert into applications values ($1, $2, $3, $4, $5)', [applicationId, 'mp_1', 'Old', {}, at])
  await client.query('insert into galleries values ($1, $2, $3, $4)', [applicationId, galleryId, 'default', at])
  const insert = `insert into subjects (application_id, id, gallery_id, payload, created_at)
    select $1, id, $2, '{"canary":"of ' || (i - 1) || '"}', $3 from unnest($4::uuid[]) with ordinality as people (id, i)`
  await client.query(insert, [applicationId, galleryId, at, people])
  const pin = 'insert into pins (application_id, subject_id, hash, set_at) values ($1, $2, $3, $4)'
  await client.query(pin, [applicationId, people[0], '$argon2id$canary', at])
  const image =
    'insert into kept_images (application_id, owner_id, subject_id, sealed, created_at) values ($1, $2, $2, $3, $4)'
  const sealedPicture = vault.seal(`kept-image|${applicationId}|${people[0]}`, picture)
  await client.query(image, [applicationId, people[0], new Uint8Array(sealedPicture), at])
  const label = `idempotency|${applicationId}|${Buffer.from(keyDigest).toString('hex')}`
  const answer = new Uint8Array(vault.seal(label, Buffer.from('an answer')))
  const digests = [new Uint8Array(keyDigest), new Uint8Array(32)]
  await client.query('insert into idempotent_requests values ($1, $2, $3, $4, $5)', [
    applicationId,
    ...digests,
    answer,
    at,
  ])
}

const at = '2026-11-21T12:00:00Z'

const dump = async () => {
  const rows = await Promise.all(
    ['subjects', 'pins', 'kept_images', 'idempotent_requests'].map((table) => client.query(`select * from ${table}`)),
  )
  return Buffer.concat(
    rows.flatMap(({ rows: each }) => each.flatMap((row) => Object.values(row as object).map(bytesOf))),
  )
}
const bytesOf = (value: unknown) => (value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(String(value)))

test('[KE3] what a version before left in clear is sealed when the server starts, and reads as before', async () => {
  const db = drizzle(client, { schema }) as unknown as Executor
  expect((await dump()).includes('canary')).toBe(true)
  // Killed after some of it: the next start goes on with the rest.
  let batches = 0
  const dying = {
    ...db,
    select: db.select.bind(db),
    insert: db.insert.bind(db),
    transaction: (work: never) => {
      if (++batches > 2) throw new Error('killed')
      return db.transaction(work)
    },
  } as unknown as typeof db
  await expect(sealStored(dying, vault)).rejects.toThrow('killed')
  expect(await sealStored(db, vault)).toBe(people.length - 1000 + 3)
  expect(await sealStored(db, vault)).toBe(0)
  expect((await dump()).includes('canary')).toBe(false)

  const { stores } = createDatabase(db, async () => {}, { vault })
  for (const [i, id] of people.entries()) {
    expect((await stores.subjects.find(applicationId, id))?.payload).toEqual({ canary: `of ${i}` })
  }
  const pin = { subjectId: people[0], hash: '$argon2id$canary', pepperVersion: 1, setAt: new Date(at) }
  expect(await stores.pins.reserve(applicationId, [people[0]!], 10)).toEqual([pin])
  expect([...(await stores.keptImages.find(applicationId, people[0]!))!.picture]).toEqual([...picture])
  expect((await stores.idempotency.find(applicationId, keyDigest))?.answer).toBe('an answer')
})

test('[KE3] under another master key nothing is sealed: the start is refused, and all of it is as it was', async () => {
  const label = signingKeyLabel('k1')
  const key = new Uint8Array(vault.seal(label, Buffer.from('{}')))
  const insert = 'insert into signing_keys (key_id, slot, sealed, created_at) values ($1, $2, $3, now())'
  await client.query(insert, ['k1', 1, key])
  const before = await client.query('select payload from subjects order by id')
  const other = createVault(new Uint8Array(32).fill(9))
  await expect(sealStored(drizzle(client, { schema }) as unknown as Executor, other)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
  })
  expect((await client.query('select payload from subjects order by id')).rows).toEqual(before.rows)
  expect((await client.query('select * from application_keys')).rows).toEqual([])
})

test('[KE2] while the master key is replaced no application of before is taken for one with keys', async () => {
  const rotating = createVault(new Uint8Array(32).fill(8), [new Uint8Array(32).fill(7)])
  const refused = expect.objectContaining({ code: 'CONFIG_INVALID' })
  await expect(sealStored(drizzle(client, { schema }) as unknown as Executor, rotating)).rejects.toEqual(refused)
})

test('[KE3] what is left to seal is found by an index: no start reads a whole table for it', async () => {
  const db = drizzle(client, { schema }) as unknown as Executor
  expect(await sealStored(db, vault)).toBeGreaterThan(0)
  const scans = async () => {
    await client.query('select pg_stat_force_next_flush()')
    const { rows } = await client.query<{ relname: string; scans: number }>(
      `select relname, seq_scan::int as scans from pg_stat_user_tables where relname in
        ('subjects', 'pins', 'kept_images', 'idempotent_requests', 'webhook_deliveries') order by relname`,
    )
    return rows
  }
  const before = await scans()
  expect(before.length).toBe(5)
  expect(await sealStored(db, vault)).toBe(0)
  expect(await scans()).toEqual(before)
})
