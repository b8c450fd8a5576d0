import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { colourAnalyser } from '../contract/colour-analyser.ts'
import { type Answer, openTestApp, type TestApp, type TestApplication } from '../contract/test-app.ts'
import { syntheticPerson } from '../fixtures/synthetic-templates.ts'

let rig: TestApp
let shop: TestApplication
let ada: string
let before: string

const stateOf = async () => (await shop.backend('GET', `/v1/subjects/${ada}`)).text

beforeAll(async () => {
  rig = await openTestApp({ analyser: colourAnalyser })
  shop = await rig.createApplication()
  ada = await shop.enroll(syntheticPerson(1), { payload: { name: 'Ada' } })
  before = await stateOf()
})
afterAll(() => rig.close())

/** A refusal as the dialect writes it, or an answer. */
function expectDialect(answer: Answer): void {
  expect([200, 400, 401, 404, 405, 429]).toContain(answer.status)
  expect(answer.headers.get('content-type')).toBe('application/json')
  expect(answer.json.status).toBe(answer.status)
}

const names = [
  'deletefacialid',
  'checkfacialid',
  'setfacialidpayload',
  'setfacialidpincode',
  'stat',
  'about',
  'status',
  'faceverify',
  'agecheck',
]
const segment = fc.oneof(
  fc.constantFrom(...names),
  fc.string({ maxLength: 20 }).map(encodeURIComponent),
  fc.constantFrom('', '%00', '%ff', '%', '*'),
)
const methods = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE')
const types = fc.constantFrom(
  'application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=some-boundary',
  'multipart/form-data',
  'text/plain',
)
const query = fc.oneof(fc.constant(''), fc.webQueryParameters({ size: 'small' }))

test('[FA1] [ER9] without the key nothing of any shape is a 5xx, another form of answer, or a change', async () => {
  const bytes = fc.uint8Array({ maxLength: 300 })
  await fc.assert(
    fc.asyncProperty(methods, segment, query, types, bytes, async (method, where, search, type, raw) => {
      const sent = method === 'GET' ? {} : { raw: raw as Uint8Array<ArrayBuffer>, headers: { 'content-type': type } }
      expectDialect(await rig.send(method, `/compat/faceio/${where}?${search}`, sent))
    }),
    { numRuns: 400 },
  )
  expect(await stateOf()).toBe(before)
  expect(rig.failures).toEqual([])
})

/** Any JSON in the place of each parameter that some endpoint reads, about somebody who is not there. */
const parameters = fc.record(
  {
    fid: fc.oneof(fc.uuid(), fc.jsonValue()),
    payload: fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue()),
    pin: fc.oneof(fc.stringMatching(/^[0-9]{1,20}$/), fc.jsonValue()),
    src: fc.oneof(fc.base64String(), fc.jsonValue()),
    target: fc.oneof(fc.base64String(), fc.jsonValue()),
    img: fc.oneof(fc.base64String(), fc.jsonValue()),
  },
  { requiredKeys: [] },
)

test('[FA1] [ER9] with the key any value of any parameter is answered or refused', async () => {
  const key = shop.credentials.faceio.api_key
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), parameters, async (name, given) => {
      expectDialect(await rig.send('POST', `/compat/faceio/${name}`, { body: { ...given, key } }))
    }),
    { numRuns: 400 },
  )
  expect(await stateOf()).toBe(before)
  expect(rig.failures).toEqual([])
})

test('[FA6] every text that is accepted as a payload comes back as what it says', async () => {
  const key = shop.credentials.faceio.api_key
  const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.json(), fc.string({ unit: 'binary' }))
  await fc.assert(
    fc.asyncProperty(text, async (payload) => {
      const path = `/compat/faceio/setfacialidpayload?key=${key}&fid=${ada}`
      const answer = await rig.send('POST', path, { body: { payload } })
      expectDialect(answer)
      if (answer.status !== 200) return
      const stored = (await shop.backend('GET', `/v1/subjects/${ada}`)).json.payload
      expect(JSON.stringify(stored)).toBe(JSON.stringify(parsed(payload)))
    }),
    { numRuns: 200 },
  )
})

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
