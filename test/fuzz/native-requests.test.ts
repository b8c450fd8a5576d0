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
