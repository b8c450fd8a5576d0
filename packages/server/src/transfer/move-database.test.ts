import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { testModel } from '../../../../test/contract/test-app.ts'
import { layNewDatabase } from '../db/new-database.fixture.ts'
import { createOwnPostgres, type OwnPostgres } from '../db/own-postgres.fixture.ts'
import { openPgliteFolder } from '../db/pglite.ts'
import { defaultSettings } from '../domain/settings.ts'
import { rowId } from '../domain/tokens.ts'
import { createVault } from '../domain/vault.ts'
import { createErasureFile, erasureFile } from './erasure-file.ts'
import { moveDatabase } from './move-database.ts'

// Every step makes a database: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 600_000 })

const serverUrl = process.env.TEST_DATABASE_URL

describe.runIf(serverUrl)('moving to PostgreSQL', () => {
  let folder: string
  let own: OwnPostgres
  const key = 'cd'.repeat(32)
  const config = () => ({
    dataDir: folder,
    databaseUrl: null,
    masterKey: null,
    otherMasterKey: null,
    masterKeyCommand: null,
  })
  const rows = async (table: string): Promise<number> => {
    const client = postgres(own.url, { max: 1, onnotice: () => {} })
    const [found] = await client.unsafe(`select count(*)::int as n from ${table}`).finally(() => client.end())
    return found!.n
  }

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mien-move-'))
    own = await createOwnPostgres(serverUrl!)
    await layNewDatabase(folder)
    writeFileSync(join(folder, 'master.key'), key)
    const database = await openPgliteFolder(folder, { vault: createVault(Buffer.from(key, 'hex')) })
    const id = rowId()
    await database.stores.applications.insert({
      id,
      publicId: 'mp',
      name: 'A',
      settings: defaultSettings(testModel, []),
      createdAt: new Date(),
    })
    await database.close()
  })
  afterEach(async () => {
    await own.drop()
    rmSync(folder, { recursive: true })
  })

  test('[MV3] under another master key nothing is copied', async () => {
    const other = { ...config(), masterKey: 'ef'.repeat(32) }
    await expect(moveDatabase(other, own.url)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    const client = postgres(own.url, { max: 1, onnotice: () => {} })
    expect(await client`select to_regclass('applications') as found`.finally(() => client.end())).toMatchObject([
      { found: null },
    ])
  })

  test('[MV1] it is refused while a server holds the folder, or anybody is connected to the other database', async () => {
    const database = await openPgliteFolder(folder, { vault: createVault(Buffer.from(key, 'hex')) })
    await expect(moveDatabase(config(), own.url)).rejects.toMatchObject({ code: 'DATABASE_LOCKED' })
    await database.close()
    const client = postgres(own.url, { max: 1, connection: { application_name: 'somebody' }, onnotice: () => {} })
    await client`select 1`
    await expect(moveDatabase(config(), own.url)).rejects.toThrow(/somebody/)
    await client.end()
    // Somebody who comes once it has begun is seen at its end.
    const late = postgres(own.url, { max: 1, connection: { application_name: 'somebody' }, onnotice: () => {} })
    let came: Promise<unknown> | undefined
    const moving = moveDatabase(config(), own.url, () => {
      came ??= late`select 1`.execute()
    })
    await expect(moving).rejects.toThrow(/somebody/)
    await came
    await late.end()
    expect(await rows('applications')).toBe(0)
    await moveDatabase(config(), own.url)
    expect(await rows('applications')).toBe(1)
    // What is there already is not written over.
    await expect(moveDatabase(config(), own.url)).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  test('[MV1] back into a new folder it takes the keys and the journal of erasures along, and refuses a folder with other keys', async () => {
    await moveDatabase(config(), own.url)
    const erased = { applicationId: rowId(), digest: new Uint8Array(32), erasedAt: new Date(0) }
    createErasureFile(erasureFile(folder)).note([erased, erased])
    const back = { ...config(), databaseUrl: own.url }
    const strange = mkdtempSync(join(folder, 'strange-'))
    writeFileSync(join(strange, 'master.key'), 'ef'.repeat(32))
    await expect(moveDatabase(back, strange)).rejects.toMatchObject({ code: 'CONFLICT' })
    const fresh = join(folder, 'fresh')
    await moveDatabase(back, fresh)
    expect(readFileSync(join(fresh, 'master.key'), 'utf8').trim()).toBe(key)
    expect(createErasureFile(erasureFile(fresh)).read()).toMatchObject([{ applicationId: erased.applicationId }])
    await expect(moveDatabase(back, 'postgres://127.0.0.1/x')).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    await expect(moveDatabase(config(), fresh)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })
})
