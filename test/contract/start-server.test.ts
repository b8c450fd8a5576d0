import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readConfig } from '../../packages/server/src/config.ts'
import { startServer } from '../../packages/server/src/start-server.ts'

const log = { error: () => {}, warn: () => {} }
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mien-start-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const start = (dataDir: string, port = '0') =>
  startServer(readConfig({ PORT: port, MIEN_DATA_DIR: join(folder, dataDir), MIEN_DEMO: 'off' }), log)

test('[ST30] a second server on the same data is refused, one on the same port is told so, and a stop leaves no lock', async () => {
  const server = await start('a')
  try {
    expect((await fetch(new URL('/readyz', server.url))).status).toBe(200)
    await expect(start('a')).rejects.toMatchObject({ code: 'DATABASE_LOCKED' })
    const { port } = new URL(server.url)
    await expect(start('b', port)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: `Port ${port} on 127.0.0.1 is taken. Stop the other program or set PORT.`,
    })
    // The failed start gave its own folder back.
    await (await start('b')).close()
  } finally {
    await server.close()
  }
  for (const name of ['mien.lock', 'server.json']) expect(existsSync(join(folder, 'a', name))).toBe(false)
  for (const name of ['master.key', 'admin-token']) expect(statSync(join(folder, 'a', name)).mode & 0o777).toBe(0o600)
})
