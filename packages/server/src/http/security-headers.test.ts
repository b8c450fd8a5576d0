import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestApp, type TestApp } from '../../../../test/contract/test-app.ts'
import { securityHeaders } from './security-headers.ts'
import { createWebAssets } from './web-assets.ts'

let folder: string
let rig: TestApp
const origin = 'https://shop.example'

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mien-headers-'))
  await mkdir(join(folder, 'assets'))
  const files = {
    'index.html': '',
    'enroll.html': '',
    'fio.js': '1',
    'vision-worker.js': '1',
    'assets/icon.svg': '<svg/>',
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  const webAssets = createWebAssets({
    webRoot: folder,
    manifest: {},
    modelFiles: new Map(),
    framersOf: async (publicId) => (publicId === 'mp_1' ? [origin] : []),
  })
  rig = await openTestApp({ webAssets })
})
afterAll(async () => {
  await rig.close()
  await rm(folder, { recursive: true })
})

const named = [
  'content-security-policy',
  'permissions-policy',
  'cross-origin-opener-policy',
  'cross-origin-embedder-policy',
  'cross-origin-resource-policy',
  'strict-transport-security',
  'referrer-policy',
  'x-content-type-options',
  'x-frame-options',
  'cache-control',
]
const headersOf = async (path: string, method = 'GET') => {
  const { headers } = await rig.send(method, path)
  return Object.fromEntries(named.map((name) => [name, headers.get(name)]))
}

const everywhere = {
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
}
const closed = {
  ...everywhere,
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-embedder-policy': null,
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
  'x-frame-options': 'DENY',
}
const page = (framers: string) => ({
  ...everywhere,
  'cache-control': 'no-cache',
  'content-security-policy': `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; connect-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors ${framers}; require-trusted-types-for 'script'; trusted-types mien-worker`,
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'cross-origin',
  'permissions-policy': 'camera=(self), microphone=(), geolocation=(), display-capture=()',
  'x-frame-options': framers === "'none'" ? 'DENY' : null,
})
const script = {
  ...everywhere,
  'cache-control': 'no-cache',
  'content-security-policy':
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'",
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'cross-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
  'x-frame-options': null,
}

describe('WEB-01: the headers of', () => {
  test.each<[string, string, object]>([
    ['the demo', '/', page("'none'")],
    ['the enrolment page', '/enroll.html', page("'none'")],
    ['the enrolment page in an application’s frame', '/enroll.html?app=mp_1', page(origin)],
    [
      'the reference, which has no camera and no WebAssembly',
      '/reference/',
      {
        ...page("'none'"),
        'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default dompurify`,
        'permissions-policy': 'camera=(), microphone=(), geolocation=(), display-capture=()',
      },
    ],
    ['a script', '/fio.js', script],
    ['the worker', '/vision-worker.js', script],
    ['an asset', '/assets/icon.svg', { ...script, 'cache-control': 'public, max-age=31536000, immutable' }],
    ['the key set', '/.well-known/jwks.json', { ...closed, 'cache-control': 'public, max-age=300' }],
    ['an answer', '/healthz', closed],
    ['a refusal', '/v1/subjects', closed],
    ['a dialect', '/compat/ufme/partitions', closed],
    ['nothing at all', '/nowhere', closed],
    ['a path that is none', '/%00', closed],
  ])('%s', async (_, path, expected) => {
    expect(await headersOf(path)).toEqual(expected)
  })

  test('every answer of every method are those of data', async () => {
    for (const path of ['/v1/sessions', '/v1/results/redeem', '/compat/faceio/status', '/nowhere']) {
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        expect([path, method, await headersOf(path, method)]).toEqual([path, method, closed])
      }
    }
  })
})

test.each([
  ['https://mien.example', true],
  ['https://mien.example:8443', true],
  ['http://mien.example', false],
  ['http://127.0.0.1:8080', false],
  ['https://127.0.0.1:8443', false],
  ['https://[::1]:8443', false],
  ['https://localhost:8443', false],
  ['', false],
])('WEB-01: under %s browsers are told to stay with TLS: %s', async (ownUrl, isTold) => {
  const app = new Hono().use(securityHeaders(ownUrl)).get('/', (c) => c.text('x'))
  for (const path of ['/', '/nowhere']) {
    expect((await app.request(path)).headers.has('strict-transport-security')).toBe(isTold)
  }
})
