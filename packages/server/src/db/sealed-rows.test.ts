import type { PGlite } from '@electric-sql/pglite'
import { drizzle } from 'drizzle-orm/pglite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testModel } from '../../../../test/contract/test-app.ts'
import { testVault as vault } from '../../../../test/contract/test-vault.ts'
import { createKeyRenewal } from '../domain/key-renewal.ts'
import type { Database } from '../domain/ports.ts'
import { defaultSettings } from '../domain/settings.ts'
import { rowId } from '../domain/tokens.ts'
import { createDatabase } from './database.ts'
import type { Executor } from './executor.ts'
import { openNewClient } from './new-database.fixture.ts'
import * as schema from './schema.ts'

const now = new Date('2026-11-21T12:00:00Z')
let client: PGlite
let database: Database
beforeAll(async () => {
  client = await openNewClient()
  const db = drizzle(client, { schema })
  database = createDatabase(db as unknown as Executor, () => client.close(), { vault })
})
afterAll(() => database.close())

async function newApplication(): Promise<string> {
  const id = rowId()
  const settings = defaultSettings(testModel, [])
  await database.stores.applications.insert({ id, publicId: `mp_${id}`, name: 'x', settings, createdAt: now })
  await database.stores.galleries.insert({ applicationId: id, id, name: 'default', createdAt: now })
  return id
}

async function newPerson(applicationId: string): Promise<string> {
  const id = rowId()
  const row = { applicationId, id, galleryId: applicationId, name: '', externalRef: null, hasPin: false }
  await database.stores.subjects.insert({ ...row, payload: `of ${id}`, createdAt: now, lastSeenAt: null })
  await database.stores.pins.put(
    applicationId,
    id,
    { hash: `hash of ${id}`, pepperVersion: 1, uniqueDigest: null },
    now,
  )
  const owner = { applicationId, kind: 'subject', id } as const
  await database.stores.keptImages.put(owner, Buffer.from(`picture of ${id}`), now)
  return id
}

const payloadOf = (applicationId: string, id: string) =>
  database.stores.subjects.find(applicationId, id).then((subject) => subject?.payload)

test('[KE1] [TPL-07] a ciphertext that was moved to another row, column or application opens nowhere; the rest goes on', async () => {
  const [shop, other] = [await newApplication(), await newApplication()]
  const [ada, bob, cyd, dan] = [
    await newPerson(shop),
    await newPerson(shop),
    await newPerson(shop),
    await newPerson(other),
  ]
  const set = async (sql: string, ...params: string[]) => client.query(sql, params)
  const payload = 'select payload from subjects where id = $2'
  const refused = expect.objectContaining({ code: 'INTERNAL', message: expect.not.stringContaining('of ') })
  const { subjects, pins, keptImages } = database.stores

  // Another row, another application.
  for (const from of [bob, dan]) {
    await set(`update subjects set payload = (${payload}) where id = $1`, ada, from)
    await expect(payloadOf(shop, ada)).rejects.toEqual(refused)
  }
  // Another column.
  await set('update subjects set payload = (select hash from pins where subject_id = $2) where id = $1', ada, ada)
  await expect(payloadOf(shop, ada)).rejects.toEqual(refused)
  // In clear again.
  await set('update subjects set payload = \'"forged"\' where id = $1', ada)
  await expect(payloadOf(shop, ada)).rejects.toEqual(refused)
  await set('update pins set hash = (select hash from pins where subject_id = $2) where subject_id = $1', ada, bob)
  await expect(pins.reserve(shop, [ada], 10)).rejects.toEqual(refused)
  await set(
    'update kept_images set sealed = (select sealed from kept_images where owner_id = $2) where owner_id = $1',
    ada,
    bob,
  )
  await expect(keptImages.find(shop, ada)).rejects.toEqual(refused)
  // A key of another application.
  await set(
    'update application_keys set sealed = (select sealed from application_keys where application_id = $2 and version = 1) where application_id = $1 and version = 1',
    other,
    shop,
  )
  await expect(database.stores.applicationKeys.of(other)).rejects.toEqual(
    expect.objectContaining({ code: 'CONFIG_INVALID' }),
  )

  expect(await payloadOf(shop, bob)).toBe(`of ${bob}`)
  expect(await payloadOf(shop, cyd)).toBe(`of ${cyd}`)
  expect((await pins.reserve(shop, [cyd], 10))[0]?.hash).toBe(`hash of ${cyd}`)
  expect(await subjects.updatePayload(shop, ada, 'written again')).toBe(true)
  expect(await payloadOf(shop, ada)).toBe('written again')
})

test('[KE1] a payload that cannot be opened hides nobody in a list, and no candidate of a search', async () => {
  const shop = await newApplication()
  const [ada, bob] = [await newPerson(shop), await newPerson(shop)].sort()
  await client.query('update subjects set payload = $2 where id = $1', [ada, new Uint8Array(60)])
  const { subjects } = database.stores
  const ids = [ada!, bob!]
  expect((await subjects.list(shop, { limit: 10 })).map(({ id, hasPin }) => [id, hasPin])).toEqual(
    ids.map((id) => [id, true]),
  )
  expect((await subjects.findAll(shop, ids)).map(({ id }) => id).sort()).toEqual(ids)
  await expect(payloadOf(shop, ada!)).rejects.toMatchObject({ code: 'INTERNAL' })
  expect(await payloadOf(shop, bob!)).toBe(`of ${bob}`)
})

test('[KE6] a value that does not open stops no other from being renewed; the older key stays until it is written again', async () => {
  const shop = await newApplication()
  const people = await Promise.all(Array.from({ length: 5 }, () => newPerson(shop)))
  const [ada, bob, ...others] = people as [string, string, ...string[]]
  await client.query('update subjects set payload = (select payload from subjects where id = $2) where id = $1', [
    ada,
    bob,
  ])
  await client.query('update pins set hash = $2 where subject_id = $1', [bob, new Uint8Array(60).fill(1)])
  const renewal = createKeyRenewal({ database, clock: { now: () => now } })
  await renewal.begin(shop)
  await renewal.complete(shop)
  const damaged = [
    { column: 'subjects.payload', row: ada },
    { column: 'pins.hash', row: bob },
  ]
  expect(await renewal.state(shop)).toEqual({ version: 2, isDone: false, damaged, failure: null })
  const uses = async () => (await database.stores.applicationKeys.of(shop)).keys.map(({ use }) => use)
  expect(await uses()).toEqual(['find', 'all', 'all'])
  for (const id of others) expect(await payloadOf(shop, id)).toBe(`of ${id}`)
  const left = await client.query('select 1 from subjects where application_id = $1 and get_byte(payload, 2) <> 2', [
    shop,
  ])
  expect(left.rows).toHaveLength(1)
  await expect(renewal.resume()).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringMatching(/^2 /) })

  await database.stores.subjects.updatePayload(shop, ada, 'again')
  await database.stores.pins.put(shop, bob, { hash: 'again', pepperVersion: 2, uniqueDigest: null }, now)
  await renewal.resume()
  expect(await renewal.state(shop)).toEqual({ version: 2, isDone: true, damaged: [], failure: null })
  expect(await uses()).toEqual(['find', 'pins', 'all'])
}, 60_000)

test('[KE1] neither payload, PIN hash, picture, answer nor webhook body is in the tables', async () => {
  const shop = await newApplication()
  const ada = await newPerson(shop)
  const { idempotency, webhooks, deliveries } = database.stores
  const [key, stale] = [new Uint8Array(32), { unansweredSince: now, answeredSince: now }]
  await idempotency.begin(shop, key, key, now, stale)
  await idempotency.finish(shop, key, now, 'answer of Ada')
  const endpoint = { applicationId: shop, id: rowId(), url: 'https://a.example', events: [], casing: 'lower' } as const
  const state = { includePayload: true, sealedSecrets: key, status: 'active', failingSince: null } as const
  await webhooks.insert({ ...endpoint, ...state, nextAttemptAt: now, leasedUntil: null, createdAt: now })
  const sent = { applicationId: shop, endpointId: endpoint.id, id: rowId(), event: 'enroll', subjectId: ada } as const
  await deliveries.append([{ ...sent, body: 'body of Ada', createdAt: now }])
  expect((await idempotency.find(shop, key))?.answer).toBe('answer of Ada')
  expect((await deliveries.next(shop, endpoint.id))?.body).toBe('body of Ada')
  const hexOf = (text: string) => Buffer.from(text).toString('hex')
  const secrets = [`of ${ada}`, `hash of ${ada}`, `picture of ${ada}`, 'answer of Ada', 'body of Ada']
  const tables = ['subjects', 'pins', 'kept_images', 'idempotent_requests', 'webhook_deliveries']
  for (const table of tables) {
    const { rows } = await client.query<{ row: string }>(`select ${table}::text as row from ${table}`)
    expect(rows.length).toBeGreaterThan(0)
    const text = rows.map(({ row }) => row).join()
    for (const secret of secrets) for (const form of [secret, hexOf(secret)]) expect(text).not.toContain(form)
  }
})

test('[KE5] with an application its keys go', async () => {
  const shop = await newApplication()
  const ada = await newPerson(shop)
  const { rows } = await client.query<{ payload: Uint8Array }>('select payload from subjects where id = $1', [ada])
  const keys = await database.stores.applicationKeys.of(shop)
  expect(Buffer.from(keys.open({ column: 'subjects.payload', row: ada }, rows[0]!.payload)).toString()).toContain(ada)
  await database.stores.applications.remove(shop)
  const left = await client.query('select 1 from application_keys where application_id = $1', [shop])
  expect(left.rows).toEqual([])
  await expect(database.stores.applicationKeys.of(shop)).rejects.toEqual(expect.objectContaining({ code: 'NOT_FOUND' }))
})
