import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { meanDirection } from '@mien/shared/template/unit-vector'
import { describe, expect, test } from 'vitest'
import { layNewDatabase } from '../../packages/server/src/db/new-database.fixture.ts'
import { openPgliteFolder } from '../../packages/server/src/db/pglite.ts'
import { openPostgres } from '../../packages/server/src/db/postgres.ts'
import { runSql } from '../../packages/server/src/db/run-sql.fixture.ts'
import type { Database } from '../../packages/server/src/domain/ports.ts'
import { createVault, type Vault } from '../../packages/server/src/domain/vault.ts'
import { syntheticFrame, syntheticPerson } from '../fixtures/synthetic-templates.ts'
import { filesBelow } from '../rig/canaries.ts'
import { countVectorRuns } from '../rig/vector-runs.ts'
import { openTestApp, type TestApp, testModel, wireTemplate } from './test-app.ts'
import { testVault } from './test-vault.ts'

interface Stored {
  open(vault: Vault): Promise<Database>
  /** Every byte that the closed database has: tables, indexes, and the log that it writes ahead. */
  bytes(): Promise<readonly Buffer[]>
  remove(): Promise<void>
}

async function storedInFolder(): Promise<Stored> {
  const folder = await mkdtemp(join(tmpdir(), 'mien-sealed-'))
  await layNewDatabase(folder)
  return {
    open: (vault) => openPgliteFolder(folder, { vault }),
    bytes: async () => (await filesBelow(join(folder, 'db'))).map(({ bytes }) => bytes),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

async function storedOnServer(url: string): Promise<Stored> {
  const [clock] = await runSql({ url }, "select (now() - interval '1 second')::text as began")
  const read = async (query: string): Promise<Buffer[]> => {
    const rows = (await runSql({ url }, query)) as readonly { readonly bytes: Buffer | null }[]
    return rows.flatMap(({ bytes }) => bytes ?? [])
  }
  return {
    open: (vault) => openPostgres(url, { vault }),
    async bytes() {
      await runSql({ url }, 'checkpoint')
      const relations = await read(`
        select pg_read_binary_file(pg_relation_filepath(oid), 0, 1000000000, true) as bytes from pg_class
        where relkind in ('r', 'i', 't') and relnamespace in ('public'::regnamespace, 'pg_toast'::regnamespace)`)
      const logs = await read(`
        select pg_read_binary_file('pg_wal/' || name, 0, 1000000000, true) as bytes from pg_ls_waldir()
        where modification >= '${String(clock!.began)}'`)
      return [...relations, ...logs]
    },
    remove: async () => {},
  }
}

const postgresUrl = process.env.TEST_DATABASE_URL
const engines = [
  { name: 'PGlite', make: storedInFolder },
  ...(postgresUrl ? [{ name: 'PostgreSQL', make: () => storedOnServer(postgresUrl) }] : []),
]

/** Enrolls three people in each way there is, signs one in and looks for them. @returns templates and probes as they came */
async function visitShop(rig: TestApp, settings: object) {
  const shop = await rig.createApplication({ min_assurance_authenticate: 'A0', ...settings })
  const { application_id: applicationId } = shop.credentials
  while (!(await rig.services.keyRenewal.state(applicationId)).isDone) await new Promise(setImmediate)
  const seed = randomBytes(4).readUInt32LE()
  const [ada, bob, cyd] = [0, 1, 2].map((i) => syntheticPerson(seed + i)) as [Float32Array, Float32Array, Float32Array]
  const framesOf = (person: Float32Array, first: number) => [0, 1, 2].map((i) => syntheticFrame(person, first + i))
  const [enrolled, seen] = [framesOf(ada, 10), framesOf(ada, 20)]
  const wire = (frames: readonly Float32Array[]) => ({ templates: frames.map((frame) => wireTemplate(frame)) })
  const facialId = await shop.enroll(ada, wire(enrolled))
  const outcome = await shop.run('authenticate', ada, wire(seen))
  expect(outcome).toMatchObject({ status: 'ok', disclosed: { facial_id: facialId } })
  for (const [mode, person] of [
    ['add', bob],
    ['replace', cyd],
  ] as const) {
    const body = { template: wireTemplate(person), mode }
    const authorization = `Bearer ${shop.credentials.secret_key}`
    const path = `/v1/subjects/${facialId}/faces`
    const headers = { 'idempotency-key': randomBytes(16).toString('hex') }
    expect((await rig.send('POST', path, { authorization, body, headers })).status).toBe(201)
  }
  const probe = syntheticFrame(cyd, 30)
  const found = await shop.backend('POST', '/v1/identify', { template: wireTemplate(probe) })
  expect(found.json.facial_id).toBe(facialId)
  const { session } = await shop.begin({ operation: 'authenticate' })
  const keys = await rig.database.stores.applicationKeys.of(applicationId)
  const turn = (vector: Float32Array) => keys.protect(testModel.modelId, vector).at(-1)!
  const photo = syntheticPerson(seed + 3)
  const of = { applicationId, sessionId: session.session_id, modelId: testModel.modelId, minLevel: 3 }
  await rig.database.stores.sessionPhotos.insert({ ...of, ...turn(photo) })
  const plain = [...enrolled, ...seen, meanDirection(enrolled), meanDirection(seen), bob, cyd, probe, photo]
  return { plain, turned: plain.map((vector) => turn(vector).vector) }
}

describe.each(engines)('on $name', ({ make }) => {
  test('[KE12] [SEC-21] [TPL-06] where templates are sealed no stretch of one, nor of a probe, turned or not, is in any file of the database', {
    timeout: 240_000,
  }, async () => {
    const stored = await make()
    try {
      const rig = await openTestApp({ database: await stored.open(testVault) })
      const [sealed, rotated] = [await visitShop(rig, { protection: 'sealed' }), await visitShop(rig, {})]
      expect(rig.failures).toEqual([])
      await rig.close()
      const files = await stored.bytes()
      const runsOf = (vectors: readonly Float32Array[]) =>
        files.reduce((sum, bytes) => sum + countVectorRuns(bytes, vectors), 0)
      expect(runsOf([...sealed.plain, ...sealed.turned, ...rotated.plain])).toBe(0)
      // The same look finds what is turned alone, so it would have seen the others.
      expect(runsOf(rotated.turned)).toBeGreaterThan(100)
      await expect(stored.open(createVault(randomBytes(32)))).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    } finally {
      await stored.remove()
    }
  })
})
