import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { colourAnalyser, drawPicture } from '../contract/colour-analyser.ts'
import { type Answer, openTestApp, type TestApp, type TestApplication } from '../contract/test-app.ts'
import { checkedXml, form } from '../contract/ufme-rig.ts'

let rig: TestApp
let shop: TestApplication
let picture: Buffer

const key = () => shop.credentials.ufme.api_key
const stats = async () => (await rig.send('GET', '/compat/ufme/stats', { headers: { 'x-api-key': key() } })).text

beforeAll(async () => {
  rig = await openTestApp({ analyser: colourAnalyser })
  shop = await rig.createApplication()
  picture = await drawPicture({ person: 3 }).toBuffer()
  await rig.send('POST', '/compat/ufme/api/v1/enrol', await form(picture, { subject_id: 'ada' }, key()))
})
afterAll(() => rig.close())

const operations = ['search', 'verify', 'enrol', 'enroll', 'delete']
const utilities = ['health', 'partitions', 'stats']

/** A refusal as the dialect writes it, or an answer. */
function expectDialect(answer: Answer, path: string): void {
  expect(answer.status).toBeLessThan(500)
  if (!/\/(health|partitions|stats)$/.test(path)) checkedXml(answer)
  else if (answer.status !== 200 && answer.text !== '') {
    expect(answer.json).toEqual({ status: 'ERROR', code: expect.any(String), message: expect.any(String) })
  }
}

test('[UF1] [UF5] [ER9] without the key nothing of any shape is a 5xx, another form of answer, or a change', async () => {
  const before = await stats()
  const segment = fc.oneof(
    fc.constantFrom(...operations.map((name) => `api/v1/${name}`), ...utilities),
    fc.string({ maxLength: 20 }).map(encodeURIComponent),
    fc.constantFrom('', '%00', '%ff', '%', '*'),
  )
  const methods = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE')
  const types = fc.constantFrom(
    'application/json',
    'multipart/form-data; boundary=b',
    'multipart/form-data',
    'text/plain',
  )
  const query = fc.oneof(fc.constant(''), fc.webQueryParameters({ size: 'small' }))
  const bytes = fc.uint8Array({ maxLength: 300 })
  await fc.assert(
    fc.asyncProperty(methods, segment, query, types, bytes, async (method, where, search, type, raw) => {
      const sent = method === 'GET' ? {} : { raw: raw as Uint8Array<ArrayBuffer>, headers: { 'content-type': type } }
      const path = `/compat/ufme/${where}`
      expectDialect(await rig.send(method, `${path}?${search}`, sent), path)
    }),
    { numRuns: 300 },
  )
  expect(await stats()).toBe(before)
  expect(rig.failures).toEqual([])
})

const metadata = fc.record(
  {
    // Nobody who is there, so that nothing is deleted or compared.
    subject_id: fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }).map((text) => `x${text}`),
      fc.jsonValue(),
    ),
    partition: fc.oneof(fc.constantFrom('default', 'other'), fc.jsonValue()),
    top_k: fc.oneof(fc.integer({ min: -1, max: 120 }), fc.jsonValue()),
    threshold: fc.oneof(fc.double({ noNaN: true }), fc.jsonValue()),
    min_score: fc.jsonValue(),
  },
  { requiredKeys: [] },
)

test('[UF8] [ER9] with the key any metadata is answered or refused, beside a picture or in JSON', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('search', 'verify', 'delete'),
      metadata,
      fc.boolean(),
      async (name, given, isForm) => {
        const path = `/compat/ufme/api/v1/${name}`
        const headers = { 'x-api-key': key() }
        const sent = isForm ? await form(picture, JSON.stringify(given), key()) : { body: given, headers }
        expectDialect(await rig.send('POST', path, sent), path)
      },
    ),
    { numRuns: 300 },
  )
  expect(JSON.parse(await stats())).toEqual({ total_subjects: 1, partitions: { default: 1 } })
  expect(rig.failures).toEqual([])
})

test('[UF1] D2 whatever text is taken as a subject comes back as it was', async () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(name, async (subjectId) => {
      const given = { subject_id: subjectId, partition: 'names' }
      const path = '/compat/ufme/api/v1'
      const answer = checkedXml(await rig.send('POST', `${path}/enrol`, await form(picture, given, key())))
      if (answer.status !== 200) return expect(answer.status).toBe(400)
      expect(answer.xml.subject_id).toBe(subjectId)
      const found = checkedXml(
        await rig.send('POST', `${path}/search`, await form(picture, { partition: 'names' }, key())),
      )
      expect(found.xml.candidates.candidate[0].subject_id).toBe(subjectId)
      await rig.send('POST', `${path}/delete`, { body: given, headers: { 'x-api-key': key() } })
    }),
    { numRuns: 60 },
  )
  expect(rig.failures).toEqual([])
})
