import { assertionClaims } from '@mien/shared/api/results'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Answer,
  composeSubmission,
  openTestApp,
  pageOrigin,
  type TestApp,
  type TestApplication,
} from '../../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'

let rig: TestApp
let strict: TestApplication
let lax: TestApplication

beforeAll(async () => {
  rig = await openTestApp()
  strict = await rig.createApplication()
  lax = await rig.createApplication({ reject_empty_origin: false })
})
afterAll(() => rig.close())

const seen = (answer: Answer) => [answer.status, answer.json?.error?.code]
const withoutOrigin: [string, Record<string, string>][] = [
  ['that sends no Origin', {}],
  ['whose Origin is null', { origin: 'null' }],
]
const preflight = (path: string, origin: string) =>
  rig.send('OPTIONS', path, { headers: { origin, 'access-control-request-method': 'POST' } })

const asPage = (client_token: string, path: string, body: object, headers: Record<string, string>) =>
  rig.send('POST', path, { authorization: `Session ${client_token}`, body, headers })

/** Session, challenge and submission of a page that sends these headers and claims this origin. */
async function runAs(application: TestApplication, headers: Record<string, string>, origin: string, seed: number) {
  const session = (await application.openSession({ operation: 'enroll' }, headers)).json
  const challenge = (await asPage(session.client_token, '/v1/challenges', {}, headers)).json
  const body = { ...composeSubmission(session, challenge, syntheticPerson(seed), rig.clock.now()), origin }
  return asPage(session.client_token, '/v1/submissions', body, headers)
}

describe('[ER4] a page without an origin', () => {
  test.each(withoutOrigin)('%s is told so, also where any origin may', async (_, headers) => {
    const open = await rig.createApplication({ origins: [] })
    for (const application of [strict, open]) {
      const answer = await application.openSession({ operation: 'enroll' }, headers)
      expect(seen(answer)).toEqual([403, 'origin_missing'])
    }
  })

  test.each(withoutOrigin)('%s runs a ceremony where the application takes it', async (_, headers) => {
    const answer = await runAs(lax, headers, 'null', headers.origin === undefined ? 1 : 2)
    expect(answer.json).toMatchObject({ status: 'ok' })
    const redeemed = await lax.backend('POST', '/v1/results/redeem', { result_code: answer.json.result_code })
    expect(assertionClaims.parse(decodeJwt(redeemed.json.assertion)).origin).toBeNull()
  })

  test('has no other page’s origin: what it opened is bound to having none', async () => {
    expect(seen(await runAs(lax, { origin: 'null' }, pageOrigin, 3))).toEqual([409, 'binding_mismatch'])
    expect(seen(await runAs(lax, {}, pageOrigin, 4))).toEqual([409, 'binding_mismatch'])
    expect(seen(await runAs(lax, { origin: pageOrigin }, 'null', 5))).toEqual([409, 'binding_mismatch'])
  })

  test('cannot go on with what a listed page opened, nor a page that is not listed with what it opened', async () => {
    const open = async (headers: Record<string, string>) =>
      (await lax.openSession({ operation: 'enroll' }, headers)).json.client_token
    const listed = await open({ origin: pageOrigin })
    const nowhere = await open({ origin: 'null' })
    for (const path of ['/v1/challenges', '/v1/step-ups']) {
      const body = path === '/v1/challenges' ? {} : { submission_id: '00000000-0000-4000-8000-000000000000', pin: '1' }
      expect(seen(await asPage(listed, path, body, { origin: 'null' }))).toEqual([409, 'binding_mismatch'])
      const evil = await asPage(nowhere, path, body, { origin: 'https://evil.example' })
      expect(seen(evil)).toEqual([403, 'origin_forbidden'])
    }
  })

  test('goes on with what a backend left open only where the application takes it', async () => {
    for (const [application, expected] of [
      [strict, [403, 'origin_missing']],
      [lax, [201, undefined]],
    ] as const) {
      const session = (await application.backend('POST', '/v1/sessions', { operation: 'authenticate' })).json
      const asked = await asPage(session.client_token, '/v1/challenges', {}, { origin: 'null' })
      expect(seen(asked)).toEqual(expected)
    }
  })

  test('a claim to have none is checked like any other', async () => {
    for (const [application, status] of [
      [strict, 403],
      [lax, 200],
    ] as const) {
      const session = (await application.backend('POST', '/v1/sessions', { operation: 'authenticate' })).json
      const challenge = (await asPage(session.client_token, '/v1/challenges', {}, {})).json
      const submission = composeSubmission(session, challenge, syntheticPerson(6), rig.clock.now())
      const answer = await asPage(session.client_token, '/v1/submissions', { ...submission, origin: 'null' }, {})
      expect(answer.status).toBe(status)
    }
  })

  test('is nothing that an application can list', async () => {
    const address = `/v1/admin/applications/${lax.credentials.application_id}/settings`
    const patched = await rig.send('PATCH', address, {
      authorization: `Bearer ${rig.adminToken}`,
      body: { origins: ['null'] },
    })
    expect(patched.status).toBe(422)
  })
})

describe('[ER5] what a page without an origin may read', () => {
  test('every answer to a widget where some application takes it, never with credentials', async () => {
    const widgets = ['sessions', 'challenges', 'submissions', 'reveals', 'step-ups', 'passkey-options', 'passkeys']
    for (const path of widgets.map((name) => `/v1/${name}`)) {
      const answer = await preflight(path, 'null')
      expect(answer.status).toBe(204)
      expect(answer.headers.get('access-control-allow-origin')).toBe('null')
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
    }
    expect((await preflight('/v1/subjects', 'null')).status).toBe(403)
  })

  test('nothing but the refusal where none does, though one takes any origin', async () => {
    const other = await openTestApp()
    try {
      const application = await other.createApplication({ origins: [] })
      const headers = { origin: 'null', 'access-control-request-method': 'POST' }
      expect((await other.send('OPTIONS', '/v1/challenges', { headers })).status).toBe(403)
      const refused = await application.openSession({ operation: 'enroll' }, { origin: 'null' })
      expect(seen(refused)).toEqual([403, 'origin_missing'])
      expect(refused.headers.get('access-control-allow-origin')).toBe('null')
    } finally {
      await other.close()
    }
  })
})
