import { errorMessages } from '@mien/shared/errors'
import { describe, expect, test } from 'vitest'
import {
  ada,
  enrollAnyone,
  form,
  gone,
  key,
  multipart,
  payloadOf,
  post,
  rig,
  send,
  shop,
  urlEncoded,
  useFaceioRig,
  withKey,
} from '../../../../../test/contract/faceio-rig.ts'
import type { Sent } from '../../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'

useFaceioRig()

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
