import { createHash } from 'node:crypto'
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { readConfig } from '../../packages/server/src/config.ts'
import { openMasterKey } from '../../packages/server/src/master-key.ts'
import { openCore } from '../../packages/server/src/open-core.ts'
import { sealOf } from '../../packages/server/src/transfer/backup-format.ts'
import { createBackupTools } from '../../packages/server/src/transfer/backup-tools.ts'
import { runMien } from '../rig/run-mien.ts'
import { startServer, type TestServer } from '../rig/server.ts'

// Every step makes a database: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 600_000 })

/** Of the embedded database alone: that of the server is then none of the run's. */
const isEmbedded = (process.env.TEST_ENGINE_URL ?? '') === ''

interface Shop {
  readonly applicationId: string
  readonly people: readonly string[]
  send(method: string, path: string, body?: object): Promise<Response>
}

let folder: string
let server: TestServer
let shop: Shop
let closed: Shop
let file: string

const mien = (...words: string[]) =>
  runMien({ MIEN_DATA_DIR: server.dataDir, MIEN_ADMIN_TOKEN: server.adminToken, MIEN_DEMO: 'off' }, ...words)

async function openShop(name: string, people: number): Promise<Shop> {
  const { application_id: applicationId, secret_key: key } = await server.admin.createApplication({ name })
  const send = (method: string, path: string, body?: object) =>
    fetch(new URL(path, server.url), {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    })
  const ids: string[] = []
  for (let i = 0; i < people; i++) {
    const made = await send('POST', '/v1/subjects', { name: `Person ${i}`, payload: { i }, pin: '739155' })
    ids.push(((await made.json()) as { facial_id: string }).facial_id)
  }
  return { applicationId, people: ids, send }
}

/** In this process: what the command does, without the time that a process takes. */
const toolsOf = (dataDir: string) =>
  createBackupTools({
    config: readConfig({ MIEN_DATA_DIR: dataDir, MIEN_DEMO: 'off' }),
    openCore,
    now: () => new Date(),
  })

const forced = { force: true, undoErasures: false } as const

const statusOf = async (id: string): Promise<number> => (await shop.send('GET', `/v1/subjects/${id}`)).status

beforeAll(async () => {
  if (!isEmbedded) return
  folder = mkdtempSync(join(tmpdir(), 'mien-backup-'))
  server = await startServer({ MIEN_DEMO: 'off' })
  shop = await openShop('shop', 6)
  closed = await openShop('closed', 1)
  file = join(folder, 'one.backup')
})
afterAll(async () => {
  await server?.close()
  if (folder !== undefined) rmSync(folder, { recursive: true })
})

test.runIf(isEmbedded)(
  '[MV6] a backup of a running server is one file that only its owner reads, with a checksum, and restores',
  async () => {
    const { code, text } = await mien('backup', file, '--try')
    expect(text).toContain('7 people')
    expect(text).toContain(join(server.dataDir, 'master.key'))
    expect(code).toBe(0)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['one.backup'])
    expect(readdirSync(server.dataDir).filter((name) => /draft|trying/.test(name))).toEqual([])
    expect((await mien('backup', file)).text).toContain('is there already')
    expect(await statusOf(shop.people[0]!)).toBe(200)
  },
)

test.runIf(isEmbedded)(
  '[MV5] [R11] who was deleted after the backup stays deleted when it is restored, also after kill -9',
  async () => {
    const [a, b, ...others] = shop.people
    for (const id of [a!, b!]) expect((await shop.send('DELETE', `/v1/subjects/${id}`)).status).toBeLessThan(300)
    await server.admin.deleteApplication(closed.applicationId)

    const busy = await mien('restore', file, '--force')
    expect(busy.code).toBe(1)
    expect(busy.text).toContain('Another process uses the data folder')
    await server.kill()
    const careful = await mien('restore', file)
    expect(careful.code).toBe(1)
    expect(careful.text).toContain('--force')

    // Only the database that is replaced knows of them now.
    rmSync(join(server.dataDir, 'erasures.jsonl'))
    const restored = await mien('restore', file, '--force')
    expect(restored.text).toContain('Restored 7 people')
    expect(restored.text).toContain('2 people and 1 applications')
    expect(restored.code).toBe(0)
    await server.restart()
    for (const id of [a!, b!]) expect(await statusOf(id)).toBe(410)
    for (const id of others) {
      const found = await shop.send('GET', `/v1/subjects/${id}`)
      expect(found.status).toBe(200)
      expect(await found.json()).toMatchObject({ payload: { i: shop.people.indexOf(id) } })
    }
    expect((await server.admin.listApplications()).map(({ application_id }) => application_id)).toEqual([
      shop.applicationId,
    ])
  },
)

test.runIf(isEmbedded)('[MV5] the files of the database put back by hand bring nobody back either', async () => {
  const gone = shop.people[2]!
  await server.kill()
  cpSync(join(server.dataDir, 'db'), join(folder, 'db'), { recursive: true })
  await server.restart()
  expect((await shop.send('DELETE', `/v1/subjects/${gone}`)).status).toBeLessThan(300)
  await server.kill()
  rmSync(join(server.dataDir, 'db'), { recursive: true })
  cpSync(join(folder, 'db'), join(server.dataDir, 'db'), { recursive: true })
  await server.restart()
  expect(await statusOf(gone)).toBe(410)
})

test.runIf(isEmbedded)(
  '[MV6] [MV3] a damaged, cut or longer backup, one of a newer version and another master key are refused, and what is there stays',
  async () => {
    await server.kill()
    const whole = readFileSync(file)
    const other = join(folder, 'other.backup')
    const tools = toolsOf(server.dataDir)
    const refused = async (bytes: Uint8Array, why: string) => {
      writeFileSync(other, bytes)
      await expect(tools.restore(other, forced)).rejects.toThrow(why)
    }
    const changed = Buffer.from(whole)
    changed[whole.length >> 1]! ^= 1
    await refused(changed, 'checksum')
    await refused(whole.subarray(0, whole.length - 1000), 'checksum')
    await refused(Buffer.concat([whole, Buffer.from('x')]), 'checksum')
    await refused(new Uint8Array(5), 'too short')
    const newer = Buffer.from(
      whole
        .subarray(0, -64)
        .toString('latin1')
        .replace(/"(\d{4}_[a-z_]+)"\],"tables"/, '"$1","9999_x"],"tables"'),
      'latin1',
    )
    const digest = createHash('sha256').update(newer).digest()
    const { vault } = openMasterKey(readConfig({ MIEN_DATA_DIR: server.dataDir }))
    await refused(Buffer.concat([newer, digest, sealOf(vault, digest)]), 'of another version of Mien')
    // Whoever has not the master key can make the checksum fit, and no more.
    await refused(Buffer.concat([newer, digest, whole.subarray(-32)]), 'by somebody without it')

    const elsewhere = mkdtempSync(join(folder, 'data-'))
    const strange = toolsOf(elsewhere)
    await expect(strange.restore(file, forced)).rejects.toThrow('Put the master key of the backup')
    writeFileSync(join(elsewhere, 'master.key'), 'ab'.repeat(32))
    await expect(strange.restore(file, forced)).rejects.toThrow('another master key')
    expect(existsSync(join(elsewhere, 'db'))).toBe(false)

    await server.restart()
    expect(await statusOf(shop.people[5]!)).toBe(200)
  },
)

test.runIf(isEmbedded)(
  '[MV5] erasures are carried to another folder by a file, and --undo-erasures lays them aside',
  async () => {
    const list = join(folder, 'erasures.jsonl')
    expect(await toolsOf(server.dataDir).exportErasures(list)).toBe(4)
    const elsewhere = mkdtempSync(join(folder, 'data-'))
    writeFileSync(join(elsewhere, 'master.key'), readFileSync(join(server.dataDir, 'master.key')))
    const there = toolsOf(elsewhere)
    const nobody = { people: 0, applications: 0 }
    expect(await there.exportErasures(join(folder, 'none.jsonl'))).toBe(0)
    expect(await there.applyErasures(join(folder, 'none.jsonl'))).toEqual(nobody)
    rmSync(join(elsewhere, 'db'), { recursive: true })
    expect((await there.restore(file, forced)).reapplied).toEqual(nobody)
    expect(await there.applyErasures(list)).toEqual({ people: 3, applications: 1 })
    expect(await there.applyErasures(list)).toEqual(nobody)
    expect((await there.restore(file, { force: true, undoErasures: true })).reapplied).toEqual(nobody)
    appendFileSync(list, 'nonsense\n')
    await expect(there.applyErasures(list)).rejects.toThrow('line 5 is damaged')
  },
)
