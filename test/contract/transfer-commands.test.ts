import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runMien } from '../rig/run-mien.ts'
import { startServer, type TestServer } from '../rig/server.ts'

/** With PostgreSQL the command opens the database itself: the suite of people who move runs on both. */
const isEmbedded = (process.env.TEST_ENGINE_URL ?? '') === ''
const timeout = 600_000
const people = 3

let folder: string
let server: TestServer
let from: string
let into: { id: string; key: string }
let canary: string

const mien = (...words: string[]) => runMien({ MIEN_DATA_DIR: server.dataDir, MIEN_DEMO: 'off' }, ...words)
const send = (key: string, method: string, path: string, body?: object) =>
  fetch(new URL(path, server.url), {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  })

beforeAll(async () => {
  if (!isEmbedded) return
  folder = mkdtempSync(join(tmpdir(), 'mien-transfer-'))
  server = await startServer({ MIEN_DEMO: 'off' })
  const one = await server.admin.createApplication({ name: 'from' })
  const two = await server.admin.createApplication({ name: 'into' })
  from = one.application_id
  into = { id: two.application_id, key: two.secret_key }
  canary = 'payload-canary-7f3a'
  for (let i = 0; i < people; i++) {
    await send(one.secret_key, 'POST', '/v1/subjects', { user_ref: `ref-${i}`, payload: { canary, i }, pin: '739155' })
  }
  writeFileSync(join(folder, 'passphrase'), 'correct horse battery staple\n')
})
afterAll(async () => {
  await server?.close()
  if (folder !== undefined) rmSync(folder, { recursive: true })
})

test.runIf(isEmbedded)(
  '[MV9] a running server exports under a passphrase, and takes what it wrote',
  { timeout },
  async () => {
    const file = join(folder, 'people.mien')
    const passphrase = ['--passphrase-file', join(folder, 'passphrase')]
    const exported = await mien('export', file, '--application', from, ...passphrase)
    expect(exported).toMatchObject({ code: 0, text: expect.stringContaining('3 people') })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(file).includes(canary)).toBe(false)

    const wrong = join(folder, 'wrong')
    writeFileSync(wrong, 'another one that is wrong\n')
    const refused = await mien('import', file, '--application', into.id, '--passphrase-file', wrong)
    expect(refused).toMatchObject({ code: 1, text: expect.stringContaining('passphrase does not open') })

    const taken = await mien('import', file, '--application', into.id, ...passphrase)
    expect(taken).toMatchObject({ code: 0, text: expect.stringContaining('3 people were added') })
    const found = await send(into.key, 'GET', '/v1/subjects?user_ref=ref-1')
    const [{ facial_id: id }] = ((await found.json()) as { subjects: [{ facial_id: string }] }).subjects
    const person = await send(into.key, 'GET', `/v1/subjects/${id}`)
    expect(await person.json()).toMatchObject({ user_ref: 'ref-1', payload: { canary, i: 1 }, has_pin: true })
    const again = await mien('import', file, '--application', into.id, ...passphrase)
    expect(again.text).toContain('3 were there already')
  },
)

test.runIf(isEmbedded)(
  '[MV9] in clear only when it is asked for, and nothing half of what was refused',
  { timeout },
  async () => {
    const file = join(folder, 'plain.jsonl')
    expect(await mien('export', file, '--application', into.id)).toMatchObject({
      code: 1,
      text: expect.stringContaining('--passphrase-file'),
    })
    expect(await mien('export', file, '--application', 'nobody', '--plain')).toMatchObject({ code: 1 })
    expect(existsSync(file) || existsSync(`${file}.part`)).toBe(false)
    expect(await mien('export', file, '--application', into.id, '--plain')).toMatchObject({ code: 0 })
    expect(readFileSync(file, 'utf8')).toContain(canary)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    writeFileSync(file, `${readFileSync(file, 'utf8')}x`)
    const refused = await mien('import', file, '--application', into.id)
    expect(refused).toMatchObject({ code: 1, text: expect.stringContaining('Line ') })
  },
)
