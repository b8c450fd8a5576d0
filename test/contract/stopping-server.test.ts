import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readConfig } from '../../packages/server/src/config.ts'
import { startServer } from '../../packages/server/src/start-server.ts'

const log = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} }
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mien-stop-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const environment = (more: Readonly<Record<string, string>>) => ({
  PORT: '0',
  MIEN_DATA_DIR: folder,
  MIEN_DEMO: 'off',
  ...more,
})

test('[MS11] a server that is told to stop says so, goes on for a while, ends each connection with its answer, and then takes no more', async () => {
  const server = await startServer(readConfig(environment({ MIEN_SHUTDOWN_DELAY_MS: '3000' })), log)
  const ask = async (path: string) => {
    const { status, headers } = await fetch(new URL(path, server.url))
    return [status, headers.get('connection')]
  }
  expect([await ask('/readyz'), await ask('/healthz')]).toEqual([
    [200, 'keep-alive'],
    [200, 'keep-alive'],
  ])
  const closing = server.close()
  expect([await ask('/readyz'), await ask('/healthz'), await ask('/v1/stats')]).toEqual([
    [503, 'close'],
    [200, 'close'],
    [401, 'close'],
  ])
  await closing
  await expect(ask('/healthz')).rejects.toThrow()
})

test('[MS11] whoever tells it to stop twice waits no longer', async () => {
  const root = join(import.meta.dirname, '..', '..')
  const main = join(root, 'packages', 'server', 'src', 'main.ts')
  const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', main], {
    cwd: root,
    env: { ...process.env, ...environment({ MIEN_SHUTDOWN_DELAY_MS: '120000' }) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const [ready] = await once(child.stdout, 'data')
    expect(String(ready)).toContain('Mien')
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    const url = /http:\S+/.exec(String(ready))?.[0]
    // It was heard, and it waits.
    await expect.poll(async () => (await fetch(new URL('/readyz', url))).status, { timeout: 30_000 }).toBe(503)
    child.kill('SIGTERM')
    expect(await exited).toEqual([1, null])
  } finally {
    child.kill('SIGKILL')
  }
})
