import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import {
  checked,
  createFace,
  createUser,
  enrolledUser,
  facesOf,
  login,
  refused,
  rig,
  send,
  shop,
  token,
  tokenFor,
  withIdaasRig,
} from '../../../../../test/contract/idaas-rig.ts'
import { openTestApp } from '../../../../../test/contract/test-app.ts'
import type { Permission } from './wire.ts'

withIdaasRig()

const authenticate = (body: object, headers = {}) =>
  send('POST', 'v1/adminapi/authenticate', { authorization: '', body, headers })
const given = () => ({
  applicationId: shop.credentials.idaas.application_id,
  sharedSecret: shop.credentials.idaas.shared_secret,
})
/** E4 of somebody, with this in the header. */
const lookWith = async (authorization: string) => send('GET', `v1/users/${await createUser()}/faces`, { authorization })

describe('[ID8] the administrator’s token', () => {
  test('is given for an application id and its secret, for 900 seconds', async () => {
    const { status, json } = await authenticate(given())
    expect(status).toBe(200)
    expect(json).toEqual({
      authToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      creationTime: rig.clock.now().toISOString(),
      expirationTime: new Date(rig.clock.now().getTime() + 900_000).toISOString(),
    })
  })

  test('opens as it is, and after Bearer in any case', async () => {
    for (const header of [token, `Bearer ${token}`, `bearer ${token}`]) {
      expect((await lookWith(header)).status).toBe(200)
    }
  })

  test.each([true, false, null])('enableWebSession %s: a token as ever, and no cookie', async (enableWebSession) => {
    expect((await authenticate({ ...given(), enableWebSession })).status).toBe(200)
  })

  test('[FA2] H4 wrong credentials are refused with the same bytes', async () => {
    const { applicationId, sharedSecret } = given()
    const answers = await Promise.all(
      [
        { applicationId, sharedSecret: 'x' },
        { applicationId, sharedSecret: '' },
        { applicationId: crypto.randomUUID(), sharedSecret },
        { applicationId: shop.credentials.application_id, sharedSecret },
        { applicationId: 'not a uuid \u{1f600}', sharedSecret },
        { applicationId, sharedSecret: shop.credentials.secret_key },
        { applicationId: shop.credentials.uqudo.client_id, sharedSecret: shop.credentials.uqudo.client_secret },
      ].map((body) => authenticate(body)),
    )
    expect(answers.map(refused)).toEqual(answers.map(() => [401, 'access_denied']))
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect(answers[0]!.headers.get('www-authenticate')).toContain('Bearer')
  })

  test.each([
    ['nothing', {}],
    ['half', { applicationId: 'x' }],
    ['null', { applicationId: null, sharedSecret: null }],
    ['numbers', { applicationId: 1, sharedSecret: 2 }],
    ['a text for enableWebSession', { applicationId: 'x', sharedSecret: 'y', enableWebSession: 'true' }],
  ])('400 without both, as text: %s', async (_, body) => {
    expect(refused(await authenticate(body))).toEqual([400, 'request_invalid'])
  })

  test('H1 to H4: whatever else stands there is refused with the same bytes', async () => {
    const [head, body, signature] = token.split('.')
    const forged = Buffer.from(JSON.stringify({ aud: 'mien:idaas', sub: crypto.randomUUID() })).toString('base64url')
    const headers = [
      '',
      'Bearer',
      'Bearer x',
      `Basic ${token}`,
      `Bearer  ${token}`,
      `${token}x`,
      `${head}.${body}.`,
      `${head}.${forged}.${signature}`,
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.${signature}`,
      'a.b.c',
      'x'.repeat(10_000),
      shop.credentials.idaas.shared_secret,
      shop.credentials.secret_key,
      `Bearer ${shop.credentials.secret_key}`,
    ]
    const answers = await Promise.all(headers.map(lookWith))
    expect(answers.map(refused)).toEqual(answers.map(() => [401, 'access_denied']))
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
  })

  test('H2 two tokens: 400', async () => {
    expect((await lookWith(`${token}, ${token}`)).status).toBe(400)
  })

  test('a token of another dialect opens nothing', async () => {
    const { client_id: id, client_secret: secret } = shop.credentials.uqudo
    const raw = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: id,
      client_secret: secret,
    }).toString()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const { json } = await rig.send('POST', '/compat/uqudo/api/oauth/token', { raw, headers })
    expect((await lookWith(json.access_token)).status).toBe(401)
  })

  test('ends after its time, and with its credential', async () => {
    const limited = await tokenFor('FACE:VIEW')
    expect((await lookWith(limited)).status).toBe(200)
    await tokenFor('FACE:VIEW')
    expect((await lookWith(limited)).status).toBe(401)
    rig.clock.advance(899)
    expect((await lookWith(token)).status).toBe(200)
    rig.clock.advance(1)
    expect((await lookWith(token)).status).toBe(401)
  })

  test('is that of its own application', async () => {
    const { user } = await enrolledUser()
    const theirs = await login(await rig.createApplication())
    expect((await send('GET', `v1/users/${user}/faces`, { authorization: theirs })).status).toBe(404)
  })
})

const needs: [string, Permission, (user: string, face: string) => [string, string, object?]][] = [
  ['E1', 'FACE:ADD', (user) => ['POST', `v2/users/${user}/face`, {}]],
  ['E2', 'FACE:ADD', (user) => ['POST', `v1/users/${user}/face`, {}]],
  ['E3', 'FACE:REMOVE', (_, face) => ['DELETE', `v1/face/${face}`]],
  ['E4', 'FACE:VIEW', (user) => ['GET', `v1/users/${user}/faces`]],
  ['E5', 'FACE:VIEW', (user) => ['GET', `v1/users/${user}/settings/face`]],
  ['E6', 'FACE:ADD', (_, face) => ['PUT', `v1/face/${face}/activation`]],
  ['E7', 'FACE:EDIT', (user) => ['PUT', `v1/users/${user}/face`, { status: 'DISABLED' }]],
]
const all: readonly Permission[] = ['FACE:ADD', 'FACE:VIEW', 'FACE:EDIT', 'FACE:REMOVE']

describe('[ID9] permissions', () => {
  test.each(needs)('%s: 403 with all but %s, 200 with that alone', async (name, permission, call) => {
    const user = await createUser({ payload: { email: 'ada@example.com' } })
    const isCreating = name === 'E1' || name === 'E2'
    const face = isCreating ? '' : (await createFace(user)).json.id
    const [method, path, body] = call(user, face)
    const sent = async (...scopes: Permission[]) => {
      const authorization = await tokenFor(...scopes)
      return send(method, path, { authorization, ...(body === undefined ? {} : { body }) })
    }
    const before = await facesOf(user)
    expect(refused(await sent(...all.filter((each) => each !== permission)))).toEqual([403, 'permission_denied'])
    expect(await facesOf(user)).toEqual(before)
    expect((await sent(permission)).status).toBe(200)
  })
})

test('[ID8] 429 beyond the limit of an address, with the time to wait', async () => {
  const busy = await openTestApp({ apiCallsPerMinute: 3 })
  try {
    const call = () => busy.send('GET', '/compat/idaas/api/web/v1/users/x/faces', { from: '192.0.2.7' })
    for (let i = 0; i < 3; i++) expect(checked(await call()).status).toBe(401)
    const answer = checked(await call())
    expect(refused(answer)).toEqual([429, 'rate_limited'])
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  } finally {
    await busy.close()
  }
})

test('[ID8] 500 and 503 tell nothing of the inside, and no failure holds a secret', async () => {
  const reported: string[] = []
  const ill = await openTestApp({ onFailure: (failure) => reported.push(inspect(failure, { depth: 9 })) })
  const { credentials } = await ill.createApplication()
  const { application_id: applicationId, shared_secret: sharedSecret } = credentials.idaas
  const sent = { body: { applicationId, sharedSecret } }
  const path = '/compat/idaas/api/web/v1/adminapi/authenticate'
  const authorization = (await ill.send('POST', path, sent)).json.authToken
  await ill.close()
  const answers = [
    await ill.send('POST', path, sent),
    await ill.send('GET', `/compat/idaas/api/web/v1/users/${crypto.randomUUID()}/faces`, { authorization }),
  ]
  for (const answer of answers) {
    expect(checked(answer).status).toBeGreaterThanOrEqual(500)
    expect(answer.text).not.toMatch(/select|pglite|sql/i)
  }
  expect(reported).toHaveLength(2)
  for (const secret of [sharedSecret, authorization]) expect(reported.join()).not.toContain(secret)
})
