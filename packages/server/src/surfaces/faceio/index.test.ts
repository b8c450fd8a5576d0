import { randomBytes } from 'node:crypto'
import { type ErrorCode, errorMessages, MienError } from '@mien/shared/errors'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { colourAnalyser, colouredPicture, drawPicture } from '../../../../../test/contract/colour-analyser.ts'
import {
  type Answer,
  openTestApp,
  type Sent,
  type TestApp,
  type TestApplication,
} from '../../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'
import type { WebhookPost, WebhookSender } from '../../domain/webhook-ports.ts'
import { type Endpoint, methods } from './wire.ts'

let rig: TestApp
let shop: TestApplication
let other: TestApplication
let ada: string
let gone: string
let foreign: string
let key: string

const received: WebhookPost[] = []
const receiver: WebhookSender = {
  check: async () => {},
  async post(post) {
    received.push(post)
    return { httpStatus: 204, error: null }
  },
}

beforeAll(async () => {
  rig = await openTestApp({ analyser: colourAnalyser, webhookSender: receiver })
  shop = await rig.createApplication({ reject_weak_pins: false })
  other = await rig.createApplication()
  ada = await shop.enroll(syntheticPerson(1), { payload: { name: 'Ada' } })
  gone = await shop.enroll(syntheticPerson(2))
  await shop.backend('DELETE', `/v1/subjects/${gone}`)
  foreign = await other.enroll(syntheticPerson(3))
  key = shop.credentials.faceio.api_key
})
// Whatever a request was: nothing went wrong inside, and no prototype was touched.
afterEach(() => {
  expect(rig.failures).toEqual([])
  expect(Object.prototype).not.toHaveProperty('polluted')
})
afterAll(() => rig.close())

/** Every answer is JSON whose `status` is that of HTTP; a failure says why and nothing else. */
function checked(answer: Answer): Answer {
  expect(answer.headers.get('content-type')).toBe('application/json')
  expect(answer.json.status).toBe(answer.status)
  expect([200, 400, 401, 404, 405, 429, 500]).toContain(answer.status)
  if (answer.status !== 200) expect(answer.json).toEqual({ status: answer.status, error: expect.any(String) })
  expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  expect(answer.headers.get('set-cookie')).toBeNull()
  return answer
}

const send = async (method: string, path: string, sent: Sent = {}) =>
  checked(await rig.send(method, `/compat/faceio/${path}`, sent))
const withKey = (parameters: Record<string, string>) => new URLSearchParams({ key, ...parameters })
const get = (name: Endpoint, parameters: Record<string, string> = {}) => send('GET', `${name}?${withKey(parameters)}`)
const post = (name: Endpoint, body: object) => send('POST', name, { body: { key, ...body } })
const payloadOf = async (id: string) => (await shop.backend('GET', `/v1/subjects/${id}`)).json.payload
const enrollAnyone = () => shop.enroll(syntheticPerson(1000 + randomBytes(3).readUIntBE(0, 3)))

function form(fields: Record<string, string>): FormData {
  const data = new FormData()
  for (const [name, value] of Object.entries(fields)) data.set(name, value)
  return data
}
/** A content type of its own, which the helper would otherwise set to JSON. */
async function multipart(data: FormData): Promise<Sent> {
  const request = new Request('http://localhost', { method: 'POST', body: data })
  return { raw: await request.arrayBuffer(), headers: { 'content-type': request.headers.get('content-type')! } }
}
const urlEncoded = (text: string): Sent => ({
  raw: text,
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
})

describe('[FA2] the key opens the same door wherever it stands', () => {
  const ways: [string, () => Promise<Answer>][] = [
    ['WWW-Authenticate', () => send('GET', 'stat', { headers: { 'www-authenticate': `Bearer ${key}` } })],
    ['Authorization', () => send('GET', 'stat', { authorization: `Bearer ${key}` })],
    ['H3 any case of the scheme', () => send('GET', 'stat', { authorization: `bearer ${key}` })],
    ['H5 the query', () => send('GET', `stat?key=${key}`)],
    ['the query of a POST without a body', () => send('POST', `stat?key=${key}`)],
    ['a URL-encoded form', () => send('POST', 'stat', urlEncoded(`key=${key}`))],
    ['a multipart form', async () => send('POST', 'stat', await multipart(form({ key })))],
    ['JSON', () => send('POST', 'stat', { body: { key } })],
    ['several places alike', () => send('POST', `stat?key=${key}`, { authorization: `Bearer ${key}`, body: { key } })],
  ]
  test.each(ways)('%s', async (_, call) => {
    expect(await call()).toMatchObject({ status: 200, json: { total_indexed_faces: 1 } })
  })

  const missing: [string, () => Promise<Answer>][] = [
    ['H1 none', () => send('GET', 'stat')],
    ['H1 none in a body', () => send('POST', 'stat', { body: {} })],
    ['H3 no token', () => send('GET', 'stat', { authorization: 'Bearer' })],
    ['H3 Basic', () => send('GET', 'stat', { authorization: `Basic ${key}` })],
    ['H3 extra spaces', () => send('GET', 'stat', { authorization: `Bearer  ${key}` })],
    ['H3 10 KB', () => send('GET', 'stat', { authorization: `Bearer ${'a'.repeat(10_000)}` })],
    ['H3 not ASCII', () => send('GET', `stat?key=${encodeURIComponent('ключ')}`)],
    ['H3 a bad header beside a good parameter', () => send('GET', `stat?key=${key}`, { authorization: 'Basic x' })],
    ['H4 unknown', () => send('GET', `stat?key=${'0'.repeat(32)}`)],
    ['H4 upper case', () => send('GET', `stat?key=${'ABCDEF0123456789'.repeat(2)}`)],
    ['H4 empty', () => send('GET', 'stat?key=')],
    ['H4 the native secret key', () => send('GET', 'stat', { authorization: `Bearer ${shop.credentials.secret_key}` })],
    ['H4 the key of another dialect', () => send('GET', `stat?key=${shop.credentials.ufme.api_key}`)],
    ['H6 the public id', () => send('GET', `stat?key=${shop.credentials.public_id}`)],
    ['a number', () => send('POST', 'stat', { body: { key: 12 } })],
    ['null', () => send('POST', 'stat', { body: { key: null } })],
  ]
  test.each(missing)('401: %s', async (_, call) => {
    const answer = await call()
    expect(answer.json).toEqual({ status: 401, error: 'Credentials are missing or not valid' })
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="mien"')
  })

  const wrong = 'f'.repeat(32)
  const twice: [string, () => Promise<Answer>][] = [
    ['H2 two in one header', () => send('GET', 'stat', { authorization: `Bearer ${key}, Bearer ${key}` })],
    [
      'two headers',
      () => send('GET', 'stat', { authorization: `Bearer ${key}`, headers: { 'www-authenticate': `Bearer ${wrong}` } }),
    ],
    ['header and body', () => send('POST', 'stat', { authorization: `Bearer ${key}`, body: { key: wrong } })],
    ['query and body', () => send('POST', `stat?key=${key}`, { body: { key: wrong } })],
    ['D9 twice in the query', () => send('GET', `stat?key=${key}&key=${wrong}`)],
    ['D9 as an array', () => send('GET', `stat?key[]=${key}`)],
    ['J12 twice in JSON', () => send('POST', 'stat', { raw: `{"key":"${key}","key":"${wrong}"}` })],
    [
      'twice in a multipart form',
      async () => {
        const data = form({ key })
        data.append('key', wrong)
        return send('POST', 'stat', await multipart(data))
      },
    ],
  ]
  test.each(twice)('400, two of them: %s', async (_, call) => {
    expect((await call()).status).toBe(400)
  })

  test('H4 a replaced key stops at once', async () => {
    const shed = await rig.createApplication()
    const { application_id: id, faceio } = shed.credentials
    const admin = { authorization: `Bearer ${rig.adminToken}` }
    const rotated = await rig.send('POST', `/v1/admin/applications/${id}/keys`, { ...admin, body: { kind: 'faceio' } })
    expect((await send('GET', `stat?key=${faceio.api_key}`)).status).toBe(401)
    expect((await send('GET', `stat?key=${rotated.json.secret}`)).status).toBe(200)
  })
})

describe('[FA1] each endpoint answers as documented', () => {
  test.each(['GET', 'POST'])('deletefacialid by %s: purged, then unknown', async (method) => {
    const id = await enrollAnyone()
    const path = `deletefacialid?${withKey({ fid: id })}`
    expect((await send(method, path)).json).toEqual({ status: 200, payload: true })
    expect((await send(method, path)).status).toBe(404)
    expect((await get('checkfacialid', { fid: id })).json).toEqual({ status: 200, valid: false })
    expect((await shop.backend('GET', `/v1/subjects/${id}`)).status).toBe(410)
  })

  test('a deletion is told to webhooks, with the address of the backend that asked', async () => {
    const added = await shop.backend('POST', '/v1/webhooks', { url: 'https://receiver.example/hook' })
    const id = await enrollAnyone()
    await send('GET', `deletefacialid?${withKey({ fid: id })}`, { from: '192.0.2.7' })
    await rig.dispatcher.runDue()
    await shop.backend('DELETE', `/v1/webhooks/${added.json.webhook_id}`)
    const bodies = received.map(({ body }) => JSON.parse(body))
    expect(bodies.at(-1)).toMatchObject({ eventName: 'deletion', facialId: id, clientIp: '192.0.2.7' })
  })

  test('checkfacialid: true for who is there, false for anybody else', async () => {
    expect((await get('checkfacialid', { fid: ada })).json).toEqual({ status: 200, valid: true })
    for (const id of [gone, foreign, crypto.randomUUID()]) {
      expect((await get('checkfacialid', { fid: id })).json).toEqual({ status: 200, valid: false })
    }
  })

  test('a facial id may come as `fid` or `facialid`, with dashes or without', async () => {
    const plain = ada.replaceAll('-', '')
    for (const parameters of [{ fid: plain }, { facialid: ada }, { facialid: plain }, { fid: ada, facialid: ada }]) {
      expect((await get('checkfacialid', parameters as never)).json.valid).toBe(true)
      expect((await post('checkfacialid', parameters)).json.valid).toBe(true)
    }
    expect((await get('checkfacialid', { fid: ada, facialid: gone })).status).toBe(400)
  })

  test('an id that FACEIO gave out is nobody here, not a mistake', async () => {
    const fid = '7689058114b74dc989d5b02f4799a40bfioa715c'
    expect((await get('checkfacialid', { fid })).json).toEqual({ status: 200, valid: false })
    expect((await get('deletefacialid', { fid })).status).toBe(404)
  })

  test('stat counts calls and people, newest first', async () => {
    const fresh = await rig.createApplication()
    const ask = () => send('GET', `stat?key=${fresh.credentials.faceio.api_key}`)
    expect((await ask()).json).toEqual({
      status: 200,
      total_api_calls: 1,
      total_indexed_faces: 0,
      last_indexed_faces: [],
    })
    const ids: string[] = []
    for (let i = 0; i < 12; i++) {
      rig.clock.advance(1)
      ids.unshift(await fresh.enroll(syntheticPerson(400 + i)))
    }
    await send('GET', `checkfacialid?key=${fresh.credentials.faceio.api_key}`)
    expect((await ask()).json).toEqual({
      status: 200,
      total_api_calls: 3,
      total_indexed_faces: 12,
      last_indexed_faces: ids.slice(0, 10),
    })
  })

  test.each(['GET', 'POST'])('about and status by %s need no key', async (method) => {
    expect((await send(method, 'about')).json).toEqual({ status: 200, payload: expect.stringContaining('Mien') })
    expect((await send(method, 'status')).json).toEqual({ status: 200, payload: expect.any(String) })
  })

  test('a key of one application says nothing of another one', async () => {
    for (const name of ['deletefacialid', 'setfacialidpayload', 'setfacialidpincode'] as const) {
      const mine = await post(name, { fid: foreign, payload: 'x', pin: '8305' })
      const nobody = await post(name, { fid: crypto.randomUUID(), payload: 'x', pin: '8305' })
      expect(mine.text).toBe(nobody.text)
      expect(mine.status).toBe(404)
    }
  })

  test.each(Object.keys(methods) as Endpoint[])(
    'H13 H16 %s: other methods are 405 and change nothing',
    async (name) => {
      const id = await enrollAnyone()
      const pin = { pin: '8305', payload: 'x', fid: id }
      const allowed: readonly string[] = methods[name]
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].filter((m) => !allowed.includes(m))) {
        const answer = await send(method, `${name}?${withKey(pin)}`)
        expect(answer.status).toBe(405)
        expect(answer.headers.get('allow')).toBe(allowed.join(', '))
      }
      expect((await rig.send('HEAD', `/compat/faceio/${name}?${withKey(pin)}`)).status).toBe(405)
      expect((await shop.backend('GET', `/v1/subjects/${id}`)).json).toMatchObject({ payload: null, has_pin: false })
    },
  )

  test('H8 a preflight gets no permission', async () => {
    const headers = { origin: 'https://shop.example', 'access-control-request-method': 'POST' }
    expect((await send('OPTIONS', 'stat', { headers })).status).toBe(405)
  })

  test.each(['', 'unknown', 'stat/', 'STAT', 'v1/stat', '%00', '..%2fstat'])('404: /%s', async (path) => {
    expect((await send('GET', `${path}?key=${key}`)).status).toBe(404)
  })

  test.each(['application/xml', 'text/html', '*/*', 'nonsense'])('H15 Accept %s: JSON all the same', async (accept) => {
    expect((await send('GET', 'about', { headers: { accept } })).status).toBe(200)
  })
})

describe('identifiers', () => {
  const bad: [string, string][] = [
    ['D1 quotes', "' OR 1=1--"],
    ['D1 a statement', '"; DROP TABLE subjects'],
    ['D1 a placeholder', '$1'],
    ['D1 a backslash', '\\'],
    ['D2 markup', `<x/>&"']]>`],
    ['D3 10 000 characters', 'a'.repeat(10_000)],
    ['D4 NUL', '\0'],
    ['D5 upper case', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'],
    ['D5 braces', '{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}'],
    ['D5 dashes elsewhere', 'a0eebc999-c0b-4ef8-bb6d-6bb9bd380a11'],
    ['D6 full width', 'ａ0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
    ['D6 Cyrillic', 'а0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
    ['missing', ''],
  ]
  test.each(bad)('400: %s', async (_, fid) => {
    for (const name of ['deletefacialid', 'checkfacialid'] as const) {
      expect((await post(name, { fid })).status).toBe(400)
    }
    if (fid.length < 100) expect((await get('checkfacialid', { fid })).status).toBe(400)
    expect((await post('setfacialidpayload', { fid, payload: 'x' })).status).toBe(400)
    expect((await post('setfacialidpincode', { fid, pin: '8305' })).status).toBe(400)
  })

  test.each(['%ff', '%ZZ', '%'])('D4 %s in a query is no text: 400', async (text) => {
    expect((await send('GET', `checkfacialid?key=${key}&fid=${text}`)).status).toBe(400)
  })

  test.each([[1], [null], [true], [[]], [{}]])('J8 %j instead of text: 400', async (fid) => {
    expect((await post('checkfacialid', { fid })).status).toBe(400)
  })

  test('D7 D8 another application’s, an unknown and a deleted id look alike', async () => {
    const [a, b, c] = await Promise.all(
      [foreign, crypto.randomUUID(), gone].map((fid) => get('deletefacialid', { fid })),
    )
    expect([a!.status, b!.status, c!.status]).toEqual([404, 404, 404])
    expect(a!.text).toBe(b!.text)
  })

  test('D9 a parameter twice: 400', async () => {
    expect((await send('GET', `checkfacialid?key=${key}&fid=${ada}&fid=${ada}`)).status).toBe(400)
    expect((await send('GET', `checkfacialid?key=${key}&fid[]=${ada}`)).status).toBe(400)
    expect((await send('POST', `checkfacialid?key=${key}&fid=${ada}`, { body: { fid: gone } })).status).toBe(400)
  })

  test('parameters that nobody asked for are passed over', async () => {
    expect((await get('checkfacialid', { fid: ada, level: 'A3' })).json.valid).toBe(true)
  })
})

describe('[FA6] payloads', () => {
  const cases: [string, unknown, unknown][] = [
    ['text', 'plain text, not JSON', 'plain text, not JSON'],
    ['empty text', '', ''],
    ['JSON as text', '{"email":"ada@shop.example","n":[1,2]}', { email: 'ada@shop.example', n: [1, 2] }],
    ['a number as text', '42', 42],
    ['digits that JSON does not take', '007', '007'],
    ['JSON in JSON', { a: [true, null] }, { a: [true, null] }],
    ['J23 what a person may write', '\u202eevil A\u0301 👩‍👩‍👧 "\'<&]]>', '\u202eevil A\u0301 👩‍👩‍👧 "\'<&]]>'],
    ['null', null, null],
  ]
  test.each(cases)('%s', async (_, payload, stored) => {
    expect((await post('setfacialidpayload', { fid: ada, payload })).json).toEqual({ status: 200, payload: true })
    expect(await payloadOf(ada)).toEqual(stored)
  })

  test('come in the query of a POST, in a form, and reach the page after the next login', async () => {
    const text = 'a+b & c=d %41 é'
    const query = `setfacialidpayload?${withKey({ fid: ada, payload: text })}`
    for (const sent of [
      () => send('POST', query),
      () => send('POST', 'setfacialidpayload', urlEncoded(String(withKey({ fid: ada, payload: text })))),
      async () => send('POST', 'setfacialidpayload', await multipart(form({ key, fid: ada, payload: text }))),
    ]) {
      await post('setfacialidpayload', { fid: ada, payload: 'before' })
      expect((await sent()).json).toEqual({ status: 200, payload: true })
      expect(await payloadOf(ada)).toBe(text)
    }
    const login = await shop.run('authenticate', syntheticPerson(1))
    expect(login).toMatchObject({ status: 'ok', disclosed: { payload: text } })
  })

  const limits: [string, unknown, number][] = [
    ['16 384 bytes of text', 'x'.repeat(16_384), 200],
    ['one more', 'x'.repeat(16_385), 400],
    ['16 384 bytes of what JSON escapes', '"'.repeat(16_384), 200],
    ['16 383 bytes in three-byte characters', '€'.repeat(5461), 200],
    ['16 386 of them', '€'.repeat(5462), 400],
    ['JSON text of 16 384 bytes', JSON.stringify('x'.repeat(16_382)), 200],
    ['JSON text of 16 385 bytes', JSON.stringify('x'.repeat(16_383)), 400],
    ['a JSON value of 16 384 bytes', { a: 'x'.repeat(16_376) }, 200],
    ['a JSON value of 16 385 bytes', { a: 'x'.repeat(16_377) }, 400],
  ]
  test.each(limits)('J9 %s: %#', async (_, payload, status) => {
    await post('setfacialidpayload', { fid: ada, payload: 'before' })
    expect((await post('setfacialidpayload', { fid: ada, payload })).status).toBe(status)
    if (status === 400) expect(await payloadOf(ada)).toBe('before')
  })

  const ambiguous: [string, string][] = [
    ['J10 too deep', `${'['.repeat(33)}${']'.repeat(33)}`],
    ['J11 __proto__', '{"__proto__":{"polluted":true}}'],
    ['J12 a key twice', '{"a":1,"a":2}'],
    ['J15 NUL', 'a\0b'],
    ['J15 NUL inside JSON', '"\\u0000"'],
    ['J16 a lone surrogate', '\ud800'],
    ['J18 1e400', '1e400'],
  ]
  test.each(ambiguous)('%s: 400 and nothing changes', async (_, payload) => {
    await post('setfacialidpayload', { fid: ada, payload: 'before' })
    expect((await post('setfacialidpayload', { fid: ada, payload })).status).toBe(400)
    expect(await payloadOf(ada)).toBe('before')
  })

  test('missing: 400', async () => {
    expect((await post('setfacialidpayload', { fid: ada })).status).toBe(400)
  })
})

describe('[FA5] PINs', () => {
  /** Whether this PIN is the one that a login by PIN takes. */
  async function opens(pin: string): Promise<boolean> {
    const { session, challenge } = await shop.begin({ operation: 'authenticate' })
    const pending = (await shop.submit({ session, challenge }, syntheticPerson(1))).json
    expect(pending.status).toBe('step_up')
    const body = { submission_id: pending.submission_id, pin }
    const answer = await rig.send('POST', '/v1/step-ups', { authorization: `Session ${session.client_token}`, body })
    return answer.json.status === 'ok'
  }
  const settings = (patch: object) =>
    rig.send('PATCH', `/v1/admin/applications/${shop.credentials.application_id}/settings`, {
      authorization: `Bearer ${rig.adminToken}`,
      body: patch,
    })

  test('P1 leading zeros are kept and asked for afterwards', async () => {
    await settings({ pin_authenticate: 'always' })
    for (const pin of ['0000', '0007']) {
      expect((await post('setfacialidpincode', { fid: ada, pin })).json).toEqual({ status: 200, payload: true })
      expect(await opens(String(Number(pin)))).toBe(false)
      expect(await opens(pin)).toBe(true)
    }
    await settings({ pin_authenticate: 'when_close' })
  })

  test.each(['8305', '1234567890123456'])('P3 %s is long enough and not too long', async (pin) => {
    expect((await post('setfacialidpincode', { fid: ada, pin })).status).toBe(200)
    expect((await send('POST', `setfacialidpincode?${withKey({ fid: ada, pin })}`)).status).toBe(200)
  })

  const bad: [string, unknown][] = [
    ['P2 three digits', '123'],
    ['P2 seventeen', '12345678901234567'],
    ['a letter', '12a4'],
    ['P5 Arabic-Indic', '٠١٢٣'],
    ['P5 full width', '１２３４'],
    ['P5 circled', '①②③④'],
    ['P6 a space in front', ' 1234'],
    ['P6 a line end', '1234\n'],
    ['P6 a zero-width space', '1234\u200b'],
    ['P6 a space inside', '12 34'],
    ['P7 a number', 8305],
    ['P7 an exponent', 1e10],
    ['P7 hexadecimal', '0x12'],
    ['P7 a sign', '+8305'],
    ['P7 null', null],
    ['P7 an array', ['8305']],
    ['missing', undefined],
    ['empty', ''],
  ]
  test.each(bad)('%s: 400', async (_, pin) => {
    const id = await enrollAnyone()
    expect((await post('setfacialidpincode', { fid: id, pin })).status).toBe(400)
    expect((await shop.backend('GET', `/v1/subjects/${id}`)).json.has_pin).toBe(false)
  })

  test.each(['1234', '0000', '1212', '2580', '19840101', '123456'])(
    'P4 %s is weak where the application says so',
    async (pin) => {
      await settings({ reject_weak_pins: true })
      const refused = await post('setfacialidpincode', { fid: ada, pin })
      await settings({ reject_weak_pins: false })
      expect(refused.status).toBe(400)
      expect((await post('setfacialidpincode', { fid: ada, pin })).status).toBe(200)
    },
  )

  test('a PIN that somebody else has is refused where PINs are unique', async () => {
    await settings({ unique_pins: true })
    const [a, b] = [await enrollAnyone(), await enrollAnyone()]
    expect((await post('setfacialidpincode', { fid: a, pin: '90417263' })).status).toBe(200)
    expect((await post('setfacialidpincode', { fid: b, pin: '90417263' })).status).toBe(400)
    await settings({ unique_pins: false })
  })

  test('an unknown person: 404', async () => {
    expect((await post('setfacialidpincode', { fid: gone, pin: '8305' })).status).toBe(404)
  })
})

describe('[FA4] bodies', () => {
  const call = (sent: Sent) => send('POST', `checkfacialid?key=${key}`, sent)
  const mark = 'mark-of-a-boundary'
  const boundary = (boundaryText: string) => ({ 'content-type': `multipart/form-data; boundary=${boundaryText}` })
  const part = (head: string, text: string) => `--${mark}\r\nContent-Disposition: form-data; ${head}\r\n\r\n${text}\r\n`
  const bytes = (...parts: (string | number[])[]) => Buffer.concat(parts.map((each) => Buffer.from(each as string)))

  const bad: [string, string, Sent][] = [
    ['J1 empty', errorMessages.JSON_INVALID, { raw: '' }],
    ['J2 NaN', errorMessages.JSON_INVALID, { raw: '{"fid":NaN}' }],
    ['J2 a trailing comma', errorMessages.JSON_INVALID, { raw: '{"fid":"x",}' }],
    ['J10 depth 20 000', errorMessages.JSON_DEPTH, { raw: `{"fid":${'['.repeat(20_000)}${']'.repeat(20_000)}}` }],
    ['J11 __proto__', errorMessages.UNKNOWN_FIELD, { raw: '{"__proto__":{"polluted":true}}' }],
    ['J12 a key twice', errorMessages.JSON_DUPLICATE_KEY, { raw: '{"fid":"a","fid":"a"}' }],
    ['J13 not UTF-8', errorMessages.UTF8_INVALID, { raw: bytes('{"fid":"', [0xff, 0xfe], '"}') }],
    ['J14 a byte order mark', 'The body starts with a byte order mark', { raw: bytes([0xef, 0xbb, 0xbf], '{}') }],
    ['J17 1 MB', errorMessages.BODY_TOO_LARGE, { raw: `{"fid":"${'x'.repeat(1_000_000)}"}` }],
    [
      'J17 many keys',
      errorMessages.BODY_TOO_LARGE,
      { raw: `{${Array.from({ length: 20_000 }, (_, i) => `"k${i}":1`).join()}}` },
    ],
    ['J19 an array', errorMessages.JSON_OBJECT_REQUIRED, { raw: '[]' }],
    ['J19 null', errorMessages.JSON_OBJECT_REQUIRED, { raw: 'null' }],
    [
      'J20 text/plain',
      errorMessages.CONTENT_TYPE_UNSUPPORTED,
      { raw: '{}', headers: { 'content-type': 'text/plain' } },
    ],
    ['J20 no type', errorMessages.CONTENT_TYPE_UNSUPPORTED, { raw: bytes('{}'), headers: { 'content-type': '' } }],
    [
      'J20 utf-16',
      errorMessages.CONTENT_TYPE_UNSUPPORTED,
      { raw: '{}', headers: { 'content-type': 'application/json; charset=utf-16' } },
    ],
    ['J21 gzip', errorMessages.CONTENT_ENCODING_UNSUPPORTED, { raw: '{}', headers: { 'content-encoding': 'gzip' } }],
    ['M1 no boundary', 'The form is not well formed', { raw: 'x', headers: { 'content-type': 'multipart/form-data' } }],
    ['M1 not ended', 'The form is not well formed', { raw: part('name="fid"', 'x'), headers: boundary(mark) }],
    ['M1 a boundary of 10 KB', 'The form is not well formed', { raw: 'x', headers: boundary('b'.repeat(10_000)) }],
    [
      'M2 1 200 parts',
      'The form is not well formed',
      { raw: `${part('name="a"', '').repeat(1200)}--${mark}--`, headers: boundary(mark) },
    ],
    [
      'M2 a long name',
      'The request has too many parameters',
      { raw: `${part(`name="${'n'.repeat(65)}"`, '')}--${mark}--`, headers: boundary(mark) },
    ],
    [
      'M2 a name twice',
      errorMessages.PARAM_DUPLICATE,
      { raw: `${part('name="a"', '').repeat(2)}--${mark}--`, headers: boundary(mark) },
    ],
    [
      'M2 a path as file name',
      'Files are not accepted: send the field as text',
      { raw: `${part('name="fid"; filename="../../x"', 'x')}--${mark}--`, headers: boundary(mark) },
    ],
    [
      'M3 a file instead of text',
      'Files are not accepted: send the field as text',
      { raw: `${part('name="fid"; filename="a.txt"', 'x')}--${mark}--`, headers: boundary(mark) },
    ],
    [
      'M3 not UTF-8',
      errorMessages.UTF8_INVALID,
      { raw: bytes(part('name="fid"', 'x'), `--${mark}\r\n`, [0xff], `--${mark}--`), headers: boundary(mark) },
    ],
    ['a form that is not UTF-8', 'A parameter is not percent-encoded UTF-8', { ...urlEncoded('fid=%ff') }],
    [
      'a form of 100 fields',
      'The request has too many parameters',
      { ...urlEncoded(Array.from({ length: 100 }, (_, i) => `a${i}=1`).join('&')) },
    ],
  ]
  test.each(bad)('%s: 400, %s', async (_, error, sent) => {
    expect((await call(sent)).json).toEqual({ status: 400, error })
  })

  test('a field called __proto__ is a field like any other', async () => {
    const raw = `${part('name="__proto__"', 'x')}${part('name="fid"', ada)}--${mark}--`
    expect((await call({ raw, headers: boundary(mark) })).json.valid).toBe(true)
    expect((await call(urlEncoded(`__proto__=x&fid=${ada}`))).json.valid).toBe(true)
  })

  test('J20 a charset that is UTF-8 may be named', async () => {
    const headers = { 'content-type': 'application/json; charset=UTF-8' }
    expect((await call({ body: { fid: ada }, headers })).json.valid).toBe(true)
  })

  test('H4 a wrong key outside the body is refused before the body is looked at', async () => {
    expect((await send('POST', `stat?key=${'0'.repeat(32)}`, { raw: '{' })).status).toBe(401)
  })
})

describe('[FA7] pictures', () => {
  const verify = async (src: string, target?: string) =>
    post('faceverify', { src, target: target ?? (await colouredPicture()) })
  const base64 = (file: Uint8Array) => Buffer.from(file).toString('base64')

  test('faceverify: the same person and somebody else', async () => {
    const same = (await verify(await colouredPicture())).json
    expect(same).toEqual({ status: 200, dist: expect.closeTo(0, 5), sim: expect.closeTo(1, 5), same_person: true })
    const { dist, sim, same_person } = (await verify(await colouredPicture({ person: 2 }))).json
    expect(same_person).toBe(false)
    expect(sim).toBeCloseTo(Math.max(0, 1 - dist), 10)
  })

  test.each([
    [21, { age: 21, gender: 'male' }],
    [34, { age: 34, gender: 'female' }],
  ])('agecheck: %i', async (person, expected) => {
    const img = await colouredPicture({ person })
    expect((await post('agecheck', { img })).json).toEqual({ status: 200, ...expected })
  })

  test('as a form, in a data URL, and with the key in a header', async () => {
    const img = await colouredPicture({ person: 9 })
    const url = `data:image/png;base64,${img}`
    expect((await send('POST', 'agecheck', await multipart(form({ key, img })))).json.age).toBe(9)
    expect((await send('POST', 'agecheck', urlEncoded(String(withKey({ img: url }))))).json.age).toBe(9)
    const header = { 'www-authenticate': `Bearer ${key}` }
    expect((await send('POST', 'agecheck', { headers: header, body: { img: url } })).json.age).toBe(9)
  })

  const noise = () => sharp(randomBytes(200 * 160 * 3), { raw: { width: 200, height: 160, channels: 3 } })
  const text = (content: string) => base64(Buffer.from(content))
  const notBase64 = 'The picture is not strict base64'
  const cut = (file: Buffer, share: number) => base64(file.subarray(0, Math.floor(file.length * share)))
  const bad: [string, ErrorCode, () => Promise<string> | string][] = [
    ['I1 nothing', 'IMAGE_EMPTY', () => ''],
    ['I1 a data URL of nothing', 'IMAGE_EMPTY', () => 'data:image/png;base64,'],
    ['I2 20 bytes of a JPEG', 'IMAGE_TRUNCATED', async () => base64((await noise().jpeg().toBuffer()).subarray(0, 20))],
    ['I3 half a JPEG', 'IMAGE_TRUNCATED', async () => cut(await noise().jpeg().toBuffer(), 0.5)],
    [
      'I4 a JPEG without its end',
      'IMAGE_TRUNCATED',
      async () => base64((await noise().jpeg().toBuffer()).subarray(0, -2)),
    ],
    ['I11 a GIF', 'IMAGE_TYPE_UNSUPPORTED', async () => base64(await noise().gif().toBuffer())],
    [
      'I12 a GIF that is called JPEG',
      'IMAGE_TYPE_UNSUPPORTED',
      async () => `data:image/jpeg;base64,${base64(await noise().gif().toBuffer())}`,
    ],
    [
      'I12 a PNG that is called JPEG',
      'IMAGE_TYPE_MISMATCH',
      async () => `data:image/jpeg;base64,${await colouredPicture()}`,
    ],
    [
      'I13 an SVG',
      'IMAGE_TYPE_UNSUPPORTED',
      () => text('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'),
    ],
    [
      'I14 a huge SVG',
      'IMAGE_TYPE_UNSUPPORTED',
      () => text('<svg xmlns="http://www.w3.org/2000/svg" width="100000" height="100000"/>'),
    ],
    ['I15 HTML', 'IMAGE_TYPE_UNSUPPORTED', () => text('<html>')],
    ['I15 PDF', 'IMAGE_TYPE_UNSUPPORTED', () => text('%PDF-1.7')],
    ['I16 TIFF', 'IMAGE_TYPE_UNSUPPORTED', async () => base64(await noise().tiff().toBuffer())],
    ['I16 AVIF', 'IMAGE_TYPE_UNSUPPORTED', async () => base64(await noise().avif().toBuffer())],
    ['I25 1 x 1', 'IMAGE_DIMENSIONS', async () => base64(await noise().resize(1, 1).png().toBuffer())],
    [
      'I25 a strip',
      'IMAGE_DIMENSIONS',
      async () => base64(await noise().resize(64, 1000, { fit: 'fill' }).png().toBuffer()),
    ],
    ['I26 no face', 'NO_FACE', () => colouredPicture({ faces: 0 })],
    ['I27 two faces', 'MANY_FACES', () => colouredPicture({ faces: 2 })],
    ['I28 a tiny face', 'FACE_TOO_SMALL', () => colouredPicture({ eyes: 20 })],
    ['I34 a bad alphabet', 'BASE64_INVALID', async () => `*${(await colouredPicture()).slice(1)}`],
    [
      'I34 white space',
      'BASE64_INVALID',
      async () => `${(await colouredPicture()).slice(0, 76)}\n${(await colouredPicture()).slice(76)}`,
    ],
    ['I34 URL-safe', 'BASE64_INVALID', () => `${Buffer.from([0xff, 0xd8, 0xff, 0xfb]).toString('base64url')}AA`],
    ['I34 no padding', 'BASE64_INVALID', async () => (await colouredPicture()).replace(/=+$/, '').slice(0, -1)],
    ['I34 too much padding', 'BASE64_INVALID', async () => `${await colouredPicture()}====`],
    ['I34 unused bits', 'BASE64_INVALID', () => '/9j/4R=='],
    ['I34 data:image/svg+xml', 'IMAGE_TYPE_UNSUPPORTED', () => `data:image/svg+xml;base64,${text('<svg/>')}`],
    ['I34 a data URL that is not base64', 'BASE64_INVALID', () => 'data:image/png,%89PNG'],
    ['I35 a URL', 'BASE64_INVALID', () => 'http://169.254.169.254/latest/meta-data'],
    ['I35 a file', 'BASE64_INVALID', () => 'file:///etc/passwd'],
  ]
  test.each(bad)('%s: 400 for %s, on either side', async (_, code, make) => {
    const picture = await make()
    const refused = { status: 400, error: code === 'BASE64_INVALID' ? notBase64 : errorMessages[code] }
    expect((await verify(picture)).json).toEqual(refused)
    expect((await verify(await colouredPicture(), picture)).json).toEqual(refused)
    expect((await post('agecheck', { img: picture })).json).toEqual(refused)
  })

  test('I17 a small file of very many pixels: 400, without decoding it', async () => {
    const create = { width: 9000, height: 9000, channels: 3, background: 'red' } as const
    const bomb = await sharp({ create, limitInputPixels: false }).png({ compressionLevel: 9 }).toBuffer()
    expect((await post('agecheck', { img: base64(bomb) })).status).toBe(400)
  })

  test.for([
    ['I5 CMYK', () => noise().toColourspace('cmyk').jpeg()],
    ['I7 16 bits', () => noise().toColourspace('rgb16').png()],
    ['I8 grey', () => noise().greyscale().jpeg()],
    ['I10 a palette', () => noise().png({ palette: true })],
    ['I21 bytes after the end', () => drawPicture()],
  ] as const)('%s is read', async ([, make]) => {
    const file = Buffer.concat([await make().toBuffer(), randomBytes(1000)])
    const { status, error } = (await post('agecheck', { img: base64(file) })).json
    // What the random colours stand for is another matter: it was decoded.
    expect(error ?? '').not.toMatch(/image/i)
    expect([200, 400]).toContain(status)
  })

  test('I33 J17 more than 12 MB: 400', async () => {
    expect((await post('agecheck', { img: 'A'.repeat(12 * 1024 * 1024) })).status).toBe(400)
  })

  test('J17 a large body of very many parts is refused before it is parsed', async () => {
    for (const raw of [`{"img":${'['.repeat(1_000_000)}`, `{"img":[${'1,'.repeat(1_000_000)}1]}`]) {
      expect((await send('POST', `agecheck?key=${key}`, { raw })).status).toBe(400)
    }
    expect((await send('POST', `agecheck?key=${key}`, urlEncoded('a=1&'.repeat(1_000_000)))).status).toBe(400)
  })

  test.each([
    ['missing', undefined],
    ['a number', 5],
    ['null', null],
    ['an object', {}],
  ])('%s: 400', async (_, img) => {
    expect((await post('agecheck', { img })).status).toBe(400)
  })
})

describe('[FA8] limits and trouble', () => {
  test('too many calls of one key, and of one address without one: 429', async () => {
    const tight = await openTestApp({ apiCallsPerMinute: 3 })
    try {
      const { credentials } = await tight.createApplication()
      const stat = (from: string) =>
        tight.send('GET', `/compat/faceio/stat?key=${credentials.faceio.api_key}`, { from })
      for (const from of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) expect((await stat(from)).status).toBe(200)
      const refused = checked(await stat('192.0.2.4'))
      expect(refused.status).toBe(429)
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
      const statuses: number[] = []
      for (let i = 0; i < 4; i++) {
        statuses.push((await tight.send('GET', '/compat/faceio/stat?key=x', { from: '192.0.2.9' })).status)
      }
      expect(statuses).toEqual([401, 401, 401, 429])
    } finally {
      await tight.close()
    }
  })

  test('large bodies of one network without a good key: 429, and those with one are not counted', async () => {
    const shy = await openTestApp({ analyser: colourAnalyser })
    try {
      const { credentials } = await shy.createApplication()
      const img = await colouredPicture()
      const call = (apiKey: string, from: string) =>
        shy.send('POST', '/compat/faceio/agecheck', { body: { key: apiKey, img }, from })
      for (let i = 0; i < 15; i++) expect((await call(credentials.faceio.api_key, '2001:db8::1')).status).toBe(200)
      const statuses: number[] = []
      for (let i = 0; i < 12; i++) statuses.push((await call('f'.repeat(32), `2001:db8::${i}`)).status)
      expect(statuses).toEqual([...Array(10).fill(401), 429, 429])
      expect((await call(credentials.faceio.api_key, '2001:db8:0:1::1')).status).toBe(200)
      const header = { authorization: `Bearer ${credentials.faceio.api_key}`, body: { img }, from: '2001:db8::1' }
      expect((await shy.send('POST', '/compat/faceio/agecheck', header)).status).toBe(200)
    } finally {
      await shy.close()
    }
  })

  test('trouble with pictures: 500 where it matters, `status` says so, and the reason is reported inside', async () => {
    let trouble = new MienError('RUNTIME_UNAVAILABLE')
    const fail = () => Promise.reject(trouble)
    const ill = await openTestApp({ analyser: { analyse: fail, check: fail } })
    try {
      const { credentials } = await ill.createApplication()
      const body = { key: credentials.faceio.api_key, img: await colouredPicture() }
      for (const code of ['RUNTIME_UNAVAILABLE', 'OVERLOADED', 'WORKER_CRASHED'] as const) {
        trouble = new MienError(code)
        const failure = { status: 500, error: errorMessages[code] }
        expect(checked(await ill.send('GET', '/compat/faceio/status')).json).toEqual(failure)
        expect(checked(await ill.send('POST', '/compat/faceio/agecheck', { body })).json).toEqual(failure)
        expect(checked(await ill.send('GET', `/compat/faceio/stat?key=${body.key}`)).status).toBe(200)
      }
      expect(ill.failures).toHaveLength(6)
    } finally {
      await ill.close()
    }
  })

  test('the client’s leaving reaches the work on its picture', async () => {
    let seen: AbortSignal | undefined
    const analyse = (_: Uint8Array, options?: { signal?: AbortSignal }) =>
      new Promise<never>((_, reject) => {
        seen = options?.signal
        seen?.addEventListener('abort', () => reject(new MienError('ABORTED')))
      })
    const slow = await openTestApp({ analyser: { ...colourAnalyser, analyse } })
    try {
      const { credentials } = await slow.createApplication()
      const controller = new AbortController()
      const body = JSON.stringify({ key: credentials.faceio.api_key, img: await colouredPicture() })
      const headers = { 'content-type': 'application/json' }
      const request = new Request('http://x/compat/faceio/agecheck', {
        method: 'POST',
        body,
        headers,
        signal: controller.signal,
      })
      const answer = slow.fetch(request, {})
      await expect.poll(() => seen).toBeDefined()
      controller.abort()
      await answer
      expect(seen!.aborted).toBe(true)
      expect(slow.failures).toEqual([])
    } finally {
      await slow.close()
    }
  })
})

describe('[FA3] the key reaches no log', () => {
  test('not from the query, a header or a body, when all goes wrong inside', async () => {
    const analyse = () => Promise.reject(new Error('broken'))
    const check = () => Promise.reject(new Error('broken'))
    const reported: string[] = []
    const ill = await openTestApp({
      analyser: { analyse, check },
      onFailure: (failure) =>
        reported.push(JSON.stringify(failure), String(failure.error.stack), String(failure.error.cause)),
    })
    const { credentials } = await ill.createApplication()
    const secret = credentials.faceio.api_key
    const img = await colouredPicture()
    const call = (path: string, sent: Sent) => ill.send('POST', `/compat/faceio/${path}`, sent)
    await call('agecheck', { body: { key: secret, img } })
    await ill.close()
    // Now the database is away as well.
    const answers = [
      await call('agecheck', { body: { key: secret, img } }),
      await call(`agecheck?key=${secret}`, { body: { img } }),
      await call(`stat?key=${secret}`, {}),
      await call('stat', { headers: { 'www-authenticate': `Bearer ${secret}` } }),
      await call('stat', { authorization: `Bearer ${secret}` }),
      await call(`status?key=${secret}`, {}),
      await call(`nothing/${secret}?key=${secret}`, {}),
    ]
    expect(reported.length).toBeGreaterThan(3 * 5)
    expect(reported.join()).toContain('/compat/faceio/stat')
    expect(reported.join()).not.toContain(secret)
    expect(answers.map(({ text }) => text).join()).not.toContain(secret)
    expect(answers.map((answer) => checked(answer).status)).toEqual([500, 500, 500, 500, 500, 500, 404])
  })
})

describe('[FA9] where the dialect lives', () => {
  test('a host name may stand for its root', async () => {
    const hosted = await openTestApp({ hosts: new Map([['api.faceio.example', 'faceio']]) })
    try {
      const { credentials } = await hosted.createApplication()
      const statusOf = async (url: string) => (await hosted.fetch(new Request(url))).status
      const query = `?key=${credentials.faceio.api_key}`
      expect(await statusOf(`https://api.faceio.example/stat${query}`)).toBe(200)
      expect(await statusOf(`https://API.faceio.example:8443/stat${query}`)).toBe(200)
      expect(await statusOf(`https://api.faceio.example./stat${query}`)).toBe(200)
      // Nothing else is there, not even the native surface.
      expect(await statusOf('https://api.faceio.example/healthz')).toBe(404)
      expect(await statusOf(`https://api.faceio.example/compat/faceio/stat${query}`)).toBe(404)
      expect(await statusOf(`https://mien.example/compat/faceio/stat${query}`)).toBe(200)
      expect(await statusOf(`https://mien.example/stat${query}`)).toBe(404)
    } finally {
      await hosted.close()
    }
  })

  test('switched off it is not there', async () => {
    const off = await openTestApp({ dialects: [] })
    try {
      expect((await off.send('GET', '/compat/faceio/about')).status).toBe(404)
    } finally {
      await off.close()
    }
  })
})
