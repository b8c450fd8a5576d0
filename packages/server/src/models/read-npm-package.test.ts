import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { create } from 'tar'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { readNpmPackage } from './read-npm-package.ts'

/** A registry on this machine with one package, reached through npm's own settings. */
let folder: string
let server: Server
let tarball: Buffer
let integrity: string
let answer: (path: string) => { status: number; body: string | Buffer }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mien-npm-'))
  const { mkdir } = await import('node:fs/promises')
  await mkdir(join(folder, 'package'))
  await writeFile(join(folder, 'package', 'package.json'), JSON.stringify({ name: 'weights', version: '1.0.0' }))
  await writeFile(join(folder, 'package', 'a.bin'), 'aaa')
  await writeFile(join(folder, 'package', 'b.bin'), 'bbb')
  tarball = Buffer.from(await new Response(create({ gzip: true, cwd: folder }, ['package']) as never).arrayBuffer())
  integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`
  server = createServer((request, response) => {
    const { status, body } = answer(request.url!)
    response.writeHead(status).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  server.close()
  await rm(folder, { recursive: true })
})

const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const metadata = (distIntegrity: string) =>
  JSON.stringify({
    name: 'weights',
    'dist-tags': { latest: '1.0.0' },
    versions: {
      '1.0.0': {
        name: 'weights',
        version: '1.0.0',
        dist: { tarball: `${origin()}/weights-1.0.0.tgz`, integrity: distIntegrity },
      },
    },
  })

beforeEach(() => {
  answer = (path) => ({ status: 200, body: path.endsWith('.tgz') ? tarball : metadata(integrity) })
  vi.stubEnv('npm_config_registry', origin())
  vi.stubEnv('npm_config_cache', join(folder, `cache-${Math.random()}`))
  vi.stubEnv('npm_config_fetch_retries', '0')
})
afterEach(() => {
  vi.unstubAllEnvs()
})

const read = (paths: readonly string[] = ['b.bin', 'a.bin'], signal?: AbortSignal) =>
  readNpmPackage({ name: 'weights', version: '1.0.0', integrity, paths, ...(signal === undefined ? {} : { signal }) })

test("files come from the registry that npm's settings name, in the order asked for", async () => {
  const found = await read()
  expect([...found].map(([path, bytes]) => [path, new TextDecoder().decode(bytes)])).toEqual([
    ['b.bin', 'bbb'],
    ['a.bin', 'aaa'],
  ])
})

test('a path that the package lacks: MODEL_MANIFEST_INVALID', async () => {
  await expect(read(['a.bin', 'c.bin'])).rejects.toMatchObject({ code: 'MODEL_MANIFEST_INVALID' })
})

test('a tarball other than the pinned one, under right metadata: MODEL_HASH_MISMATCH', async () => {
  const other = Buffer.concat([tarball, Buffer.from('more')])
  answer = (path) => ({ status: 200, body: path.endsWith('.tgz') ? other : metadata(integrity) })
  await expect(read()).rejects.toMatchObject({ code: 'MODEL_HASH_MISMATCH' })
})

test('metadata that pin another tarball: MODEL_HASH_MISMATCH', async () => {
  const other = `sha512-${createHash('sha512').update('other').digest('base64')}`
  answer = (path) => ({ status: 200, body: path.endsWith('.tgz') ? tarball : metadata(other) })
  await expect(read()).rejects.toMatchObject({ code: 'MODEL_HASH_MISMATCH' })
})

test.for([404, 403, 500])('a registry that answers %i: MODEL_SOURCE_UNREACHABLE', async (status) => {
  answer = () => ({ status, body: '{}' })
  await expect(read()).rejects.toMatchObject({ code: 'MODEL_SOURCE_UNREACHABLE' })
})

test('a registry that is not there: MODEL_SOURCE_UNREACHABLE', async () => {
  vi.stubEnv('npm_config_registry', 'http://127.0.0.1:9')
  await expect(read()).rejects.toMatchObject({ code: 'MODEL_SOURCE_UNREACHABLE' })
})

test('a cancelled read: ABORTED', async () => {
  await expect(read(['a.bin'], AbortSignal.abort())).rejects.toMatchObject({ code: 'ABORTED' })
})
