import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { expect, test, vi } from 'vitest'
import { testModel } from '../../../../test/contract/test-app.ts'
import { testVault as vault } from '../../../../test/contract/test-vault.ts'
import { syntheticPerson } from '../../../../test/fixtures/synthetic-templates.ts'
import { defaultSettings } from '../domain/settings.ts'
import { newFacialId, rowId } from '../domain/tokens.ts'
import { layNewDatabase } from './new-database.fixture.ts'
import { openPgliteFolder } from './pglite.ts'
import { runSql } from './run-sql.fixture.ts'

const now = new Date('2026-11-21T12:00:00Z')

test('[ST7] what was deleted leaves the files of the embedded database with the next sweep', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mien-pglite-'))
  await layNewDatabase(folder)
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

/** Each binary16 that is a number, and its bits. */
const halves = new Map(
  Array.from({ length: 65_536 }, (_, bits): [number, number] => {
    const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023]
    const value = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15)
    return [exponent === 31 ? Number.NaN : sign * value, bits]
  }),
)

test('[ST7] [TPL-08] the template of who was deleted is in no file after the next sweep, whoever stands beside it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mien-pglite-'))
  await layNewDatabase(folder)
  try {
    const database = await openPgliteFolder(folder, { vault })
    const { stores } = database
    const [applicationId, galleryId] = [rowId(), rowId()]
    const settings = defaultSettings(testModel, [])
    await stores.applications.insert({ id: applicationId, publicId: 'mp_1', name: 'x', settings, createdAt: now })
    await stores.galleries.insert({ applicationId, id: galleryId, name: 'default', createdAt: now })
    const keys = await stores.applicationKeys.of(applicationId)
    const space = { applicationId, galleryId, modelId: testModel.modelId }
    /** Several runs of the stored numbers: a page of the log may end in one. */
    const enroll = async (i: number) => {
      const id = newFacialId()
      const empty = { externalRef: null, name: '', hasPin: false, createdAt: now, lastSeenAt: null }
      await stores.subjects.insert({ applicationId, galleryId, id, payload: null, ...empty })
      const turned = keys.protect(space.modelId, syntheticPerson(i)).at(-1)!
      await stores.faces.insert({ ...space, id: rowId(), subjectId: id, ...turned })
      const [face] = await stores.faces.ofSubjects(space, [id])
      const bits = Uint16Array.from(face!.vector, (value) => halves.get(value)!)
      return { id, parts: [0, 5, 10].map((part) => Buffer.from(bits.slice(part * 32, part * 32 + 32).buffer)) }
    }
    const people = []
    for (let i = 0; i < 12; i++) people.push(await enroll(i))
    const filesWith = ({ parts }: { readonly parts: readonly Buffer[] }): readonly string[] => {
      const entries = readdirSync(join(folder, 'db'), { recursive: true, withFileTypes: true })
      return entries
        .filter((entry) => entry.isFile())
        .filter((entry) => {
          const bytes = readFileSync(join(entry.parentPath, entry.name))
          return parts.some((part) => bytes.includes(part))
        })
        .map(({ name }) => name)
    }
    const [deleted, kept] = [people.filter((_, i) => i % 3 === 2), people.filter((_, i) => i % 3 !== 2)]
    const before = deleted.filter((person) => filesWith(person).length > 0).length
    for (const { id } of deleted) await stores.subjects.remove(applicationId, id)
    await database.sweep(now)
    const swept = deleted.flatMap(filesWith)
    const standing = kept.filter((person) => filesWith(person).length > 0).length
    await database.close()
    const closed = deleted.flatMap(filesWith)
    console.log(
      `TPL-08: ${before} of ${deleted.length} in files when deleted, ${swept.length} after the sweep, ${closed.length} after closing; ${standing} of ${kept.length} others found, as a check`,
    )
    expect([before, swept, closed, standing]).toEqual([deleted.length, [], [], kept.length])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}, 180_000)

test('[ST7] [SY16] a draft that was decided on is in no file after the next sweep', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mien-pglite-'))
  await layNewDatabase(folder)
  // However slow the machine is, it does not rest from clearing.
  const time = vi.spyOn(performance, 'now').mockReturnValue(performance.now())
  try {
    const [applicationId, galleryId, deviceId, id] = [rowId(), rowId(), rowId(), randomUUID()]
    const settings = defaultSettings(testModel, [])
    const first = await openPgliteFolder(folder, { vault })
    const { applications, galleries, offline } = first.stores
    await applications.insert({ id: applicationId, publicId: 'mp_1', name: 'x', settings, createdAt: now })
    await galleries.insert({ applicationId, id: galleryId, name: 'default', createdAt: now })
    const nothing = { subjectId: null, codeDigest: null, codeExpiresAt: null, keyId: null, publicKey: null }
    const never = { registeredAt: null, revokedAt: null, lastSeenAt: null, handedAt: null, pullRecordedAt: null }
    const counts = { epoch: 0, appliedEpoch: 0, currentAt: null, floorEpoch: 0, sweptSeq: 0, isForked: false }
    const device = { applicationId, id: deviceId, galleryId, label: 'x', createdAt: now, kind: 'kiosk' as const }
    await offline.devices.insert({ ...device, status: 'active', ...nothing, ...never, ...counts })
    const chain = { seq: 1, hash: 'h', prevHash: 'p', at: now, monoMs: 0, bootId: rowId(), receivedAt: now }
    const outcome = { status: 'quarantined', reason: 'review' } as const
    const event = { applicationId, deviceId, id, op: 'enroll', subjectId: null, outcome, ...chain } as const
    await offline.events.insert({ ...event, isClockSuspect: false }, 'draft '.repeat(1500))
    await first.close()
    const [row] = await runSql({ dataDir: folder }, 'select held from offline_events')
    const held = Buffer.from(row!.held as Uint8Array)
    const parts = [100, 2500, 5000, 8000].map((from) => held.subarray(from, from + 48))
    const isInFiles = () =>
      readdirSync(join(folder, 'db'), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name)))
        .some((bytes) => parts.some((part) => bytes.includes(part)))
    const database = await openPgliteFolder(folder, { vault })
    await database.sweep(now)
    expect(isInFiles()).toBe(true)
    const declined = { status: 'rejected', code: 'declined' } as const
    await database.stores.offline.events.decide({ applicationId, deviceId }, id, declined, null)
    await database.sweep(now)
    await database.close()
    expect(isInFiles()).toBe(false)
  } finally {
    time.mockRestore()
    rmSync(folder, { recursive: true, force: true })
  }
}, 180_000)

test('[ST7] files of a killed process that cannot be removed are told, and stop no start', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mien-pglite-'))
  try {
    await layNewDatabase(folder)
    const base = join(folder, 'db', 'base')
    for (const name of readdirSync(base)) mkdirSync(join(base, name, '99999'))
    const told: unknown[] = []
    const database = await openPgliteFolder(folder, { vault, onLeftFiles: (error) => told.push(error) })
    await database.ping()
    await database.close()
    expect(told).toHaveLength(1)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('a database that cannot be brought up is closed again, and its folder is free', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mien-pglite-'))
  const close = vi.spyOn(PGlite.prototype, 'close')
  try {
    await layNewDatabase(folder)
    // A folder where a mark is written.
    mkdirSync(join(folder, 'clearing'))
    await expect(openPgliteFolder(folder, { vault })).rejects.toThrow('EISDIR')
    expect(close).toHaveBeenCalledOnce()
    rmSync(join(folder, 'clearing'), { recursive: true })
    await (await openPgliteFolder(folder, { vault })).close()
  } finally {
    close.mockRestore()
    rmSync(folder, { recursive: true, force: true })
  }
})
