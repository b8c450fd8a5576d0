import { readFile } from 'node:fs/promises'
import type { ApplicationCredentials } from '@mien/shared/api/applications'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { framesFrom } from '../fixtures/images.ts'
import { mediaFile } from '../fixtures/media.ts'
import { startServer, type TestServer } from '../rig/server.ts'
import { isAsDescribed, readWirePairs, type WirePair } from '../rig/wire-pairs.ts'

/**
 * A backend that was written for uqudo, over a socket. Against our own server as a process, or against another system, uqudo's own
 * for instance: MIEN_CONFORMANCE_UQUDO_URL names it (without a path), MIEN_CONFORMANCE_UQUDO_CLIENT_ID and _CLIENT_SECRET the
 * client, and MIEN_CONFORMANCE_UQUDO_TOKEN_URL where its tokens come from when that is another host. What is ours alone is left out.
 */
const {
  MIEN_CONFORMANCE_UQUDO_URL: foreignUrl,
  MIEN_CONFORMANCE_UQUDO_CLIENT_ID: foreignId = '',
  MIEN_CONFORMANCE_UQUDO_CLIENT_SECRET: foreignSecret = '',
  MIEN_CONFORMANCE_UQUDO_TOKEN_URL: foreignTokenUrl,
} = process.env
const ours = foreignUrl === undefined

let server: TestServer
let application: ApplicationCredentials
let api = foreignUrl ?? ''
let tokenUrl = foreignTokenUrl ?? `${foreignUrl}/api/oauth/token`
let client = { client_id: foreignId, client_secret: foreignSecret }
let token: string
/** Two men, the first one twice. */
let a: Buffer
let again: Buffer
let b: Buffer

beforeAll(async () => {
  a = await readFile(await mediaFile('franck_01829.jpg'))
  again = await readFile(await mediaFile('franck_02683.jpg'))
  b = (await framesFrom('manB', [50]))[0]!.bytes
  if (ours) {
    server = await startServer({ MIEN_LOG_LEVEL: 'debug', MIEN_DEMO: 'off' })
    application = await server.admin.createApplication({ name: 'Bank' })
    await server.admin.changeSettings(application.application_id, { retain_images: true })
    api = `${server.url}/compat/uqudo`
    tokenUrl = `${api}/api/oauth/token`
    client = application.uqudo
  }
  token = (await (await askToken()).json()).access_token
})
afterAll(() => server?.close())

const askToken = (changes: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(tokenUrl, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', ...client, ...changes }),
  })

interface Sent {
  readonly form?: FormData
  readonly json?: unknown
  readonly secret?: string
}

const call = (method: string, path: string, { form, json, secret = token }: Sent = {}): Promise<Response> =>
  fetch(api + path, {
    method,
    headers: {
      Authorization: `Bearer ${secret}`,
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(form === undefined ? {} : { body: form }),
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  })

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
const post = async (path: string, json: unknown): Promise<any> => (await call('POST', path, { json })).json()

const base64 = (file: Buffer) => file.toString('base64')
const oneToN = '/api/v1/face/one-to-n'

describe('[UQ1] tokens', () => {
  test('for the right secret, and for half an hour', async () => {
    const answer = await askToken()
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      token_type: expect.stringMatching(/^bearer$/i),
      expires_in: expect.any(Number),
      scope: expect.any(String),
      jti: expect.any(String),
    })
  })

  test('not for a wrong one: 401', async () => {
    expect((await askToken({ client_secret: 'wrong' })).status).toBe(401)
  })
})

test('[UQ3] [UQ4] [UQ5] the operations of the document, one after the other', async () => {
  const known: Record<string, string | Buffer> = {
    '{photo a}': a,
    '{photo b}': b,
    '{6 MB}': Buffer.concat([a, Buffer.alloc(6 * 1024 * 1024)]),
    '{a text}': Buffer.from('This is a text and no picture at all'),
  }
  const ids: string[] = []
  const play = ({ request }: WirePair) => {
    const json = Object.entries(request.json ?? {}).map(([name, value]) => {
      const file = known[String(value)]
      return [name, file === undefined ? value : Buffer.from(file).toString('base64')] as const
    })
    const form = new FormData()
    for (const [name, value] of Object.entries(request.form ?? {})) {
      form.set(name, new File([new Uint8Array(known[value] as Buffer)], 'id.jpg', { type: 'image/jpeg' }))
    }
    return call(request.method, request.path.replace('{inserted}', ids.at(-1) ?? ''), {
      ...(request.form === undefined ? {} : { form }),
      ...(request.json === undefined ? {} : { json: Object.fromEntries(json) }),
      ...(request.secret === undefined ? {} : { secret: request.secret }),
    })
  }
  for (const pair of await readWirePairs('uqudo')) {
    const { status, type, body } = pair.answer
    const answer = await play(pair)
    const text = await answer.text()
    expect([pair.what, answer.status]).toEqual([pair.what, status])
    if (type === null) expect(text).toBe('')
    else expect(answer.headers.get('content-type')).toContain(type)
    // What a failure says is documented by nobody.
    if (status < 300 || ours) {
      expect(isAsDescribed(text === '' ? null : JSON.parse(text), body), `${pair.what}: ${text}`).toBe(true)
    }
    const id = status < 300 && text !== '' ? JSON.parse(text).oneToNVerificationId : undefined
    if (id !== undefined && !ids.includes(id)) ids.push(id)
  }
  for (const id of ids.slice(0, -1)) expect((await call('DELETE', `${oneToN}/search/${id}`)).status).toBe(204)
})

describe('[UQ4] match', () => {
  const match = (source: Buffer, target: Buffer, minimumMatchLevel?: number) =>
    post('/api/v1/face/match', { sourceImage: base64(source), targetImage: base64(target), minimumMatchLevel })

  test('two photographs of one man match, and two men do not, whatever the minimum', async () => {
    const same = await match(a, again)
    expect(same).toMatchObject({ match: true })
    expect(same.matchLevel).toBeGreaterThanOrEqual(3)
    for (const minimum of [1, 3, 5]) expect(await match(a, b, minimum)).toMatchObject({ match: false, matchLevel: 1 })
    expect((await match(a, again, 1)).matchLevel).toBe(same.matchLevel)
    expect((await match(a, again, 5)).matchLevel).toBe(same.matchLevel)
  })

  test.each([0, 6, 2.5])('a minimum of %f: 400', async (minimumMatchLevel) => {
    const json = { sourceImage: base64(a), targetImage: base64(a), minimumMatchLevel }
    expect((await call('POST', '/api/v1/face/match', { json })).status).toBe(400)
  })
})

describe('[UQ7] pictures', () => {
  const session = (idPhoto: string) => call('POST', '/api/v1/face', { json: { idPhoto } })

  test('5 MB are taken, one byte more is 413', async () => {
    const padded = (size: number) => base64(Buffer.concat([a, Buffer.alloc(size - a.length)]))
    expect((await session(padded(5 * 1024 * 1024))).status).toBe(201)
    expect((await session(padded(5 * 1024 * 1024 + 1))).status).toBe(413)
  })

  test('PNG is taken; GIF, WebP and PDF are 415; no face, two faces and no base64 are 400', async () => {
    const { width, height } = await sharp(a).metadata()
    const grey = sharp({ create: { width: 2 * width, height, channels: 3, background: 'grey' } })
    const two = grey.clone().composite([
      { input: a, left: 0, top: 0 },
      { input: a, left: width, top: 0 },
    ])
    const files: readonly (readonly [Buffer, number])[] = [
      [await sharp(a).png().toBuffer(), 201],
      [await sharp(a).gif().toBuffer(), 415],
      [await sharp(a).webp().toBuffer(), 415],
      [Buffer.from('%PDF-1.7'), 415],
      [await grey.clone().jpeg().toBuffer(), 400],
      [await two.jpeg().toBuffer(), 400],
    ]
    for (const [file, status] of files) expect((await session(base64(file))).status).toBe(status)
    expect((await session('not base64!')).status).toBe(400)
  })
})

describe.runIf(ours)('of our own server', () => {
  test('[UQ5] [UQ6] inserted, found by another photograph, its picture shown, deleted, found no more', async () => {
    const { oneToNVerificationId: id } = await post(`${oneToN}/insert`, { idPhoto: base64(a) })
    const found = { oneToNVerificationId: id, oneToNVerificationMatch: true }
    expect(await post(`${oneToN}/search`, { idPhoto: base64(again), insert: true })).toEqual(found)
    expect(await post(`${oneToN}/search`, { idPhoto: base64(b) })).toEqual({ oneToNVerificationMatch: false })
    const image = await call('GET', `/api/v1/info/img/${id}`)
    expect([image.status, image.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
    expect((await sharp(Buffer.from(await image.arrayBuffer())).metadata()).exif).toBeUndefined()
    expect((await call('DELETE', `${oneToN}/search/${id}`)).status).toBe(204)
    expect((await call('DELETE', `${oneToN}/search/${id}`)).status).toBe(404)
    expect((await call('GET', `/api/v1/info/img/${id}`)).status).toBe(404)
    expect(await post(`${oneToN}/search`, { idPhoto: base64(a) })).toEqual({ oneToNVerificationMatch: false })
  })

  test('[UQ6] a session, its picture, and its end', async () => {
    const { sessionId } = await post('/api/v1/face', { idPhoto: base64(a) })
    expect((await call('GET', `/api/v1/info/img/${sessionId}`)).status).toBe(200)
    expect((await call('DELETE', `/api/v1/info/${sessionId}`)).status).toBe(204)
    expect((await call('GET', `/api/v1/info/img/${sessionId}`)).status).toBe(404)
    expect((await call('DELETE', `/api/v1/info/${sessionId}`)).status).toBe(404)
  })

  test('[UQ2] a token without the scope: 403 there and nowhere else', async () => {
    const narrow = (await (await askToken({ scope: 'face:match' })).json()).access_token
    const json = { idPhoto: base64(a) }
    expect((await call('POST', `${oneToN}/search`, { json, secret: narrow })).status).toBe(403)
    const images = { sourceImage: base64(a), targetImage: base64(a) }
    expect((await call('POST', '/api/v1/face/match', { json: images, secret: narrow })).status).toBe(200)
  })

  test('[FA3] [ER9] no secret and no token is in the log, and nothing went wrong inside', () => {
    for (const text of [client.client_secret, token, '"msg":"failed"']) expect(server.log()).not.toContain(text)
  })
})
