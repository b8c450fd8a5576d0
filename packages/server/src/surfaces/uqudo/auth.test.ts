import { decodeJwt, decodeProtectedHeader } from 'jose'
import { describe, expect, test } from 'vitest'
import { type Answer, openTestApp, type Sent } from '../../../../../test/contract/test-app.ts'
import {
  askToken,
  checked,
  foreignToken,
  photoOf,
  post,
  rig,
  runPage,
  send,
  shop,
  token,
  urlEncoded,
  useUqudoRig,
} from '../../../../../test/contract/uqudo-rig.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'

useUqudoRig()

const path = '/compat/uqudo/api/oauth/token'
const everything = 'face:session face:match face:search face:insert face:delete face:info'
const ask = async (sent: Sent): Promise<Answer> => checked(await rig.send('POST', path, sent))
const grant = { grant_type: 'client_credentials' }
const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`,
})

describe('[UQ1] a token for client credentials', () => {
  test('as documented: a JWS, half an hour, all that the client may do', async () => {
    const { status, json, headers } = await askToken(shop.credentials.uqudo)
    expect(status).toBe(200)
    expect(json).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      token_type: 'bearer',
      expires_in: 1800,
      scope: everything,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(decodeProtectedHeader(json.access_token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' })
    expect(decodeJwt(json.access_token).jti).toBe(json.jti)
    expect([headers.get('cache-control'), headers.get('pragma')]).toEqual(['no-store', 'no-cache'])
  })

  test('with HTTP Basic, and the id in the body beside it', async () => {
    const { client_id, client_secret } = shop.credentials.uqudo
    for (const fields of [grant, { ...grant, client_id }, { ...grant, client_id: '', client_secret: '' }]) {
      expect((await ask({ ...urlEncoded(fields), ...basic(client_id, client_secret) })).status).toBe(200)
    }
  })

  test('for less, where less is asked for', async () => {
    const narrow = (await askToken(shop.credentials.uqudo, { scope: 'face:match' })).json
    expect(narrow.scope).toBe('face:match')
    const image = await photoOf()
    const images = { sourceImage: image, targetImage: image }
    expect((await post('/api/v1/face/match', images, narrow.access_token)).status).toBe(200)
    expect((await post('/api/v1/face/one-to-n/search', { idPhoto: image }, narrow.access_token)).status).toBe(403)
    expect((await askToken(shop.credentials.uqudo, { scope: '' })).json.scope).toBe(everything)
  })

  const refusals: [string, number, string, () => Promise<Answer>][] = [
    ['a wrong secret', 401, 'invalid_client', () => askToken({ ...shop.credentials.uqudo, client_secret: 'x' })],
    ['an unknown client', 401, 'invalid_client', () => askToken({ ...shop.credentials.uqudo, client_id: 'uq_x' })],
    ['no client', 401, 'invalid_client', () => ask(urlEncoded(grant))],
    [
      'H4 the credentials of another dialect',
      401,
      'invalid_client',
      () =>
        askToken({
          client_id: shop.credentials.idaas.application_id,
          client_secret: shop.credentials.idaas.shared_secret,
        }),
    ],
    ['a wrong secret by Basic', 401, 'invalid_client', () => ask({ ...urlEncoded(grant), ...basic('uq_x', 'x') })],
    ['H3 Basic of nothing', 401, 'invalid_client', () => ask({ ...urlEncoded(grant), authorization: 'Basic' })],
    ['H3 Basic of no pair', 401, 'invalid_client', () => ask({ ...urlEncoded(grant), authorization: 'Basic eA==' })],
    ['H3 Bearer', 401, 'invalid_client', () => ask({ ...urlEncoded(grant), authorization: `Bearer ${token}` })],
    [
      'Basic that is not percent-encoded',
      401,
      'invalid_client',
      () => ask({ ...urlEncoded(grant), authorization: `Basic ${Buffer.from('%:%').toString('base64')}` }),
    ],
    [
      'credentials twice',
      400,
      'invalid_request',
      () => {
        const { client_id, client_secret } = shop.credentials.uqudo
        return ask({ ...urlEncoded({ ...grant, client_id, client_secret }), ...basic(client_id, client_secret) })
      },
    ],
    ['no grant type', 400, 'invalid_request', () => askToken(shop.credentials.uqudo, { grant_type: '' })],
    [
      'another grant type',
      400,
      'unsupported_grant_type',
      () => askToken(shop.credentials.uqudo, { grant_type: 'password' }),
    ],
    ['an unknown scope', 400, 'invalid_scope', () => askToken(shop.credentials.uqudo, { scope: 'face:match admin' })],
    ['JSON', 400, 'invalid_request', () => ask({ body: { ...grant, ...shop.credentials.uqudo } })],
    [
      'D9 a parameter twice',
      400,
      'invalid_request',
      () => ask({ ...urlEncoded(grant), raw: 'grant_type=a&grant_type=b' }),
    ],
    ['J1 an empty body', 400, 'invalid_request', () => ask(urlEncoded({}))],
    ['D4 no UTF-8', 400, 'invalid_request', () => ask({ ...urlEncoded({}), raw: 'grant_type=%ff' })],
    ['a long body', 400, 'invalid_request', () => ask(urlEncoded({ grant_type: 'a'.repeat(20_000) }))],
    ['H2 two headers in one', 400, 'invalid_request', () => ask({ ...urlEncoded(grant), authorization: 'Basic a, b' })],
  ]
  test.each(refusals)('%s: %i %s', async (_, status, error, call) => {
    const answer = await call()
    expect([answer.status, answer.json]).toEqual([status, { error, error_description: expect.stringMatching(/./) }])
    expect(answer.headers.get('www-authenticate')).toBe(status === 401 ? 'Basic realm="mien"' : null)
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  test('H5 a secret in the URL opens nothing', async () => {
    const query = new URLSearchParams({ ...grant, ...shop.credentials.uqudo })
    expect((await rig.send('POST', `${path}?${query}`, urlEncoded(grant))).status).toBe(401)
  })

  test('H13 H16 only POST', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS']) {
      const answer = checked(await rig.send(method, path))
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST'])
    }
  })
})

describe('[UQ2] who may call', () => {
  const operations = [
    ['face:session', 'POST', '/api/v1/face'],
    ['face:match', 'POST', '/api/v1/face/match'],
    ['face:search', 'POST', '/api/v1/face/one-to-n/search'],
    ['face:insert', 'POST', '/api/v1/face/one-to-n/insert'],
    ['face:delete', 'DELETE', `/api/v1/face/one-to-n/search/${crypto.randomUUID()}`],
    ['face:info', 'GET', `/api/v1/info/img/${crypto.randomUUID()}`],
    ['face:info', 'DELETE', `/api/v1/info/${'A'.repeat(43)}`],
  ] as const

  test.each(operations)(
    '%s, and no other, opens %s %s; without it 403 before the body is read',
    async (scope, method, where) => {
      const others = everything.split(' ').filter((each) => each !== scope)
      const without = (await askToken(shop.credentials.uqudo, { scope: others.join(' ') })).json.access_token
      const body = method === 'POST' ? { raw: 'x'.repeat(20 << 20) } : {}
      const refused = await send(method, where, { token: without, ...body })
      expect([refused.status, refused.json.error]).toEqual([403, 'forbidden'])
      const just = (await askToken(shop.credentials.uqudo, { scope })).json.access_token
      expect((await send(method, where, { token: just })).status).not.toBe(403)
    },
  )

  test('a credential that may do less gets tokens for that and no more', async () => {
    const issued = await rig.send('POST', `/v1/admin/applications/${shop.credentials.application_id}/keys`, {
      authorization: `Bearer ${rig.adminToken}`,
      body: { kind: 'uqudo', name: 'matcher', scopes: ['face:match'] },
    })
    const client = { client_id: issued.json.client_id, client_secret: issued.json.secret }
    expect((await askToken(client)).json.scope).toBe('face:match')
    expect((await askToken(client, { scope: 'face:search' })).json.error).toBe('invalid_scope')
  })

  test('a token dies after half an hour, and with its credential', async () => {
    const brief = await openTestApp()
    try {
      const { credentials } = await brief.createApplication()
      const get = async () =>
        (await brief.send('POST', path, urlEncoded({ ...grant, ...credentials.uqudo }))).json?.access_token
      const call = async (as: string) =>
        (await brief.send('GET', `/compat/uqudo/api/v1/info/img/x`, { authorization: `Bearer ${as}` })).status
      const first = await get()
      brief.clock.advance(1799)
      expect(await call(first)).toBe(404)
      brief.clock.advance(2)
      expect(await call(first)).toBe(401)
      const second = await get()
      const keys = `/v1/admin/applications/${credentials.application_id}/keys`
      await brief.send('POST', keys, { authorization: `Bearer ${brief.adminToken}`, body: { kind: 'uqudo' } })
      expect(await call(second)).toBe(401)
    } finally {
      await brief.close()
    }
  })

  test('H1 H3 H4 H6 no token, no token of ours, an assertion: 401 with the same bytes', async () => {
    const sessionId = (await post('/api/v1/face', { idPhoto: await photoOf({ person: 50 }) })).json.sessionId
    const granted = (await runPage(sessionId, syntheticPerson(50))).json
    const redeemed = await shop.backend('POST', '/v1/results/redeem', { result_code: granted.result_code })
    const [head, body, signature] = token.split('.')
    const foreignBody = foreignToken.split('.')[1]
    const presented = [
      undefined,
      'Bearer',
      `Basic ${token}`,
      `Bearer  ${token}`,
      `Bearer ${'a'.repeat(10_000)}`,
      `Bearer ${shop.credentials.uqudo.client_secret}`,
      `Bearer ${shop.credentials.secret_key}`,
      `Bearer ${redeemed.json.assertion}`,
      `Bearer ${head}.${foreignBody}.${signature}`,
      `Bearer ${head}.${body}.`,
      `Bearer ${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${body}.`,
    ]
    for (const [, method, where] of operations) {
      for (const authorization of presented) {
        const sent = authorization === undefined ? {} : { authorization }
        const answer = checked(await rig.send(method, `/compat/uqudo${where}`, sent))
        expect([answer.status, answer.json]).toEqual([
          401,
          { error: 'unauthorized', message: 'Credentials are missing or not valid' },
        ])
        expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="mien"')
      }
    }
  })
})
