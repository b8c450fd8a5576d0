import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openTestApp, pageOrigin, type TestApp, type TestApplication } from '../../../../test/contract/test-app.ts'
import { logRequest } from './log-request.ts'
import type { RequestFacts } from './request-facts.ts'

const uuid = /^[0-9a-f-]{36}$/
const facts: RequestFacts[] = []
let direct: TestApp
let behind: TestApp
let shop: TestApplication
beforeAll(async () => {
  const onRequest = (each: RequestFacts) => facts.push(each)
  direct = await openTestApp({ onRequest })
  behind = await openTestApp({ proxyTrust: { hops: 1 } })
  shop = await direct.createApplication()
})
afterAll(() => Promise.all([direct.close(), behind.close()]))
beforeEach(() => {
  facts.length = 0
})

const named = (rig: TestApp, id: string, path = '/healthz') =>
  rig.send('GET', path, { headers: { 'x-request-id': id } })

test('[OB5] the name that a proxy brings is taken when it is well-formed, and nobody else can name a request', async () => {
  for (const id of ['f3b5-11ee_A.7', 'a'.repeat(64)]) {
    expect((await named(behind, id)).headers.get('x-request-id')).toBe(id)
    expect((await named(direct, id)).headers.get('x-request-id')).toMatch(uuid)
  }
  for (const id of ['short', 'a'.repeat(65), 'has space', 'quote"12345', '{}{}{}{}{}']) {
    expect((await named(behind, id)).headers.get('x-request-id')).toMatch(uuid)
  }
})

test.each([
  ['/v1/subjects/x', 400],
  ['/compat/faceio/checkfacialid', 401],
  ['/compat/ticos/api/v1/nothing', 404],
  ['/compat/uqudo/api/v1/nothing', 404],
  ['/compat/idaas/nothing', 404],
  ['/compat/ufme/partitions', 401],
  ['/nothing', 404],
])('[OB5] %s answers with the id of the request that is told of', async (path) => {
  const { headers, json, status } = await named(behind, 'brought-along-1', path)
  expect(status).toBeGreaterThanOrEqual(400)
  expect(headers.get('x-request-id')).toBe('brought-along-1')
  if (path.startsWith('/v1')) expect(json.error.request_id).toBe('brought-along-1')
})

test('[OB4] a request is told of by its pattern, whatever its path, query, method and status', async () => {
  const id = crypto.randomUUID()
  await shop.backend('GET', `/v1/subjects/${id}`)
  await direct.send('GET', `/compat/ufme/stats?api_key=${id}`)
  await direct.send('PROPFIND', `/v1/subjects/${id}`)
  await direct.send('GET', `/${id}`)
  await shop.openSession({ operation: 'authenticate' }, { origin: pageOrigin })
  expect(facts.map(({ method, route, dialect, status }) => [method, route, dialect, status])).toEqual([
    ['GET', '/v1/subjects/:facial_id', 'native', 404],
    ['GET', '/compat/ufme/stats', 'ufme', expect.any(Number)],
    ['other', '/v1/*', 'native', 405],
    ['GET', '/*', 'web', 404],
    ['POST', '/v1/sessions', 'native', 201],
  ])
  expect(JSON.stringify(facts)).not.toContain(id)
})

const facing = {
  requestId: 'r',
  method: 'GET',
  route: '/v1/stats',
  dialect: 'native',
  durationMs: 1.2345,
  bytes: 10,
} as const

test.each([
  [200, 'native', 'info'],
  [404, 'native', 'warn'],
  [503, 'native', 'error'],
  [200, 'health', 'debug'],
  [503, 'health', 'error'],
  [null, 'native', 'info'],
] as const)('[OB4] status %s of %s is a line of level %s', (status, dialect, level) => {
  const lines: unknown[] = []
  const write = (at: string) => (fields: object, message: string) => lines.push([at, fields, message])
  const log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
  logRequest(log)({ ...facing, status, dialect })
  const { durationMs: _, ...rest } = facing
  expect(lines).toEqual([[level, { ...rest, dialect, status, ms: 1.2 }, 'request']])
})
