import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { composeSubmission, openTestApp, pageOrigin, type TestApp, type TestApplication } from '../contract/test-app.ts'
import { syntheticPerson } from '../fixtures/synthetic-templates.ts'

let rig: TestApp
let shop: TestApplication
let before: string

beforeAll(async () => {
  rig = await openTestApp()
  shop = await rig.createApplication()
  await shop.enroll(syntheticPerson(1))
  before = (await shop.backend('GET', '/v1/subjects')).text
})
afterAll(() => rig.close())

const methods = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE')
const segment = fc.oneof(
  fc.constantFrom(
    'v1',
    'subjects',
    'galleries',
    'admin',
    'applications',
    'sessions',
    'results',
    'redeem',
    'keys',
    'payload',
    'pin',
    'webhooks',
    'secret',
    'test',
    'deliveries',
    'replay',
    'faces',
    'passkeys',
    'passkey-options',
    'offline-devices',
    'offline-events',
    'events',
    'decision',
    'sync',
    'pull',
    'tickets',
    'kiosks',
    'image',
    'consents',
    'verify',
    'identify',
    'settings',
    'audit',
    'stats',
    'health',
  ),
  fc.uuid(),
  fc.string({ maxLength: 20 }).map(encodeURIComponent),
  fc.constantFrom('%00', '%ff', '%', '..', '.', '%2e%2e', '*', '{id}', ':id'),
)
const path = fc.array(segment, { minLength: 1, maxLength: 5 }).map((parts) => `/v1/${parts.join('/')}`)
const query = fc.oneof(
  fc.constant(''),
  fc.webQueryParameters({ size: 'small' }).map((text) => `?${text}`),
)

test('[ER9] no request of any shape is answered with a 5xx, and none without a right changes anything', async () => {
  await fc.assert(
    fc.asyncProperty(
      methods,
      path,
      query,
      fc.jsonValue(),
      fc.boolean(),
      async (method, where, search, body, isAdmin) => {
        const authorization = isAdmin ? `Public ${shop.credentials.public_id}` : `Bearer ${'x'.repeat(43)}`
        const sent = method === 'GET' ? { authorization } : { authorization, body }
        const answer = await rig.send(method, where + search, sent)
        expect(answer.status).toBeGreaterThanOrEqual(400)
        expect(answer.status).toBeLessThan(500)
        // Dots may lead out of the API, to the pages.
        const isApi = new URL(where, 'http://localhost').pathname.startsWith('/v1/')
        if (isApi) expect(answer.json?.error?.request_id).toBe(answer.headers.get('x-request-id'))
      },
    ),
    { numRuns: 400 },
  )
  expect((await shop.backend('GET', '/v1/subjects')).text).toBe(before)
  expect(rig.failures).toEqual([])
})

/** Any JSON in the place of one field, or one field too many or too few. */
const mutation = fc.tuple(fc.nat(20), fc.jsonValue(), fc.constantFrom('replace', 'remove', 'add'))

test('[ER9] a submission with any field replaced, removed or added is decided or refused, and enrolls nobody by accident', async () => {
  const ceremony = await shop.begin({ operation: 'authenticate' })
  const good = composeSubmission(ceremony.session, ceremony.challenge, syntheticPerson(2), rig.clock.now())
  const names = Object.keys(good)
  await fc.assert(
    fc.asyncProperty(mutation, async ([which, value, how]) => {
      const name = how === 'add' ? `extra_${which}` : names[which % names.length]!
      const { [name]: _, ...rest } = good as Record<string, unknown>
      const body = how === 'remove' ? rest : { ...rest, [name]: value }
      fc.pre(JSON.stringify(body) !== JSON.stringify(good))
      const answer = await rig.send('POST', '/v1/submissions', {
        authorization: `Session ${ceremony.session.client_token}`,
        headers: { origin: pageOrigin },
        body,
      })
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.status).toBeLessThan(500)
    }),
    { numRuns: 400 },
  )
  expect((await shop.submit(ceremony, syntheticPerson(1))).json.status).toBe('ok')
  expect(rig.failures).toEqual([])
})

test('[ER9] raw bytes as a body are refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      const authorization = `Bearer ${shop.credentials.secret_key}`
      const answer = await rig.send('POST', '/v1/galleries', { authorization, raw: bytes as Uint8Array<ArrayBuffer> })
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.status).toBeLessThan(500)
    }),
    { numRuns: 300 },
  )
})

test('[ER9] a request that brings a face is refused or answered, whatever its type, query and bytes are', async () => {
  const people = async () => (await shop.backend('GET', '/v1/subjects')).text
  const known = await people()
  const [subject] = JSON.parse(known).subjects
  const routes = fc.constantFrom('/v1/verify', '/v1/identify', `/v1/subjects/${subject.facial_id}/faces`)
  const types = fc.constantFrom(
    'application/json',
    'image/jpeg',
    'image/png; x=y',
    'multipart/form-data; boundary=b',
    'multipart/form-data',
    'text/plain',
  )
  const json = fc.record(
    {
      image: fc.oneof(fc.base64String(), fc.jsonValue()),
      template: fc.oneof(fc.base64String(), fc.jsonValue()),
      mode: fc.jsonValue(),
      consent: fc.jsonValue(),
      limit: fc.jsonValue(),
    },
    { requiredKeys: [] },
  )
  const part = fc.tuple(fc.constantFrom('image', 'template', 'limit', 'min_score', 'consent', 'x'), fc.string())
  const form = fc.array(part, { maxLength: 4 }).map((parts) => {
    const lines = parts.map(
      ([name, text]) => `--b\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`,
    )
    return Buffer.from(`${lines.join('')}--b--`)
  })
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((raw) => Buffer.from(raw)),
    json.map((value) => Buffer.from(JSON.stringify(value))),
    form,
  )
  const authorization = `Bearer ${shop.credentials.secret_key}`
  await fc.assert(
    fc.asyncProperty(routes, query, types, bytes, fc.string(), async (path, search, type, raw, key) => {
      // A header takes Latin-1 without line ends; what else is tried stands for it.
      const repeat = /^[\x20-\x7e]+$/.test(key) ? { 'idempotency-key': key } : {}
      const headers = { 'content-type': type, ...repeat }
      const answer = await rig.send('POST', path + search, { authorization, headers, raw: new Uint8Array(raw) })
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.status).toBeLessThan(500)
    }),
    { numRuns: 400 },
  )
  expect(await people()).toBe(known)
  expect(rig.failures).toEqual([])
})
