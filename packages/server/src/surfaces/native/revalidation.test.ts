import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApp, type TestApp, type TestApplication } from '../../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'

let rig: TestApp
let shop: TestApplication
let ada: string
beforeAll(async () => {
  rig = await openTestApp()
  shop = await rig.createApplication()
  ada = await shop.enroll(syntheticPerson(1), { payload: { text: 'x'.repeat(2000) } })
})
afterAll(() => rig.close())

const get = (path: string, headers: Record<string, string> = {}, key = shop.credentials.secret_key) =>
  rig.fetch(new Request(`http://localhost${path}`, { headers: { authorization: `Bearer ${key}`, ...headers } }))

test('[ER18] a backend that has an answer is told that it is the same, until it is not', async () => {
  for (const path of ['/v1/subjects', `/v1/subjects/${ada}`, '/v1/galleries', '/v1/openapi.json']) {
    const { headers } = await get(path)
    expect(headers.get('cache-control')).toBe('private, no-cache')
    expect(headers.get('vary')).toMatch(/Authorization, X-API-Key, Accept-Encoding/)
    const again = await get(path, { 'if-none-match': headers.get('etag')! })
    expect([again.status, await again.text()]).toEqual([304, ''])
    expect(again.headers.get('x-content-type-options')).toBe('nosniff')
  }
  const known = (await get(`/v1/subjects/${ada}`)).headers.get('etag')!
  await shop.backend('PUT', `/v1/subjects/${ada}/payload`, { payload: 'new' })
  expect((await get(`/v1/subjects/${ada}`, { 'if-none-match': known })).status).toBe(200)
})

test('[ER18] a tag opens no door', async () => {
  const known = (await get(`/v1/subjects/${ada}`)).headers.get('etag')!
  const other = (await rig.createApplication()).credentials.secret_key
  expect((await get(`/v1/subjects/${ada}`, { 'if-none-match': known }, 'wrong')).status).toBe(401)
  expect((await get(`/v1/subjects/${ada}`, { 'if-none-match': '*' }, other)).status).toBe(404)
})

test('[ER18] what is compressed says so', async () => {
  const { headers } = await get('/v1/openapi.json', { 'accept-encoding': 'br' })
  expect(headers.get('content-encoding')).toBe('br')
})

test('[ER18] sessions, keys and what was not found are neither kept nor compressed', async () => {
  const asked = { 'accept-encoding': 'br', 'if-none-match': '*' }
  const { session } = await shop.begin({ operation: 'authenticate' })
  const answers = [
    await rig.fetch(
      new Request('http://localhost/v1/sessions/current', {
        headers: { authorization: `Session ${session.client_token}`, ...asked },
      }),
    ),
    await get('/v1/admin/applications', asked, rig.adminToken),
    await get(`/v1/subjects/${crypto.randomUUID()}`, asked),
  ]
  for (const { headers } of answers) {
    expect([headers.get('etag'), headers.get('content-encoding')]).toEqual([null, null])
    expect(headers.get('cache-control')).toBe('no-store')
  }
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 404])
})
