import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  type Answer,
  composeSubmission,
  openTestApp,
  pageOrigin,
  type Sent,
  type TestApp,
  type TestApplication,
  wireTemplate,
} from '../../../../../test/contract/test-app.ts'
import { goodFrame } from '../../../../../test/fixtures/good-frame.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'

let rig: TestApp
let shop: TestApplication
let other: TestApplication
let ada: string
let gone: string
let foreign: string

beforeAll(async () => {
  rig = await openTestApp()
  shop = await rig.createApplication()
  other = await rig.createApplication()
  ada = await shop.enroll(syntheticPerson(1), { payload: { name: 'Ada' } })
  gone = await shop.enroll(syntheticPerson(2))
  await shop.backend('DELETE', `/v1/subjects/${gone}`)
  foreign = await other.enroll(syntheticPerson(3))
})
// Whatever a request was: nothing went wrong inside, and no prototype was touched.
afterEach(() => {
  expect(rig.failures).toEqual([])
  expect(Object.prototype).not.toHaveProperty('polluted')
})
afterAll(() => rig.close())

const seen = (answer: Answer) => [answer.status, answer.json?.error?.code]
const backend = () => `Bearer ${shop.credentials.secret_key}`
const payloadOf = (id: string, sent: Sent) =>
  rig.send('PUT', `/v1/subjects/${id}/payload`, { authorization: backend(), ...sent })
const bytes = (...parts: (string | number[])[]) => Buffer.concat(parts.map((part) => Buffer.from(part as string)))

describe('[ER1] JSON that two readers could read differently is refused', () => {
  const nested = (depth: number) => `{"payload":${'['.repeat(depth)}${']'.repeat(depth)}}`
  const cases: [string, BodyInit, number, string][] = [
    ['J1 empty', '', 400, 'json_invalid'],
    ['J2 NaN', '{"payload":NaN}', 400, 'json_invalid'],
    ['J2 trailing comma', '{"payload":1,}', 400, 'json_invalid'],
    ['J2 comment', '{"payload":1/**/}', 400, 'json_invalid'],
    ['J2 single quotes', "{'payload':1}", 400, 'json_invalid'],
    ['J8 null where an object belongs', '{}', 422, 'request_invalid'],
    ['J10 depth 20 000', nested(20_000), 400, 'json_depth'],
    ['J10 depth 33 in all', nested(32), 400, 'json_depth'],
    ['J11 __proto__', '{"payload":1,"__proto__":{"polluted":true}}', 422, 'unknown_field'],
    ['J11 constructor', '{"payload":{"constructor":{"prototype":{"polluted":true}}}}', 422, 'unknown_field'],
    ['J12 a key twice', '{"payload":1,"payload":2}', 400, 'json_duplicate_key'],
    ['J13 invalid UTF-8', bytes('{"payload":"', [0xff, 0xfe], '"}'), 400, 'utf8_invalid'],
    ['J14 byte order mark', bytes([0xef, 0xbb, 0xbf], '{"payload":1}'), 400, 'json_invalid'],
    ['J15 NUL', '{"payload":"\\u0000"}', 422, 'request_invalid'],
    ['J16 lone surrogate', '{"payload":"\\ud800"}', 422, 'request_invalid'],
    ['J17 a string of 1 MB', `{"payload":"${'x'.repeat(1_000_000)}"}`, 413, 'body_too_large'],
    ['J17 many keys', `{${Array.from({ length: 20_000 }, (_, i) => `"k${i}":1`).join()}}`, 413, 'body_too_large'],
    ['J17 a key of 100 KB', `{"${'k'.repeat(100_000)}":1}`, 422, 'unknown_field'],
    ['J18 1e400', '{"payload":1e400}', 422, 'request_invalid'],
    ['J19 an array', '[]', 400, 'json_object_required'],
    ['J19 a string', '"payload"', 400, 'json_object_required'],
    ['J19 null', 'null', 400, 'json_object_required'],
    ['J22 an unknown field', '{"payload":1,"level":"A3"}', 422, 'unknown_field'],
  ]
  test.each(cases)('%s', async (_, raw, status, code) => {
    expect(seen(await payloadOf(ada, { raw }))).toEqual([status, code])
    expect((await shop.backend('GET', `/v1/subjects/${ada}`)).json.payload).toEqual({ name: 'Ada' })
  })

  const types: [string, Record<string, string>, number, string][] = [
    ['J20 text/plain', { 'content-type': 'text/plain' }, 415, 'content_type_unsupported'],
    ['J20 none', { 'content-type': '' }, 415, 'content_type_unsupported'],
    ['J20 a form', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'content_type_unsupported'],
    ['J20 utf-16', { 'content-type': 'application/json; charset=utf-16' }, 415, 'content_type_unsupported'],
    ['J20 two types', { 'content-type': 'application/json, text/plain' }, 415, 'content_type_unsupported'],
    ['J21 gzip', { 'content-encoding': 'gzip' }, 415, 'content_encoding_unsupported'],
  ]
  test.each(types)('%s', async (_, headers, status, code) => {
    const body = new TextEncoder().encode('{"payload":1}')
    expect(seen(await payloadOf(ada, { raw: body, headers }))).toEqual([status, code])
  })

  test('J20 application/json with charset=utf-8 is accepted', async () => {
    const headers = { 'content-type': 'application/json; charset=UTF-8' }
    expect((await payloadOf(ada, { body: { payload: { name: 'Ada' } }, headers })).status).toBe(204)
  })

  test('J9 a payload of 16 384 bytes is kept, one byte more is not', async () => {
    const text = 'x'.repeat(16_382)
    expect((await payloadOf(ada, { body: { payload: text } })).status).toBe(204)
    expect(seen(await payloadOf(ada, { body: { payload: `${text}x` } }))).toEqual([413, 'payload_too_large'])
    expect(seen(await payloadOf(ada, { body: { payload: '€'.repeat(5461) } }))).toEqual([413, 'payload_too_large'])
    expect((await payloadOf(ada, { body: { payload: { name: 'Ada' } } })).status).toBe(204)
  })

  test('J23 what a person may write comes back as it was', async () => {
    const payload = {
      '\u202eevil': '\u200bA\u0301👩‍👩‍👧',
      zwj: '1'.padEnd(1000, '\u0301'),
      quotes: '"\'<&]]>',
      one: 0.1,
      big: 1e300,
    }
    await payloadOf(ada, { body: { payload } })
    expect((await shop.backend('GET', `/v1/subjects/${ada}`)).json.payload).toEqual(payload)
    await payloadOf(ada, { body: { payload: { name: 'Ada' } } })
  })
})

describe('[ER2] a submission with malformed templates changes nothing', () => {
  const vector = syntheticPerson(9)
  const good = wireTemplate(vector)
  const three = (template: unknown) => ({ templates: [template, good, good] })
  const withNumber = (value: number) => {
    const blob = Buffer.from(good, 'base64url')
    blob.writeFloatLE(value, blob.length - 4)
    return blob.toString('base64url')
  }
  const cases: [string, object, number, string][] = [
    ['J3 a number beyond float32', three(withNumber(Infinity)), 422, 'template_not_finite'],
    ['J4 NaN', three(withNumber(Number.NaN)), 422, 'template_not_finite'],
    ['J5 511 components', three(wireTemplate(vector.slice(1))), 422, 'template_dimension'],
    ['J6 not a unit vector', three(wireTemplate(vector.map((x) => x * 5))), 422, 'template_norm'],
    ['J7 zero', three(wireTemplate(vector.map(() => 0))), 422, 'template_implausible'],
    ['J7 one-hot', three(wireTemplate(vector.map((_, i) => (i === 3 ? 1 : 0)))), 422, 'template_implausible'],
    ['J8 an array of numbers as text', three(['0.1', '0.2']), 422, 'request_invalid'],
    ['J8 null', three(null), 422, 'request_invalid'],
    ['J8 true', three(true), 422, 'request_invalid'],
    ['I34 padding', three(`${good}==`), 400, 'base64_invalid'],
    ['I34 white space', three(` ${good}`), 400, 'base64_invalid'],
    ['I34 plain base64 alphabet', three(`${good.slice(0, -1)}+`), 400, 'base64_invalid'],
    ['two templates', { templates: [good, good] }, 422, 'request_invalid'],
    ['six templates', { templates: Array(6).fill(good) }, 422, 'request_invalid'],
    ['fewer frames than templates', { frames: [goodFrame, goodFrame] }, 422, 'request_invalid'],
    [
      'four frames, three templates',
      { frames: [0, 1, 2, 3].map((i) => ({ ...goodFrame, at_ms: i * 200 })) },
      422,
      'frames_invalid',
    ],
    [
      'frames closer than 150 ms',
      { frames: [0, 100, 200].map((at_ms) => ({ ...goodFrame, at_ms })) },
      422,
      'frames_invalid',
    ],
    ['J18 an infinite quality', { frames: [{ ...goodFrame, live: 2 }, goodFrame, goodFrame] }, 422, 'request_invalid'],
    [
      'J24 a date that is none',
      { consent: { ...consent(), given_at: '2026-02-30T00:00:00Z' } },
      422,
      'request_invalid',
    ],
    ['J24 infinity', { consent: { ...consent(), given_at: 'infinity' } }, 422, 'request_invalid'],
    ['J24 now', { consent: { ...consent(), given_at: 'now' } }, 422, 'request_invalid'],
    ['J24 the year 275760', { consent: { ...consent(), given_at: '+275760-09-13T00:00:00Z' } }, 422, 'request_invalid'],
    ['J24 the year 0', { consent: { ...consent(), given_at: '0000-01-01T00:00:00Z' } }, 422, 'request_invalid'],
    ['J22 a level of one’s own', { level: 'A3' }, 409, 'binding_mismatch'],
    ['J22 a level that there is not', { level: 'A4' }, 422, 'request_invalid'],
    ['J22 a score', { score: 1 }, 422, 'unknown_field'],
  ]
  test.each(cases)('%s', async (_, changes, status, code) => {
    const ceremony = await shop.begin({ operation: 'enroll' })
    expect(seen(await shop.submit(ceremony, vector, changes))).toEqual([status, code])
    expect(
      (await rig.database.stores.challenges.find(shop.credentials.application_id, ceremony.challenge.challenge_id))
        ?.usedAt,
    ).toBeNull()
    expect((await shop.backend('GET', '/v1/subjects')).json.subjects).toHaveLength(1)
  })
})

const consent = () => ({
  policy_version: '1',
  text_sha256: 'ab'.repeat(32),
  locale: 'en',
  given_at: '2026-11-21T12:00:00Z',
  method: 'widget',
})

describe('[ER3] identifiers, paths and parameters', () => {
  const paths: [string, string, number, string][] = [
    ['D1 quotes', `/v1/subjects/${encodeURIComponent("' OR 1=1--")}`, 400, 'id_format'],
    ['D1 a placeholder', '/v1/subjects/$1', 400, 'id_format'],
    ['D1 a backslash', '/v1/subjects/%5c', 400, 'id_format'],
    ['D3 10 000 characters', `/v1/subjects/${'a'.repeat(10_000)}`, 400, 'id_format'],
    ['D4 NUL', '/v1/subjects/%00', 400, 'id_format'],
    ['D4 a byte that is no text', '/v1/subjects/%ff', 400, 'id_format'],
    ['D4 a percent that is none', '/v1/subjects/%ZZ', 400, 'id_format'],
    ['D4 an encoded slash', '/v1/subjects/..%2f..%2fgalleries', 400, 'id_format'],
    ['D5 upper case', '/v1/subjects/A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', 400, 'id_format'],
    ['D5 braces', '/v1/subjects/%7Ba0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11%7D', 400, 'id_format'],
    ['D5 no dashes', '/v1/subjects/a0eebc999c0b4ef8bb6d6bb9bd380a11', 400, 'id_format'],
    ['D6 a look-alike', `/v1/subjects/${encodeURIComponent('а0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11')}`, 400, 'id_format'],
    ['D9 a parameter twice', '/v1/subjects?limit=1&limit=2', 400, 'param_duplicate'],
    ['D9 an array parameter', '/v1/subjects?gallery[]=x', 400, 'param_duplicate'],
    ['D10 limit -1', '/v1/subjects?limit=-1', 400, 'param_invalid'],
    ['D10 limit 0', '/v1/subjects?limit=0', 400, 'param_invalid'],
    ['D10 limit 1e9', '/v1/subjects?limit=1e9', 400, 'param_invalid'],
    ['D10 limit 101', '/v1/subjects?limit=101', 400, 'param_invalid'],
    ['D10 limit abc', '/v1/subjects?limit=abc', 400, 'param_invalid'],
    ['D10 limit 1.5', '/v1/subjects?limit=1.5', 400, 'param_invalid'],
    ['D10 a cursor of one’s own', '/v1/subjects?cursor=abc', 400, 'param_invalid'],
    ['D11 an unknown parameter', '/v1/subjects?sort=name;select', 400, 'param_invalid'],
    ['H5 a key in the URL', '/v1/subjects?key=abc', 400, 'secret_in_url'],
    ['H5 a token in the URL', '/v1/subjects?access_token=abc', 400, 'secret_in_url'],
    ['P11 a PIN in the URL', '/v1/subjects?pin=1234', 400, 'secret_in_url'],
  ]
  test.each(paths)('%s', async (_, path, status, code) => {
    expect(seen(await rig.send('GET', path, { authorization: backend() }))).toEqual([status, code])
  })

  test('D7, D8: what another application has looks like what nobody has; what was deleted is gone for its owner only', async () => {
    const random = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'
    const methods: [string, string, object?][] = [
      ['GET', ''],
      ['DELETE', ''],
      ['PUT', '/payload', { payload: 1 }],
      ['PUT', '/pin', { pin: '8264' }],
      ['DELETE', '/pin'],
    ]
    for (const [method, rest, body] of methods) {
      const ask = (who: TestApplication, id: string) => who.backend(method, `/v1/subjects/${id}${rest}`, body)
      expect(seen(await ask(shop, foreign))).toEqual([404, 'not_found'])
      expect(seen(await ask(shop, random))).toEqual([404, 'not_found'])
      expect(seen(await ask(shop, gone))).toEqual([410, 'gone'])
      expect(seen(await ask(other, gone))).toEqual([404, 'not_found'])
    }
    expect((await other.backend('GET', `/v1/subjects/${foreign}`)).status).toBe(200)
  })
})

describe('[ER4] who may', () => {
  const refused: [string, string | undefined, number, string][] = [
    ['H1 nobody', undefined, 401, 'unauthorized'],
    ['H2 two', 'Bearer aaaaaaaaaaaa, Bearer bbbbbbbbbbbb', 400, 'header_duplicate'],
    ['H3 a scheme alone', 'Bearer', 401, 'unauthorized'],
    ['H3 a short token', 'Bearer x', 401, 'unauthorized'],
    ['H3 another scheme', 'Basic YTpi', 401, 'unauthorized'],
    ['H3 two spaces', 'Bearer  aaaaaaaaaaaa', 401, 'unauthorized'],
    ['H3 10 KB', `Bearer ${'a'.repeat(10_000)}`, 401, 'unauthorized'],
    ['H3 not ASCII', 'Bearer aaaaaaaaaaaaé', 401, 'unauthorized'],
    ['H4 a wrong secret', `Bearer mk_${'a'.repeat(43)}`, 401, 'unauthorized'],
    ['H6 a public id as a key', 'Bearer mp_0123456789abcdef', 403, 'forbidden'],
    ['H6 a public id', 'Public mp_0123456789abcdef', 403, 'forbidden'],
    ['a session token', `Session ${'a'.repeat(43)}`, 401, 'unauthorized'],
  ]
  test.each(refused)('%s', async (_, authorization, status, code) => {
    const sent = authorization === undefined ? {} : { authorization }
    const answer = await rig.send('GET', '/v1/subjects', sent)
    expect(seen(answer)).toEqual([status, code])
    if (status === 401) expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
  })

  test('H3 the scheme’s case does not matter', async () => {
    expect(
      (await rig.send('GET', '/v1/subjects', { authorization: backend().replace('Bearer', 'bearer') })).status,
    ).toBe(200)
  })

  test('H4 a rotated key stops at once', async () => {
    const app = await rig.createApplication()
    const address = `/v1/admin/applications/${app.credentials.application_id}/keys`
    const admin = { authorization: `Bearer ${rig.adminToken}` }
    const rotated = await rig.send('POST', address, { ...admin, body: { kind: 'secret_key' } })
    expect((await app.backend('GET', '/v1/subjects')).status).toBe(401)
    expect((await rig.send('GET', '/v1/subjects', { authorization: `Bearer ${rotated.json.secret}` })).status).toBe(200)
  })

  test('a key of another dialect, the admin token and a backend key each open their own doors only', async () => {
    const { credentials } = shop
    for (const key of [credentials.faceio.api_key, credentials.ufme.api_key, rig.adminToken]) {
      expect((await rig.send('GET', '/v1/subjects', { authorization: `Bearer ${key}` })).status).toBe(401)
    }
    expect((await rig.send('GET', '/v1/admin/applications', { authorization: backend() })).status).toBe(401)
  })

  const origins: [string, string | undefined, number, string | undefined][] = [
    ['the listed one', pageOrigin, 201, undefined],
    ['the server’s own', 'http://localhost', 201, undefined],
    ['H7 none', undefined, 403, 'origin_missing'],
    ['H7 null', 'null', 403, 'origin_missing'],
    ['H7 a longer host', 'https://shop.example.evil.com', 403, 'origin_forbidden'],
    ['H7 http', 'http://shop.example', 403, 'origin_forbidden'],
    ['H7 another port', 'https://shop.example:8443', 403, 'origin_forbidden'],
    ['H7 a trailing dot', 'https://shop.example.', 403, 'origin_forbidden'],
    ['H7 upper case', 'https://SHOP.example', 403, 'origin_forbidden'],
    ['H7 a look-alike', 'https://xn--shp-0cd.example', 403, 'origin_forbidden'],
  ]
  test.each(origins)('a page on %s', async (_, origin, status, code) => {
    const answer = await shop.openSession({ operation: 'authenticate' }, origin === undefined ? {} : { origin })
    expect(seen(answer)).toEqual([status, code])
  })

  test('a name that somebody points at this server does not make its pages our own', async () => {
    const request = new Request('http://evil.example/v1/sessions', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Public ${shop.credentials.public_id}`,
        origin: 'http://evil.example',
      },
      body: '{"operation":"enroll"}',
    })
    expect((await rig.fetch(request)).status).toBe(403)
  })

  test('a page on another origin cannot go on with a session', async () => {
    const { session } = await shop.begin({ operation: 'enroll' })
    const answer = await rig.send('POST', '/v1/challenges', {
      authorization: `Session ${session.client_token}`,
      body: {},
      headers: { origin: 'https://evil.example' },
    })
    expect(seen(answer)).toEqual([403, 'origin_forbidden'])
  })

  test('a session whose origin its backend left open goes on at the application’s origins only', async () => {
    const authorization = `Bearer ${shop.credentials.secret_key}`
    const opened = await rig.send('POST', '/v1/sessions', { authorization, body: { operation: 'authenticate' } })
    const session = opened.json
    const asked = await rig.send('POST', '/v1/challenges', {
      authorization: `Session ${session.client_token}`,
      body: {},
    })
    const claim = (origin: string) =>
      rig.send('POST', '/v1/submissions', {
        authorization: `Session ${session.client_token}`,
        body: { ...composeSubmission(session, asked.json, syntheticPerson(8), rig.clock.now()), origin },
      })
    expect(seen(await claim('https://evil.example'))).toEqual([403, 'origin_forbidden'])
    expect((await claim(pageOrigin)).status).toBe(200)
  })

  test('an unknown public id is unauthorized', async () => {
    const answer = await rig.send('POST', '/v1/sessions', {
      authorization: 'Public mp_unknown',
      body: { operation: 'enroll' },
      headers: { origin: pageOrigin },
    })
    expect(seen(answer)).toEqual([401, 'unauthorized'])
  })

  test('origins of an application must be origins', async () => {
    for (const origin of ['https://a.example/', 'https://A.example', 'file:///x', 'https://a.example:443']) {
      const answer = await rig.send('POST', '/v1/admin/applications', {
        authorization: `Bearer ${rig.adminToken}`,
        body: { name: 'x', origins: [origin] },
      })
      expect(seen(answer)).toEqual([403, 'origin_forbidden'])
    }
  })
})

describe('[ER5] pages of other origins', () => {
  const preflight = (path: string, origin: string) =>
    rig.send('OPTIONS', path, { headers: { origin, 'access-control-request-method': 'POST' } })

  test('H8 a listed origin may, without credentials', async () => {
    const answer = await preflight('/v1/submissions', pageOrigin)
    expect(answer.status).toBe(204)
    expect(answer.headers.get('access-control-allow-origin')).toBe(pageOrigin)
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
    expect(answer.headers.get('vary')).toMatch(/Origin/)
  })

  test.each(['https://evil.example', 'null', 'https://shop.example.evil.com'])('H8 %s may not', async (origin) => {
    for (const path of ['/v1/submissions', '/v1/reveals', '/v1/challenges', '/v1/step-ups']) {
      const answer = await preflight(path, origin)
      expect(answer.status).toBe(403)
      expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    }
  })

  test('H8 no page at all may call what is a backend’s', async () => {
    for (const path of ['/v1/subjects', '/v1/results/redeem', '/v1/admin/applications', `/v1/subjects/${ada}`]) {
      expect((await preflight(path, pageOrigin)).status).toBe(403)
    }
  })

  test('a page that is not listed can read why it is refused', async () => {
    const origin = 'https://evil.example'
    expect((await preflight('/v1/sessions', origin)).status).toBe(204)
    const answer = await shop.openSession({ operation: 'enroll' }, { origin })
    expect(seen(answer)).toEqual([403, 'origin_forbidden'])
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
  })
})

describe('[ER6] methods, types and headers', () => {
  test.each([
    ['FOO', '/v1/sessions', 'POST'],
    ['DELETE', '/v1/sessions', 'POST'],
    ['GET', '/v1/results/redeem', 'POST'],
    ['POST', '/v1/subjects/a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'DELETE, GET, HEAD, PATCH'],
    ['PUT', '/.well-known/jwks.json', 'GET, HEAD'],
  ])('H13 %s %s is 405 with Allow', async (method, path, allow) => {
    const answer = await rig.send(method, path)
    expect(seen(answer)).toEqual([405, 'method_not_allowed'])
    expect(answer.headers.get('allow')).toBe(allow)
  })

  test.each([
    ['application/xml', 406],
    ['text/html', 406],
    ['garbage', 406],
    ['*/*', 200],
    ['application/*', 200],
    ['text/html, application/json;q=0.5', 200],
  ])('H15 Accept %s is %i', async (accept, status) => {
    expect((await rig.send('GET', '/.well-known/jwks.json', { headers: { accept } })).status).toBe(status)
  })

  test('H16 HEAD and OPTIONS have no effect', async () => {
    const before = (await shop.backend('GET', '/v1/subjects')).text
    for (const method of ['HEAD', 'OPTIONS']) {
      for (const path of [`/v1/subjects/${ada}`, '/v1/subjects', '/v1/sessions', '/v1/results/redeem']) {
        expect((await rig.send(method, path, { authorization: backend() })).status).toBeLessThan(500)
      }
    }
    expect((await shop.backend('GET', '/v1/subjects')).text).toBe(before)
  })

  test('nothing is at an unknown address, and it says so in the same shape', async () => {
    const answer = await rig.send('GET', '/v1/unknown')
    expect(seen(answer)).toEqual([404, 'route_not_found'])
    expect(answer.json.error.request_id).toBe(answer.headers.get('x-request-id'))
  })

  test('answers are neither kept, sniffed, framed nor run', async () => {
    const atDemo = await rig.send('GET', '/demo/me')
    for (const answer of [await shop.backend('GET', '/v1/webhooks'), await rig.send('GET', '/v1/unknown'), atDemo]) {
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
      expect(answer.headers.get('content-security-policy')).toBe(
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      )
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
    }
  })

  test('the description names every route and no reference in it hangs', async () => {
    const { json, text } = await rig.send('GET', '/v1/openapi.json')
    expect(Object.keys(json.paths)).toContain('/v1/submissions')
    expect(json.paths['/v1/sessions'].post.requestBody.content['application/json'].schema.additionalProperties).toBe(
      false,
    )
    expect(text).not.toMatch(/\$defs|"\$ref"/)
  })
})

describe('[ER7] too much', () => {
  test('one address opens only so many sessions in a minute, and is told how long to wait', async () => {
    const tight = await openTestApp({ pageSessionsPerMinute: 2 })
    try {
      const app = await tight.createApplication()
      const answers = []
      for (let i = 0; i < 3; i++) answers.push(await app.openSession({ operation: 'enroll' }))
      expect(answers.map((answer) => answer.status)).toEqual([201, 201, 429])
      expect(Number(answers[2]?.headers.get('retry-after'))).toBeGreaterThan(0)
    } finally {
      await tight.close()
    }
  })
})

describe('a client that leaves', () => {
  test('while its body comes is no failure of the server', async () => {
    const controller = new AbortController()
    const body = new ReadableStream({
      pull(stream) {
        controller.abort()
        stream.error(new Error('The connection was closed'))
      },
    })
    const headers = { 'content-type': 'application/json', authorization: backend() }
    const sent = { method: 'POST', headers, body, duplex: 'half', signal: controller.signal }
    const answer = await rig.fetch(new Request('http://x/v1/galleries', sent as RequestInit), {})
    expect([answer.status, rig.failures]).toEqual([503, []])
  })
})

describe('[ER10] without its database', () => {
  test('the server grants nothing, says that it is not ready, and shows nothing of why', async () => {
    const broken = await openTestApp()
    const app = await broken.createApplication()
    const person = syntheticPerson(50)
    await app.enroll(person)
    const ceremony = await app.begin({ operation: 'authenticate' })
    await broken.close()
    for (const answer of [await app.submit(ceremony, person), await app.openSession({ operation: 'enroll' })]) {
      expect(answer.status).toBeGreaterThanOrEqual(500)
      expect(Object.keys(answer.json.error)).toEqual(['code', 'message', 'request_id'])
      expect(answer.json.error.message).toBe('Something went wrong inside')
    }
    expect((await broken.send('GET', '/readyz')).status).toBe(503)
    expect((await broken.send('GET', '/healthz')).status).toBe(200)
  })
})
