import { type ErrorCode, MienError } from '@mien/shared/errors'
import { describe, expect, test } from 'vitest'
import { badPictures, oddPictures } from '../../../../../test/contract/bad-pictures.ts'
import { colourAnalyser, drawPicture } from '../../../../../test/contract/colour-analyser.ts'
import { openTestApp, type Sent } from '../../../../../test/contract/test-app.ts'
import {
  checked,
  photoOf,
  post,
  rig,
  send,
  shop,
  token,
  urlEncoded,
  useUqudoRig,
} from '../../../../../test/contract/uqudo-rig.ts'

useUqudoRig()

/** Every place for a picture. */
const places: readonly ((picture: unknown) => Promise<[path: string, body: object]>)[] = [
  async (idPhoto) => ['/api/v1/face', { idPhoto }],
  async (idPhoto) => ['/api/v1/face/one-to-n/search', { idPhoto, insert: true }],
  async (idPhoto) => ['/api/v1/face/one-to-n/insert', { idPhoto }],
  async (sourceImage) => ['/api/v1/face/match', { sourceImage, targetImage: await photoOf() }],
  async (targetImage) => ['/api/v1/face/match', { sourceImage: await photoOf(), targetImage }],
]

const total = async () => (await shop.backend('GET', '/v1/galleries')).text

/** The same refusal everywhere, and nobody was inserted. */
async function expectRefused(picture: unknown, status: number, error: string): Promise<void> {
  const before = await total()
  for (const place of places) {
    const answer = await post(...(await place(picture)))
    expect([answer.status, answer.json.error]).toEqual([status, error])
  }
  expect(await total()).toBe(before)
}

const base64 = (file: Uint8Array) => Buffer.from(file).toString('base64')

async function formWith(file: Uint8Array, type = 'image/png', name = 'idPhoto'): Promise<Sent> {
  const data = new FormData()
  data.set(name, new File([new Uint8Array(file)], 'x', { type }))
  const request = new Request('http://localhost', { method: 'POST', body: data })
  return { raw: await request.arrayBuffer(), headers: { 'content-type': request.headers.get('content-type')! } }
}

describe('[UQ7] bad pictures', () => {
  const isType = (code: ErrorCode) => code === 'IMAGE_TYPE_UNSUPPORTED' || code === 'IMAGE_TYPE_MISMATCH'

  test.each(badPictures)('%s: %s, in JSON and in a form', async (_, code, make) => {
    const file = await make()
    const status = isType(code) ? 415 : 400
    await expectRefused(base64(file), status, code.toLowerCase())
    const inForm = await send('POST', '/api/v1/face', await formWith(file, ''))
    expect([inForm.status, inForm.json.error]).toEqual([status, code.toLowerCase()])
  })

  test('a WebP, bare and declared: 415', async () => {
    const webp = await drawPicture().webp({ lossless: true }).toBuffer()
    await expectRefused(base64(webp), 415, 'image_type_unsupported')
    await expectRefused(`data:image/webp;base64,${base64(webp)}`, 415, 'image_type_unsupported')
    expect((await send('POST', '/api/v1/face', await formWith(webp, 'image/webp'))).status).toBe(415)
  })

  test('I12 a PNG that is called JPEG: 415', async () => {
    await expectRefused(`data:image/jpeg;base64,${await photoOf()}`, 415, 'image_type_mismatch')
    const form = await formWith(await drawPicture().toBuffer(), 'image/jpeg')
    expect((await send('POST', '/api/v1/face', form)).status).toBe(415)
  })

  test.each([
    ['a bad alphabet', async () => `*${(await photoOf()).slice(1)}`],
    ['white space', async () => `${(await photoOf()).slice(0, 76)}\n${(await photoOf()).slice(76)}`],
    ['URL-safe', async () => `${Buffer.from([0xff, 0xd8, 0xff, 0xfb]).toString('base64url')}AA`],
    ['no padding', async () => (await photoOf()).replace(/=+$/, '').slice(0, -1)],
    ['too much padding', async () => `${await photoOf()}====`],
    ['unused bits', async () => '/9j/4R=='],
    ['a data URL that is not base64', async () => 'data:image/png,%89PNG'],
    ['I35 a URL', async () => 'http://169.254.169.254/latest/meta-data'],
  ])('I34 %s: 400', async (_, make) => {
    await expectRefused(await make(), 400, 'base64_invalid')
  })

  test.each([[5], [null], [true], [[]], [{}]])('J8 %j instead of base64: 400', async (picture) => {
    await expectRefused(picture, 400, 'request_invalid')
  })

  test('missing: 400', () => expectRefused(undefined, 400, 'request_invalid'))

  test.each(oddPictures)('%s is read', async (_, make) => {
    const answer = await post('/api/v1/face', { idPhoto: base64(await make()) })
    // What the random colours stand for is another matter: it was decoded.
    expect(answer.json.message ?? '').not.toMatch(/image/i)
    expect([201, 400]).toContain(answer.status)
  })

  test('I33 5 MB are read wherever they stand, one byte more is 413', async () => {
    const picture = await drawPicture({ person: 1 }).toBuffer()
    const size = 5 * 1024 * 1024
    const padded = (length: number) => Buffer.concat([picture, Buffer.alloc(length - picture.length)])
    const large = base64(padded(size))
    await expectRefused(base64(padded(size + 1)), 413, 'body_too_large')
    await expectRefused(base64(padded(size + 3)), 413, 'body_too_large')
    const both = await post('/api/v1/face/match', { sourceImage: large, targetImage: `data:image/png;base64,${large}` })
    expect(both.json).toEqual({ match: true, matchLevel: 5 })
    expect((await post('/api/v1/face', { idPhoto: large })).status).toBe(201)
    expect((await send('POST', '/api/v1/face', await formWith(padded(size)))).status).toBe(201)
    expect((await send('POST', '/api/v1/face', await formWith(padded(size + 1)))).status).toBe(413)
  })
})

describe('[UQ7] bad bodies', () => {
  const jsonPaths = [
    '/api/v1/face',
    '/api/v1/face/match',
    '/api/v1/face/one-to-n/search',
    '/api/v1/face/one-to-n/insert',
  ]

  const bad: [string, number, () => Promise<Sent> | Sent][] = [
    ['J1 an empty body', 400, () => ({ raw: '' })],
    ['J2 no JSON', 400, () => ({ raw: '{"idPhoto":' })],
    ['J8 an array', 400, () => ({ raw: '[]' })],
    ['J12 a key twice', 400, () => ({ raw: '{"idPhoto":"a","idPhoto":"b"}' })],
    ['J13 a prototype', 400, () => ({ raw: '{"__proto__":{"polluted":1}}' })],
    ['J17 very many parts', 400, () => ({ raw: `{"idPhoto":${'['.repeat(1_000_000)}` })],
    ['J17 more than any picture', 413, () => ({ raw: 'x'.repeat(15 << 20) })],
    ['no content type', 415, () => ({ raw: '{}', headers: { 'content-type': '' } })],
    ['URL-encoded', 415, () => urlEncoded({ idPhoto: 'x' })],
    ['XML', 415, () => ({ raw: '<x/>', headers: { 'content-type': 'application/xml' } })],
    ['compressed', 415, () => ({ raw: '{}', headers: { 'content-encoding': 'gzip' } })],
  ]
  test.each(bad)('%s: %i', async (_, status, make) => {
    for (const path of jsonPaths) expect((await send('POST', path, await make())).status).toBe(status)
  })

  test('fields that nobody knows are passed over', async () => {
    const answer = await post('/api/v1/face', { idPhoto: await photoOf(), something: { else: 1 } })
    expect(answer.status).toBe(201)
  })

  const form = (body: string, boundary = 'b'): Sent => ({
    raw: body,
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  })
  const part = '--b\r\ncontent-disposition: form-data; name="idPhoto"; filename="../x"\r\n\r\nx\r\n'
  const badForms: [string, () => Promise<Sent> | Sent][] = [
    ['M1 no boundary', () => ({ raw: 'x', headers: { 'content-type': 'multipart/form-data' } })],
    ['M1 not terminated', () => form(part)],
    ['M1 a boundary of 10 KB', () => form('x', 'b'.repeat(10_000))],
    ['M2 1 200 parts', () => form(`${part.repeat(1200)}--b--`)],
    ['M2 two pictures', () => form(`${part.repeat(2)}--b--`)],
    ['M3 text where a picture should be', () => form(`${part.replace('; filename="../x"', '')}--b--`)],
    ['a picture of another name', async () => formWith(await drawPicture().toBuffer(), 'image/png', 'image')],
  ]
  test.each(badForms)('%s: 400', async (_, make) => {
    expect((await send('POST', '/api/v1/face', await make())).status).toBe(400)
  })

  test('a form where JSON is asked for: 415', async () => {
    for (const path of jsonPaths.slice(1)) {
      expect((await send('POST', path, await formWith(await drawPicture().toBuffer()))).status).toBe(415)
    }
  })

  test('H13 H16 other methods: 405 with those that are; unknown paths: 404', async () => {
    for (const path of jsonPaths) {
      for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        const answer = await send(method, path)
        expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST'])
      }
    }
    for (const path of ['', '/api', '/api/v1/face/', '/api/v1/face/one-to-n', '/api/v2/face', '/api/v1/info/img']) {
      expect([404, 405]).toContain((await send('GET', path)).status)
    }
  })
})

describe('[UQ7] limits and trouble', () => {
  const openWith = async (options: Parameters<typeof openTestApp>[0]) => {
    const app = await openTestApp(options)
    const { credentials } = await app.createApplication()
    const asked = await app.send('POST', '/compat/uqudo/api/oauth/token', {
      ...urlEncoded({ grant_type: 'client_credentials', ...credentials.uqudo }),
      from: '192.0.2.99',
    })
    return { app, credentials, authorization: `Bearer ${asked.json?.access_token}` }
  }

  test('too many calls of one client, its tokens included, and of one address: 429', async () => {
    const { app, authorization } = await openWith({ apiCallsPerMinute: 3 })
    try {
      const call = async (from: string, as = authorization) =>
        checked(await app.send('GET', '/compat/uqudo/api/v1/info/img/x', { authorization: as, from }))
      for (const from of ['192.0.2.1', '192.0.2.2']) expect((await call(from)).status).toBe(404)
      const refused = await call('192.0.2.3')
      expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true])
      for (const status of [401, 401, 401, 429]) expect((await call('192.0.2.9', 'Bearer x')).status).toBe(status)
    } finally {
      await app.close()
    }
  })

  test('[MS6] trouble with pictures or the database: 503 with a time and without its reason, reported inside', async () => {
    let trouble = new MienError('RUNTIME_UNAVAILABLE')
    const analyse = () => Promise.reject(trouble)
    const { app, credentials, authorization } = await openWith({ analyser: { ...colourAnalyser, analyse } })
    const call = async () =>
      checked(
        await app.send('POST', '/compat/uqudo/api/v1/face', { authorization, body: { idPhoto: await photoOf() } }),
      )
    for (const code of ['RUNTIME_UNAVAILABLE', 'OVERLOADED', 'WORKER_CRASHED'] as const) {
      trouble = new MienError(code, { message: 'a reason' })
      const answer = await call()
      expect([answer.status, answer.json.error]).toEqual([503, code.toLowerCase()])
      expect(answer.headers.has('retry-after')).toBe(true)
      expect(answer.text).not.toContain('a reason')
    }
    await app.close()
    const id = crypto.randomUUID()
    const operations = [
      ['POST', 'face'],
      ['POST', 'face/match'],
      ['POST', 'face/one-to-n/search'],
      ['POST', 'face/one-to-n/insert'],
      ['DELETE', `face/one-to-n/search/${id}`],
      ['GET', `info/img/${id}`],
      ['DELETE', `info/${id}`],
    ] as const
    for (const [method, path] of operations) {
      const answer = checked(await app.send(method, `/compat/uqudo/api/v1/${path}`, { authorization }))
      expect([method, path, answer.status]).toEqual([method, path, 500])
    }
    const asked = await app.send('POST', '/compat/uqudo/api/oauth/token', {
      ...urlEncoded({ grant_type: 'client_credentials', ...credentials.uqudo }),
    })
    expect([asked.status, asked.text.includes(credentials.uqudo.client_secret)]).toEqual([500, false])
    expect(app.failures).toHaveLength(3 + operations.length + 1)
  })

  test('the client’s leaving reaches the work on its picture', async () => {
    let seen: AbortSignal | undefined
    const analyse = (_: Uint8Array, options?: { signal?: AbortSignal }) =>
      new Promise<never>((_, reject) => {
        seen = options?.signal
        seen?.addEventListener('abort', () => reject(new MienError('ABORTED')))
      })
    const { app, authorization } = await openWith({ analyser: { ...colourAnalyser, analyse } })
    try {
      const controller = new AbortController()
      const request = new Request('http://x/compat/uqudo/api/v1/face', {
        method: 'POST',
        body: JSON.stringify({ idPhoto: await photoOf() }),
        headers: { authorization, 'content-type': 'application/json' },
        signal: controller.signal,
      })
      const answer = app.fetch(request, {})
      await expect.poll(() => seen).toBeDefined()
      controller.abort()
      await answer
      expect(app.failures).toEqual([])
    } finally {
      await app.close()
    }
  })

  test('neither token nor secret is in any answer or report', async () => {
    expect(token).not.toBe('')
    expect(rig.failures.join()).not.toContain(token)
  })
})
