import { errorMessages } from '@mien/shared/errors'
import { describe, expect, test } from 'vitest'
import { badPictures, oddPictures } from '../../../../../test/contract/bad-pictures.ts'
import { drawPicture } from '../../../../../test/contract/colour-analyser.ts'
import type { Answer, Sent } from '../../../../../test/contract/test-app.ts'
import { openTestApp } from '../../../../../test/contract/test-app.ts'
import {
  checked,
  createFace,
  fileOf,
  formOf,
  newTerminal,
  photoOf,
  rig,
  send,
  shop,
  terminal,
  useTicosRig,
} from '../../../../../test/contract/ticos-rig.ts'

useTicosRig()

const unknownId = '0'.repeat(32)

const list = async () => (await send('GET', '')).text

/** The same refusal of a new face and of a change, and nothing happened. */
async function refusedEverywhere(sent: Sent): Promise<Answer> {
  const face = await createFace()
  const before = await list()
  const [created, updated] = [await send('POST', '', sent), await send('PUT', `/${face.face_id}`, sent)]
  expect([created.status, created.text]).toEqual([400, updated.text])
  expect(await list()).toBe(before)
  return created
}

describe('[TI4] bad pictures: 400, and nothing changes', () => {
  test.each(badPictures)('%s: %s', async (_, code, make) => {
    const image = fileOf(await make(), '')
    const refused = await refusedEverywhere(await formOf({ name: 'Ada', image }))
    expect(refused.json.detail).toBe(errorMessages[code])
  })

  test.each([
    ['I12 a PNG that is called JPEG', 'image/jpeg'],
    ['I12 a PNG that is called text', 'text/html'],
  ])('%s', async (_, type) => {
    await refusedEverywhere(await formOf({ name: 'Ada', image: fileOf(await drawPicture().toBuffer(), type) }))
  })

  test.each(oddPictures)('%s is read', async (_, make) => {
    const answer = await send('POST', '', await formOf({ name: 'x', image: fileOf(await make(), '') }))
    // What the random colours stand for is another matter: it was decoded.
    expect(answer.json.detail ?? '').not.toMatch(/image/i)
    expect([200, 400]).toContain(answer.status)
  })

  test('a WebP is read', async () => {
    const image = fileOf(await drawPicture({ person: 200 }).webp({ lossless: true }).toBuffer(), 'image/webp')
    expect((await send('POST', '', await formOf({ name: 'x', image }))).status).toBe(200)
  })

  test('I33 10 MB are read, one byte more is refused, and so is a body that is longer than any', async () => {
    const picture = await drawPicture({ person: 201 }).toBuffer()
    const size = 10 * 1024 * 1024
    const padded = (length: number) => fileOf(Buffer.concat([picture, Buffer.alloc(length - picture.length)]))
    await refusedEverywhere(await formOf({ name: 'x', image: padded(size + 1) }))
    await refusedEverywhere(await formOf({ name: 'x', image: padded(size + 70_000) }))
    expect((await send('POST', '', await formOf({ name: 'x', image: padded(size) }))).status).toBe(200)
  })
})

describe('bad forms: 400, and nothing changes', () => {
  const form = (body: string, boundary = 'b'): Sent => ({
    raw: body,
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  })
  const part = (head: string, content = 'x') => `--b\r\ncontent-disposition: form-data; ${head}\r\n\r\n${content}\r\n`
  const bad: [string, () => Promise<Sent> | Sent][] = [
    ['no picture', () => formOf({})],
    ['M1 no boundary', () => ({ raw: 'x', headers: { 'content-type': 'multipart/form-data' } })],
    ['M1 not terminated', () => form(part('name="name"'))],
    ['M1 a boundary of 10 KB', () => form('x', 'b'.repeat(10_000))],
    ['M2 1 200 parts', () => form(`${part('name="name"').repeat(1200)}--b--`)],
    ['M2 two of one name', () => form(`${part('name="name"').repeat(2)}--b--`)],
    ['M3 text where a picture should be', () => formOf({ name: 'Ada', image: 'text' })],
    ['J1 an empty body', () => ({ headers: { 'content-type': 'multipart/form-data; boundary=b' } })],
    ['JSON', () => ({ body: { name: 'Ada' } })],
    ['URL-encoded', () => ({ raw: 'name=Ada', headers: { 'content-type': 'application/x-www-form-urlencoded' } })],
    ['no content type', () => ({ raw: 'x', headers: { 'content-type': '' } })],
    ['compressed', async () => ({ ...(await formOf({ name: 'Ada' })), headers: { 'content-encoding': 'gzip' } })],
  ]
  test.each(bad)('%s', async (_, make) => {
    await refusedEverywhere(await make())
  })

  test('M2 names of files are nothing to us, and fields that nobody knows are passed over', async () => {
    const fields = { name: 'Ada', image: await photoOf({ person: 202 }), __proto__x: 'x', other: await photoOf() }
    expect((await send('POST', '', await formOf(fields))).status).toBe(200)
  })
})

describe('[TI5] failures', () => {
  const bad: [string, string | undefined][] = [
    ['H1 none', undefined],
    ['H3 no token', 'Bearer'],
    ['H3 Basic', 'Basic abc'],
    ['H3 the bare secret', 'secret'],
    ['H3 extra spaces', 'Bearer  secret'],
    ['H3 10 KB', `Bearer ${'a'.repeat(10_000)}`],
    ['H4 unknown', `Bearer ts_${'0'.repeat(32)}`],
    ['H4 the native secret key', 'secret_key'],
    ['H4 the key of another dialect', 'faceio'],
    ['H6 the public id', 'public_id'],
  ]
  test.each(bad)('401 with the same bytes: %s', async (_, given) => {
    const { secret_key, faceio, public_id } = shop.credentials
    const others: Record<string, string> = { secret: terminal, secret_key, faceio: faceio.api_key, public_id }
    const value = others[given ?? '']
    const authorization = value === undefined ? given : given === 'secret' ? value : `Bearer ${value}`
    const spaced = authorization?.replace('secret', terminal)
    for (const [method, path] of [
      ['GET', ''],
      ['POST', ''],
      ['GET', `/${'0'.repeat(32)}`],
      ['DELETE', '/x'],
    ] as const) {
      const sent = spaced === undefined ? {} : { authorization: spaced }
      const answer = checked(await rig.send(method, `/compat/ticos/v1/api/faces${path}`, sent))
      expect([answer.status, answer.json]).toEqual([401, { detail: 'Credentials are missing or not valid' }])
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="mien"')
    }
  })

  test('H3 any case of the scheme opens', async () => {
    expect((await send('GET', '', { authorization: `bEaReR ${terminal}` })).status).toBe(200)
  })

  test('H2 two secrets in one header: 400', async () => {
    expect((await send('GET', '', { authorization: `Bearer ${terminal}, Bearer ${terminal}` })).status).toBe(400)
  })

  test('H4 a replaced secret stops at once', async () => {
    const old = await newTerminal(shop, { name: 'replaced' })
    const fresh = await newTerminal(shop, { name: 'replaced' })
    expect((await send('GET', '', { secret: old })).status).toBe(401)
    expect((await send('GET', '', { secret: fresh })).status).toBe(200)
  })

  test('H5 a secret in the URL opens nothing', async () => {
    expect((await rig.send('GET', `/compat/ticos/v1/api/faces?key=${terminal}`)).status).toBe(401)
  })

  test('H13 H16 other methods: 405 with those that are, and nothing changes', async () => {
    const { face_id: id } = await createFace()
    const before = await list()
    const allowed = { '': ['GET', 'POST'], [`/${id}`]: ['GET', 'PUT', 'DELETE'], [`/${id}/image`]: ['GET'] }
    for (const [path, those] of Object.entries(allowed)) {
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].filter((m) => !those.includes(m))) {
        const answer = await send(method, path)
        expect([answer.status, answer.headers.get('allow')]).toEqual([405, those.join(', ')])
      }
      const head = await rig.send('HEAD', `/compat/ticos/v1/api/faces${path}`, { authorization: `Bearer ${terminal}` })
      expect(head.status).toBe(405)
    }
    expect(await list()).toBe(before)
  })

  test.each(['/', '/x', '/%00', '/..%2f', `/${'A'.repeat(32)}`, `/${'a'.repeat(31)}`, `/${'a'.repeat(10_000)}`])(
    'D1 to D6 404: %s',
    async (path) => {
      expect((await send('GET', path)).status).toBe(404)
      if (path !== '/') expect((await send('GET', `${path}/image`)).status).toBe(404)
    },
  )

  test('too many calls of one terminal, and of one address: 429 with the seconds to wait', async () => {
    const tight = await openTestApp({ apiCallsPerMinute: 2 })
    try {
      const { credentials } = await tight.createApplication()
      const call = async (secret: string, from: string) =>
        checked(await tight.send('GET', '/compat/ticos/v1/api/faces', { authorization: `Bearer ${secret}`, from }))
      const good = credentials.ticos.terminal_secret
      for (const from of ['192.0.2.1', '192.0.2.2']) expect((await call(good, from)).status).toBe(200)
      const refused = await call(good, '192.0.2.3')
      expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true])
      for (const status of [401, 401, 429]) expect((await call('x', '192.0.2.9')).status).toBe(status)
    } finally {
      await tight.close()
    }
  })

  test('what goes wrong inside: 500 of each operation, without its reason', async () => {
    const ill = await openTestApp()
    const { credentials } = await ill.createApplication()
    await ill.close()
    const operations = [
      ['GET', ''],
      ['POST', ''],
      ['GET', `/${unknownId}`],
      ['PUT', `/${unknownId}`],
      ['DELETE', `/${unknownId}`],
      ['GET', `/${unknownId}/image`],
    ] as const
    for (const [method, path] of operations) {
      const answer = await ill.send(method, `/compat/ticos/v1/api/faces${path}`, {
        authorization: `Bearer ${credentials.ticos.terminal_secret}`,
      })
      expect(checked(answer).status).toBe(500)
      expect(answer.text).not.toContain(credentials.ticos.terminal_secret)
    }
    expect(ill.failures).toHaveLength(operations.length)
  })
})
