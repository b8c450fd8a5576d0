import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createWebAssets } from './web-assets.ts'

const sha256 = 'ab'.repeat(32)
/** The last two would write into the policy. */
const origins = ['https://shop.example', 'http://localhost:3000', 'https://a;sandbox', 'https://a,b']
let folder: string
let request: (path: string, headers?: Record<string, string>) => Promise<Response>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mien-web-'))
  await mkdir(join(folder, 'web', 'assets'), { recursive: true })
  await writeFile(join(folder, 'web', 'index.html'), '<!doctype html><title>x</title>')
  await writeFile(join(folder, 'web', 'enroll.html'), '<!doctype html><title>x</title>')
  await writeFile(join(folder, 'web', 'fio.js'), 'window.faceIO = 1')
  await writeFile(join(folder, 'web', 'assets', 'b-123.js'), 'export {}')
  await writeFile(join(folder, 'web', 'assets', 'a-123.wasm'), 'plain')
  await writeFile(join(folder, 'web', 'assets', 'a-123.wasm.br'), brotliCompressSync('plain'))
  await writeFile(join(folder, 'secret'), 'secret')
  await writeFile(join(folder, 'model.onnx'), 'weights')
  const app = createWebAssets({
    webRoot: join(folder, 'web'),
    manifest: { version: 1 },
    modelFiles: new Map([[sha256, join(folder, 'model.onnx')]]),
    framersOf: async (publicId) => (publicId === 'mp_1' ? origins : []),
  })
  request = async (path, headers = {}) => app.request(path, { headers })
})

afterAll(() => rm(folder, { recursive: true, force: true }))

describe('static files', () => {
  it('EP1: tells nobody from which page somebody came', async () => {
    expect((await request('/')).headers.get('referrer-policy')).toBe('no-referrer')
  })

  it('isolates our pages and lets them load from their own origin only', async () => {
    const { headers, status } = await request('/')
    expect(status).toBe(200)
    expect(headers.get('content-type')).toMatch(/^text\/html/)
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp')
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'self' 'wasm-unsafe-eval';/)
    expect(headers.get('content-security-policy')).not.toMatch(/unsafe-inline|https?:/)
  })

  it('lets other sites embed scripts, and keeps only hashed names for a year', async () => {
    const script = await request('/fio.js')
    expect(script.headers.get('access-control-allow-origin')).toBe('*')
    expect(script.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
    expect(script.headers.get('cache-control')).toBe('no-cache')
    expect((await request('/assets/a-123.wasm')).headers.get('cache-control')).toMatch(/immutable/)
  })

  it('WEB-06: says what a page may pin, and gives each script an address that names its content', async () => {
    const pinned = await (await request('/integrity.json')).json()
    expect(Object.keys(pinned)).toEqual(['assets/b-123.js', 'fio.js'])
    expect(pinned['assets/b-123.js'].path).toBe('/assets/b-123.js')
    const { integrity, path } = pinned['fio.js']
    expect(path).toMatch(/^\/fio-[0-9a-f]{16}\.js$/)
    const script = await request(path)
    const text = await script.text()
    expect(text).toBe('window.faceIO = 1')
    expect(integrity).toBe(`sha384-${createHash('sha384').update(text).digest('base64')}`)
    expect(script.headers.get('cache-control')).toMatch(/immutable/)
    expect(script.headers.get('access-control-allow-origin')).toBe('*')
    expect((await request(`/fio-${'0'.repeat(16)}.js`)).status).toBe(404)
  })

  it('WEB-03: lets an application frame its enrolment page, and nobody any other', async () => {
    const framers = async (path: string) =>
      /frame-ancestors ([^;]+)/.exec((await request(path)).headers.get('content-security-policy') ?? '')?.[1]
    expect(await framers('/enroll.html?app=mp_1')).toBe('https://shop.example http://localhost:3000')
    for (const path of [
      '/enroll.html',
      '/enroll.html?app=mp_2',
      '/enroll.html?app=',
      '/?app=mp_1',
      '/index.html?app=mp_1',
    ]) {
      expect([path, await framers(path)]).toEqual([path, "'none'"])
    }
  })

  it('sends WebAssembly with its own type, compressed where the browser takes it', async () => {
    const plain = await request('/assets/a-123.wasm')
    expect(plain.headers.get('content-type')).toBe('application/wasm')
    expect(await plain.text()).toBe('plain')
    const packed = await request('/assets/a-123.wasm', { 'accept-encoding': 'gzip, br' })
    expect(packed.headers.get('content-encoding')).toBe('br')
    expect(packed.headers.get('vary')).toMatch(/accept-encoding/i)
  })

  it('serves models by their hash and nothing else of the folder', async () => {
    const model = await request(`/models/${sha256}`)
    expect(await model.text()).toBe('weights')
    expect(model.headers.get('cache-control')).toMatch(/immutable/)
    expect((await request(`/models/${'cd'.repeat(32)}`)).status).toBe(404)
    expect((await request('/models/model.onnx')).status).toBe(404)
    expect(await (await request('/models/manifest.json')).json()).toEqual({ version: 1 })
  })

  it.each([
    '/../secret',
    '/..%2fsecret',
    '/%2e%2e/secret',
    '/assets/../../secret',
    '//secret',
    '/%00',
    '/assets\\..\\..\\secret',
  ])('gives nothing outside the folder for %s', async (path) => {
    const response = await request(path)
    expect(response.status).toBe(404)
    expect(await response.text()).not.toContain('secret\n')
  })

  it('says what to do when the pages were not built', async () => {
    const app = createWebAssets({ webRoot: null, manifest: {}, modelFiles: new Map(), framersOf: async () => [] })
    for (const path of ['/', '/enroll.html']) {
      const response = await app.request(path)
      expect(response.status).toBe(503)
      expect(await response.text()).toMatch(/npm run build/)
    }
  })
})
