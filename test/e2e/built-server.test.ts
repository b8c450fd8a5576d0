import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer, type TestServer } from '../rig/server.ts'

const run = promisify(execFile)
const repository = join(import.meta.dirname, '..', '..')

let server: TestServer

beforeAll(async () => {
  await run('npx', ['--no', 'tsc', '-b'], { cwd: repository })
  server = await startServer({}, 'built')
})

afterAll(() => server?.close())

/** The `mien` command as an administrator types it, in a folder of its own choosing, with the data folder named. */
async function mien(...words: readonly string[]): Promise<string> {
  const command = join(repository, 'packages', 'server', 'bin', 'mien.mjs')
  const { PATH, HOME } = process.env
  const env = { PATH, HOME, MIEN_DATA_DIR: server.dataDir, MIEN_ADMIN_TOKEN: server.adminToken }
  return (await run(process.execPath, [command, ...words], { cwd: server.dataDir, env })).stdout
}

test('the compiled server serves the page, the widget, its description and its keys', async () => {
  for (const [path, type] of [
    ['/', 'text/html'],
    ['/fio.js', 'text/javascript'],
    ['/widget.js', 'text/javascript'],
    ['/models/manifest.json', 'application/json'],
    ['/v1/openapi.json', 'application/json'],
    ['/.well-known/jwks.json', 'application/json'],
  ] as const) {
    const response = await fetch(server.url + path)
    expect([path, response.status, response.headers.get('content-type')?.split(';')[0]]).toEqual([path, 200, type])
  }
})

test('[FA8] the compiled server starts its vision threads when it is asked whether all works', async () => {
  const response = await fetch(`${server.url}/compat/faceio/status`)
  expect(await response.json()).toEqual({ status: 200, payload: expect.any(String) })
})

test('the command line gives the credentials of every dialect as one JSON object, and asks the running server', async () => {
  const created = JSON.parse(
    await mien('app', 'create', '--name', 'Kiosk', '--origin', 'https://kiosk.example', '--json'),
  )
  expect(created).toEqual({
    application_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    public_id: expect.any(String),
    secret_key: expect.any(String),
    faceio: { api_key: expect.any(String) },
    ticos: { terminal_secret: expect.any(String) },
    uqudo: { client_id: expect.any(String), client_secret: expect.any(String) },
    idaas: { application_id: expect.any(String), shared_secret: expect.any(String) },
    ufme: { api_key: expect.any(String) },
  })
  const names = (await server.admin.listApplications()).map(({ name }) => name)
  expect(names).toContain('Kiosk')
})

test('AS6: the command line replaces the key that signs while the server runs, and the old one is still published', async () => {
  const published = async (): Promise<string[]> => {
    const { keys } = (await (await fetch(`${server.url}/.well-known/jwks.json`)).json()) as { keys: { kid: string }[] }
    return keys.map(({ kid }) => kid)
  }
  const [before] = await published()
  const keys = JSON.parse(await mien('keys', 'rotate-signing', '--json')) as { key_id: string; state: string }[]
  expect(keys).toMatchObject([{ key_id: before, state: 'signing' }, { state: 'waiting' }])
  await expect.poll(published, { timeout: 20_000 }).toEqual(keys.map(({ key_id }) => key_id))
  await expect(mien('keys', 'rotate-signing')).rejects.toThrow('A new key waits already')
  expect(await mien('keys', 'list-signing')).toContain('waiting')
})

test('the command line opens the database itself when no server runs', async () => {
  await server.kill()
  expect(await mien('app', 'list')).toContain('Kiosk')
  await server.restart()
  expect((await server.admin.listApplications()).map(({ name }) => name)).toContain('Kiosk')
})
