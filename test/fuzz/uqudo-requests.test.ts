import fc from 'fast-check'
import { expect, test } from 'vitest'
import { drawPicture } from '../contract/colour-analyser.ts'
import { checked, useUqudoRig as openRig, photoOf, post, rig, shop, token } from '../contract/uqudo-rig.ts'

openRig()

const total = async () => (await shop.backend('GET', '/v1/galleries')).text

const paths = [
  '/api/oauth/token',
  '/api/v1/face',
  '/api/v1/face/match',
  '/api/v1/face/one-to-n/search',
  '/api/v1/face/one-to-n/insert',
  '/api/v1/face/one-to-n/search/x',
  '/api/v1/info/img/x',
  '/api/v1/info/x',
]
const segment = fc.oneof(
  fc.constantFrom(...paths),
  fc.string({ maxLength: 20 }).map((text) => `/api/v1/info/img/${encodeURIComponent(text)}`),
  fc.constantFrom('/', '/%00', '/api/v1/info/%ff', '/api/v1/face/one-to-n/search/%'),
)
const methods = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE')
const types = fc.constantFrom(
  'application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=b',
  'text/plain',
)

test('[UQ7] [ER9] requests of any shape, with a token and without, are answered as documented and change nothing', async () => {
  const before = await total()
  const bytes = fc.uint8Array({ maxLength: 300 })
  await fc.assert(
    fc.asyncProperty(methods, segment, types, bytes, fc.boolean(), async (method, path, type, raw, knows) => {
      const body = { raw: raw as Uint8Array<ArrayBuffer>, headers: { 'content-type': type } }
      const authorization = knows ? { authorization: `Bearer ${token}` } : {}
      checked(await rig.send(method, `/compat/uqudo${path}`, { ...(method === 'GET' ? {} : body), ...authorization }))
    }),
    { numRuns: 300 },
  )
  expect(await total()).toBe(before)
})

const anything = fc.oneof(fc.base64String(), fc.jsonValue())
const fields = fc.record(
  {
    idPhoto: anything,
    sourceImage: anything,
    targetImage: anything,
    minimumMatchLevel: fc.jsonValue(),
    insert: fc.jsonValue(),
  },
  { requiredKeys: [] },
)

test('[UQ7] [ER9] any value of any field is refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths.slice(1, 5)), fields, async (path, given) => {
      expect([400, 413, 415]).toContain((await post(path, given)).status)
    }),
    { numRuns: 300 },
  )
})

test('[UQ4] the level of a pair does not depend on the minimum, and decides the match', async () => {
  const image = await photoOf()
  const person = fc.integer({ min: 200, max: 250 })
  await fc.assert(
    fc.asyncProperty(person, fc.integer({ min: 1, max: 5 }), async (who, minimumMatchLevel) => {
      const pair = { sourceImage: image, targetImage: await photoOf({ person: who }) }
      const [any, some] = [
        (await post('/api/v1/face/match', { ...pair, minimumMatchLevel: 1 })).json,
        (await post('/api/v1/face/match', { ...pair, minimumMatchLevel })).json,
      ]
      expect(some.matchLevel).toBe(any.matchLevel)
      expect(some.match).toBe(any.match && some.matchLevel >= minimumMatchLevel)
    }),
    { numRuns: 60 },
  )
})

test('[UQ7] [ER9] damaged pictures open a session or are refused, never anything else', async () => {
  const files = await Promise.all([drawPicture().toBuffer(), drawPicture().jpeg().toBuffer()])
  const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...files), damage, fc.nat(), async (file, changes, end) => {
      const bytes = Uint8Array.from(end % 3 === 0 ? file.subarray(0, end % file.length) : file)
      for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value
      const { status } = await post('/api/v1/face', { idPhoto: Buffer.from(bytes).toString('base64') })
      expect([201, 400, 415]).toContain(status)
    }),
    { numRuns: 300 },
  )
})
