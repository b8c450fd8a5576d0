import fc from 'fast-check'
import { expect, test } from 'vitest'
import { drawPicture } from '../contract/colour-analyser.ts'
import type { Sent } from '../contract/test-app.ts'
import {
  checked,
  createFace,
  fileOf,
  formOf,
  useTicosRig as openRig,
  rig,
  send,
  terminal,
} from '../contract/ticos-rig.ts'

openRig()

const root = '/compat/ticos/v1/api/faces'
const list = async () => (await send('GET', '')).text

const methods = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE')
const segment = fc.oneof(
  fc.string({ maxLength: 20 }).map(encodeURIComponent),
  fc.constantFrom('', '%00', '%ff', '%', '*'),
)
const types = fc.constantFrom(
  'application/json',
  'multipart/form-data; boundary=b',
  'multipart/form-data',
  'text/plain',
)
const sent = (type: string, raw: Uint8Array): Sent => ({
  raw: raw as Uint8Array<ArrayBuffer>,
  headers: { 'content-type': type },
})

test('[TI5] [ER9] requests of any shape, with the secret and without, are answered as documented and change nothing', async () => {
  await createFace()
  const before = await list()
  const bytes = fc.uint8Array({ maxLength: 300 })
  await fc.assert(
    fc.asyncProperty(methods, segment, types, bytes, fc.boolean(), async (method, where, type, raw, knows) => {
      const body = method === 'GET' ? {} : sent(type, raw)
      const authorization = knows ? { authorization: `Bearer ${terminal}` } : {}
      checked(await rig.send(method, `${root}/${where}`, { ...body, ...authorization }))
      checked(await rig.send(method, root, { ...body, ...authorization }))
    }),
    { numRuns: 200 },
  )
  expect(await list()).toBe(before)
})

test('[TI3] every name that is taken comes back as it was', async () => {
  const { face_id: id } = await createFace()
  const names = fc.string({ unit: 'grapheme', maxLength: 120 }).filter((name) => !/[\r\n]/.test(name))
  await fc.assert(
    fc.asyncProperty(names, async (name) => {
      const { status } = await send('PUT', `/${id}`, await formOf({ name }))
      const isFit = name !== '' && [...name].length <= 100
      expect(status).toBe(isFit ? 200 : 400)
      if (isFit) expect((await send('GET', `/${id}`)).json.name).toBe(name)
    }),
    { numRuns: 200 },
  )
})

test('[TI4] [ER9] damaged pictures are enrolled or refused, never anything else', async () => {
  const { face_id: id } = await createFace()
  const files = await Promise.all([
    drawPicture().toBuffer(),
    drawPicture().jpeg().toBuffer(),
    drawPicture().webp().toBuffer(),
  ])
  const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...files), damage, fc.nat(), async (file, changes, end) => {
      const bytes = Uint8Array.from(end % 3 === 0 ? file.subarray(0, end % file.length) : file)
      for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value
      const { status } = await send('PUT', `/${id}`, await formOf({ name: 'x', image: fileOf(bytes, '') }))
      expect([200, 400]).toContain(status)
    }),
    { numRuns: 300 },
  )
})
