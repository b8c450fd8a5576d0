import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Answer,
  openTestApp,
  pageOrigin,
  type TestApp,
  type TestApplication,
} from '../../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'

let rig: TestApp
let shop: TestApplication

beforeAll(async () => {
  rig = await openTestApp({ proxyTrust: { countryHeader: 'cf-ipcountry' } })
  shop = await rig.createApplication({
    consent_texts: [
      { locale: 'en', purpose: 'To open doors', text: 'We keep it.' },
      { locale: 'fr', purpose: 'Pour ouvrir les portes', text: 'Nous le gardons.' },
    ],
  })
})
afterAll(() => rig.close())

const seen = (answer: Answer) => [answer.status, answer.json?.error?.code]
const open = async (body: object = {}) =>
  (await shop.backend('POST', '/v1/sessions', { operation: 'enroll', ...body })).json
const read = (token: string, query = '', headers: Readonly<Record<string, string>> = { origin: pageOrigin }) =>
  rig.send('GET', `/v1/sessions/current${query}`, { authorization: `Session ${token}`, headers })

describe('[CE42] a page reads the session whose client token a backend handed over', () => {
  test('as the backend got it, with a consent text in the languages that the page names', async () => {
    const session = await open({ locales: ['fr'] })
    const answer = await read(session.client_token, '?locales=de,fr-CA')
    expect(answer.status).toBe(200)
    expect(answer.json).toEqual(session)
    expect(session.settings.consent_text).toMatchObject({ locale: 'fr' })
    expect((await read(session.client_token)).json.settings.consent_text).toMatchObject({ locale: 'en' })
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  test.each(['', ',', 'de,', 'de fr', 'd', Array(11).fill('de').join()])('not with locales=%j', async (locales) => {
    const { client_token: token } = await open()
    const query = `?locales=${encodeURIComponent(locales)}`
    expect(seen(await read(token, query))).toEqual([400, 'param_invalid'])
  })

  test('until it expires', async () => {
    const { client_token: token } = await open()
    rig.clock.advance(15 * 60)
    expect(seen(await read(token))).toEqual([401, 'session_expired'])
  })

  test('until it has granted something, not while tries fail', async () => {
    const begun = async () => {
      const session = await open()
      const authorization = `Session ${session.client_token}`
      const challenge = (await rig.send('POST', '/v1/challenges', { authorization, body: {} })).json
      return { session, challenge }
    }
    const granted = await begun()
    expect((await read(granted.session.client_token)).status).toBe(200)
    expect((await shop.submit(granted, syntheticPerson(1))).json).toMatchObject({ status: 'ok' })
    const answer = await read(granted.session.client_token)
    expect(seen(answer)).toEqual([409, 'challenge_used'])
    expect(answer.json.error.message).toBe('The session was already used')
    const refused = await begun()
    const again = await shop.submit(refused, syntheticPerson(1))
    expect(again.json).toEqual({ status: 'refused', reason: 'duplicate' })
    expect((await read(refused.session.client_token)).status).toBe(200)
  })

  test('and nothing with a token that nobody has, or another credential', async () => {
    expect(seen(await read('A'.repeat(43)))).toEqual([401, 'unauthorized'])
    const others = [`Bearer ${shop.credentials.secret_key}`, `Public ${shop.credentials.public_id}`]
    for (const authorization of others) {
      expect(seen(await rig.send('GET', '/v1/sessions/current', { authorization }))).toEqual([401, 'unauthorized'])
    }
    const { client_token: token } = await open()
    expect(seen(await rig.send('GET', `/v1/sessions/current?client_token=${token}`))).toEqual([400, 'secret_in_url'])
  })

  test('only from where the application’s pages and people are', async () => {
    const { client_token: token } = await open()
    const foreign = { origin: 'https://evil.example' }
    expect(seen(await read(token, '', foreign))).toEqual([403, 'origin_forbidden'])
    const abroad = await rig.createApplication({ countries: ['IT'] })
    const { client_token } = (await abroad.backend('POST', '/v1/sessions', { operation: 'enroll' })).json
    const from = (country: string) => ({ origin: pageOrigin, 'cf-ipcountry': country })
    expect(seen(await read(client_token, '', from('DE')))).toEqual([403, 'country_forbidden'])
    expect((await read(client_token, '', from('IT'))).status).toBe(200)
  })

  test('[ER5] also from another origin, if an application lists that', async () => {
    const preflight = (origin: string) =>
      rig.send('OPTIONS', '/v1/sessions/current', { headers: { origin, 'access-control-request-method': 'GET' } })
    const answer = await preflight(pageOrigin)
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([204, pageOrigin])
    expect((await preflight('https://evil.example')).status).toBe(403)
    const { client_token: token } = await open()
    expect((await read(token)).headers.get('access-control-allow-origin')).toBe(pageOrigin)
  })
})
