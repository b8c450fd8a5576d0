import { describe, expect, test } from 'vitest'
import { openTestApp } from '../../../../../test/contract/test-app.ts'
import {
  checkedXml,
  enrol,
  form,
  key,
  otherKey,
  picture,
  rig,
  send,
  shop,
  useUfmeRig,
  withKey,
} from '../../../../../test/contract/ufme-rig.ts'

useUfmeRig()

const stats = (headers: Record<string, string>, path = 'stats') => rig.send('GET', `/compat/ufme/${path}`, { headers })
const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`

describe('[UF5] the key', () => {
  test('in X-Api-Key, as a bearer, and as the password of whoever it may be', async () => {
    for (const headers of [
      withKey(),
      { authorization: `Bearer ${key}` },
      { authorization: `bearer ${key}` },
      { authorization: basic(`ufme:${key}`) },
      { authorization: basic(`:${key}`) },
      { authorization: basic(`anybody:${key}`), ...withKey() },
    ]) {
      expect((await stats(headers)).status).toBe(200)
    }
  })

  const wrong: [string, () => Record<string, string>][] = [
    ['H1 none', () => ({})],
    ['H3 a scheme alone', () => ({ authorization: 'Bearer' })],
    ['H3 two spaces', () => ({ authorization: `Bearer  ${key}` })],
    ['H3 another scheme', () => ({ authorization: `Digest ${key}` })],
    ['H3 10 KB', () => ({ authorization: `Bearer ${'k'.repeat(10_000)}` })],
    ['H3 Basic without a colon', () => ({ authorization: basic(key) })],
    ['H3 the user and not the password', () => ({ authorization: basic(`${key}:`) })],
    ['H4 one that nobody has', () => withKey(`${key.slice(0, -1)}x`)],
    ['H4 an empty one', () => withKey('')],
    ['H6 the secret key', () => withKey(shop.credentials.secret_key)],
    ['H6 that of another dialect', () => withKey(shop.credentials.faceio.api_key)],
  ]
  test.each(wrong)('%s: 401 with the same bytes', async (_, headers) => {
    const refused = await stats(headers())
    expect(refused.status).toBe(401)
    expect(refused.json).toEqual({ status: 'ERROR', code: 'UNAUTHORIZED', message: expect.any(String) })
    expect(refused.text).toBe((await stats({})).text)
    expect(refused.headers.get('www-authenticate')).toMatch(/^Basic realm=.*, Bearer realm=/)
    const picture = await send('POST', 'search', { raw: 'x', headers: { ...headers(), 'content-type': 'text/plain' } })
    expect([picture.status, picture.xml.code]).toEqual([401, 'UNAUTHORIZED'])
  })

  test('two different ones: 400', async () => {
    expect((await stats({ ...withKey(), authorization: `Bearer ${otherKey}` })).status).toBe(400)
  })

  test.each(['key', 'api_key', 'token'])('H5 in the URL as %s: 400', async (name) => {
    expect((await stats(withKey(), `stats?${name}=${key}`)).status).toBe(400)
  })

  test('is asked for before the body is read', async () => {
    const large = await form(Buffer.alloc(11_000_000), undefined, 'nobody')
    expect((await send('POST', 'search', large)).status).toBe(401)
  })
})

describe('[UF1] methods, paths and types', () => {
  test.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('H13 H16 %s on search: 405 with Allow', async (method) => {
    const refused = await send(method, 'search', { headers: withKey() })
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'POST'])
  })

  test('H13 POST on stats: 405; HEAD does nothing', async () => {
    const refused = await rig.send('POST', '/compat/ufme/stats', { headers: withKey() })
    expect([refused.status, refused.headers.get('allow'), refused.json.code]).toEqual([
      405,
      'GET',
      'METHOD_NOT_ALLOWED',
    ])
    expect((await rig.send('HEAD', '/compat/ufme/stats', { headers: withKey() })).status).toBe(405)
  })

  test.each(['nothing', 'search/', '%00', '%ff', '..%2fsearch'])('D4 %s: 404', async (path) => {
    expect((await send('POST', path, { headers: withKey() })).xml.code).toBe('ROUTE_NOT_FOUND')
  })

  test.each([
    ['application/xml', 200],
    ['text/xml', 200],
    ['application/json', 200],
    ['text/html, */*;q=0.1', 200],
    ['text/html', 406],
    ['garbage', 406],
  ])('H15 Accept: %s: %i, in XML', async (accept, status) => {
    const { raw, headers } = await form(await picture({ person: 77 }))
    const answer = await send('POST', 'search', { raw: raw!, headers: { ...headers, accept } })
    expect(answer.status).toBe(status)
  })

  test('no page may read an answer', async () => {
    const answer = await stats({ ...withKey(), origin: 'https://shop.example' })
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    expect(answer.headers.get('set-cookie')).toBeNull()
  })
})

test('[UF7] more calls than a minute has room for: 429 with Retry-After', async () => {
  const small = await openTestApp({ apiCallsPerMinute: 3 })
  const application = await small.createApplication()
  const headers = withKey(application.credentials.ufme.api_key)
  const answers = []
  for (let i = 0; i < 4; i++)
    answers.push(await small.send('POST', '/compat/ufme/api/v1/delete', { headers, body: {} }))
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 429])
  expect(Number(checkedXml(answers[3]!).headers.get('retry-after'))).toBeGreaterThan(0)
  const second = { kind: 'ufme', name: 'gate-2' } as const
  const { secret } = await small.services.applications.issueKey(application.credentials.application_id, second)
  const other = await small.send('POST', '/compat/ufme/api/v1/delete', {
    headers: withKey(secret),
    body: {},
    from: '192.0.2.9',
  })
  expect(other.status).toBe(400)
  await small.close()
})

test('[UF5] the key and the subject are in no failure', async () => {
  await enrol('visible', 78)
  expect(JSON.stringify(rig.failures)).not.toContain(key)
})
