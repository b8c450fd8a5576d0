import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { testModel } from '../../../../test/contract/test-app.ts'
import { testVault as vault } from '../../../../test/contract/test-vault.ts'
import { defaultSettings } from '../domain/settings.ts'
import { newFacialId, rowId } from '../domain/tokens.ts'
import { openPgliteFolder } from './pglite.ts'
import { runSql } from './run-sql.fixture.ts'

const now = new Date('2026-11-21T12:00:00Z')

test('[ST7] what was deleted leaves the files of the embedded database with the next sweep', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mien-pglite-'))
  const mark = 'a payload that nobody else would write'
  const isInTables = () => {
    const base = join(folder, 'db', 'base')
    const files = readdirSync(base, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    return files.some((entry) => readFileSync(join(entry.parentPath, entry.name)).includes(mark))
  }
  try {
    const [applicationId, galleryId, id] = [rowId(), rowId(), newFacialId()]
    const database = await openPgliteFolder(folder, { vault })
    const settings = defaultSettings(testModel, [])
    await database.stores.applications.insert({
      id: applicationId,
      publicId: 'mp_1',
      name: 'x',
      settings,
      createdAt: now,
    })
    await database.stores.galleries.insert({ applicationId, id: galleryId, name: 'default', createdAt: now })
    const empty = { externalRef: null, name: '', hasPin: false, createdAt: now, lastSeenAt: null }
    await database.stores.subjects.insert({ applicationId, galleryId, id, payload: mark, ...empty })
    await database.stores.subjects.remove(applicationId, id)
    await database.sweep(now)
    await database.close()
    expect(isInTables()).toBe(false)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('[KE3] files that were being cleared when the server was killed are cleared by the next start, once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mien-pglite-'))
  /** A table that was written anew has a file of another name. */
  const start = async () => {
    await (await openPgliteFolder(folder, { vault })).close()
    const [row] = await runSql({ dataDir: folder }, "select pg_relation_filenode('subjects') as file")
    return row!.file
  }
  try {
    const before = await start()
    writeFileSync(join(folder, 'clearing'), '')
    const after = await start()
    expect(after).not.toBe(before)
    expect(existsSync(join(folder, 'clearing'))).toBe(false)
    expect(await start()).toBe(after)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}, 180_000)
