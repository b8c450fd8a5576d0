import { createHash } from 'node:crypto'
import { assertionClaims } from '@mien/shared/api/results'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { engines } from '../../../../../test/contract/engines.ts'
import {
  consentGiven,
  openTestApp,
  pageOrigin,
  type TestApp,
  type TestApplication,
  wireTemplate,
} from '../../../../../test/contract/test-app.ts'
import { goodFrame } from '../../../../../test/fixtures/good-frame.ts'
import { syntheticFrame, syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'

let rig: TestApp
let shop: TestApplication
let seed = 1
const newPerson = () => syntheticPerson(++seed)

const codeOf = (answer: { json: { error?: { code: string } } }) => answer.json.error?.code

describe.each(engines)('on $name', ({ open }) => {
  beforeAll(async () => {
    rig = await openTestApp({ database: await open() })
  })
  beforeEach(async () => {
    shop = await rig.createApplication()
  })
  afterAll(() => rig.close())

  describe('a person enrolls and is recognised', () => {
    test('[CE1] enroll, authenticate, redeem: a signed assertion for the right person', async () => {
      const person = newPerson()
      const facialId = await shop.enroll(person, { payload: { name: 'Ada' } })
      const outcome = await shop.run('authenticate', person)
      expect(outcome).toMatchObject({ status: 'ok', disclosed: { facial_id: facialId, payload: { name: 'Ada' } } })
      const redeemed = await shop.backend('POST', '/v1/results/redeem', {
        result_code: (outcome as { result_code: string }).result_code,
      })
      expect(redeemed.json).toMatchObject({
        facial_id: facialId,
        operation: 'authenticate',
        assurance: 'A0',
        payload: { name: 'Ada' },
      })
      const keys = (await rig.send('GET', '/.well-known/jwks.json')).json
      const { payload, protectedHeader } = await jwtVerify(redeemed.json.assertion, createLocalJWKSet(keys), {
        issuer: 'mien',
        audience: shop.credentials.application_id,
        algorithms: ['ES256'],
        currentDate: rig.clock.now(),
      })
      expect(protectedHeader.alg).toBe('ES256')
      expect(assertionClaims.parse(payload)).toMatchObject({
        sub: facialId,
        origin: pageOrigin,
        factors: ['face'],
        gallery: 'default',
      })
    })

    test('[CE2] unknown, below threshold and foreign id are refused with the same bytes', async () => {
      const [ada, other] = [newPerson(), newPerson()]
      const facialId = await shop.enroll(ada)
      const stranger = await shop.submit(await shop.begin({ operation: 'authenticate' }), other)
      const wrong = await shop.submit(await shop.begin({ operation: 'authenticate', facial_id: facialId }), other)
      const foreign = await shop.submit(
        await shop.begin({ operation: 'authenticate', facial_id: '00000000-0000-4000-8000-000000000000' }),
        ada,
      )
      expect(stranger.text).toBe('{"status":"refused","reason":"not_recognised"}')
      expect([wrong.text, foreign.text]).toEqual([stranger.text, stranger.text])
    })

    test('[CE2] a gallery without anyone recognises nobody', async () => {
      expect(await shop.run('authenticate', newPerson())).toEqual({ status: 'refused', reason: 'not_recognised' })
    })

    test('[CE3] a subject named by the backend is compared alone', async () => {
      const [ada, bob] = [newPerson(), newPerson()]
      const facialId = await shop.enroll(ada)
      await shop.enroll(bob)
      expect(await shop.run({ operation: 'authenticate', facial_id: facialId }, ada)).toMatchObject({ status: 'ok' })
      expect(await shop.run({ operation: 'authenticate', facial_id: facialId }, bob)).toMatchObject({
        reason: 'not_recognised',
      })
    })

    test('[CE3] by its own reference too, which is unique in the gallery', async () => {
      const ada = newPerson()
      expect(await shop.run({ operation: 'enroll', user_ref: 'user-1' }, ada)).toMatchObject({ status: 'ok' })
      expect(await shop.run({ operation: 'authenticate', user_ref: 'user-1' }, ada)).toMatchObject({ status: 'ok' })
      expect(await shop.run({ operation: 'authenticate', user_ref: 'user-2' }, ada)).toMatchObject({
        reason: 'not_recognised',
      })
      const again = await shop.submit(await shop.begin({ operation: 'enroll', user_ref: 'user-1' }), newPerson())
      const known = await shop.submit(await shop.begin({ operation: 'enroll', user_ref: 'user-1' }), ada)
      expect(codeOf(known)).toBe(codeOf(again))
      expect([again.status, codeOf(again)]).toEqual([409, 'conflict'])
    })

    test('[CE4] a second face of the same person is a duplicate, unless the application allows it', async () => {
      const ada = newPerson()
      await shop.enroll(ada)
      expect(await shop.run('enroll', ada)).toEqual({ status: 'refused', reason: 'duplicate' })
      const lax = await rig.createApplication({ prevent_duplicates: false })
      expect(await lax.enroll(ada)).not.toBe(await lax.enroll(ada))
    })

    test('[CE4] 10 enrolments of one person at once leave one', async () => {
      const ada = newPerson()
      const ceremonies = await Promise.all(Array.from({ length: 10 }, () => shop.begin({ operation: 'enroll' })))
      const outcomes = await Promise.all(ceremonies.map((ceremony) => shop.submit(ceremony, ada)))
      expect(outcomes.filter((outcome) => outcome.json.status === 'ok')).toHaveLength(1)
      expect((await shop.backend('GET', '/v1/subjects')).json.subjects).toHaveLength(1)
    })

    test('[CE5] frames of two people are a mismatch when enrolling, and worth another try when authenticating', async () => {
      const mixed = () => [newPerson(), newPerson(), newPerson()].map((vector) => wireTemplate(vector))
      expect(await shop.run('enroll', newPerson(), { templates: mixed() })).toEqual({
        status: 'refused',
        reason: 'mismatch',
      })
      expect(await shop.run('authenticate', newPerson(), { templates: mixed() })).toEqual({ status: 'retry' })
    })

    test('[CE6] what the page itself takes for a spoof is not compared', async () => {
      const ada = newPerson()
      await shop.enroll(ada)
      const { session, challenge } = await shop.begin({ operation: 'authenticate' })
      const frames = [0, 200, 400].map((at) => ({ ...goodFrame, at_ms: at, live: at === 200 ? 0.1 : 0.9 }))
      expect((await shop.submit({ session, challenge }, ada, { frames })).json).toEqual({ status: 'retry' })
    })

    test('[CE7] the page gets no id and no payload where the application does not disclose', async () => {
      const quiet = await rig.createApplication({ disclose_to_page: false })
      const outcome = await quiet.run('enroll', newPerson(), { payload: 1 })
      expect(outcome).toMatchObject({ status: 'ok', disclosed: null })
    })

    test('[CE8] no number of any decision reaches the page', async () => {
      const ada = newPerson()
      await shop.enroll(ada)
      for (const person of [ada, newPerson()]) {
        const answer = await shop.submit(await shop.begin({ operation: 'authenticate' }), person)
        expect(answer.text.replace(/"(expires_at|timestamp|result_code|facial_id)":"[^"]*"/g, '')).not.toMatch(/\d/)
      }
    })

    test('[CE10] galleries are apart, and a full application takes nobody', async () => {
      const ada = newPerson()
      await shop.backend('POST', '/v1/galleries', { name: 'staff' })
      await shop.enroll(ada)
      expect(await shop.run({ operation: 'authenticate', gallery: 'staff' }, ada)).toMatchObject({
        reason: 'not_recognised',
      })
      expect(await shop.run({ operation: 'enroll', gallery: 'staff' }, ada)).toMatchObject({ status: 'ok' })
      const full = await rig.createApplication({ max_subjects: 0 })
      expect(await full.run('enroll', newPerson())).toEqual({ status: 'refused', reason: 'quota' })
    })

    test('[CE10] a quota holds when people enroll into several galleries at once', async () => {
      const small = await rig.createApplication({ max_subjects: 2 })
      const galleries = ['a', 'b', 'c', 'd', 'e', 'f']
      for (const name of galleries) await small.backend('POST', '/v1/galleries', { name })
      const answers = await Promise.all(
        galleries.map((gallery) => small.run({ operation: 'enroll', gallery }, newPerson())),
      )
      expect(answers.filter(({ status }) => status === 'ok')).toHaveLength(2)
      expect(answers.filter((answer) => answer.status === 'refused' && answer.reason === 'quota')).toHaveLength(4)
    })

    test('[CE11] two people who look alike are not told apart by face', async () => {
      const twin = newPerson()
      const lax = await rig.createApplication({ prevent_duplicates: false })
      await lax.enroll(twin)
      await lax.enroll(twin)
      expect(await lax.run('authenticate', twin)).toEqual({ status: 'refused', reason: 'not_recognised' })
    })

    test('[CE12] nobody of another application is recognised, though the face is the same', async () => {
      const ada = newPerson()
      const other = await rig.createApplication()
      await other.enroll(ada)
      expect(await shop.run('authenticate', ada)).toMatchObject({ reason: 'not_recognised' })
    })
  })

  describe('a challenge is used once, for what it was made', () => {
    test('[CE13] S1: a second use is refused', async () => {
      const ceremony = await shop.begin({ operation: 'enroll' })
      await shop.submit(ceremony, newPerson())
      const again = await shop.submit(ceremony, newPerson())
      expect([again.status, codeOf(again)]).toEqual([409, 'challenge_used'])
    })

    test('[CE13] S1: of 20 uses at once exactly one is accepted', async () => {
      const ceremony = await shop.begin({ operation: 'authenticate' })
      await rig.services.applications.changeSettings(shop.credentials.application_id, { max_tries: 20 })
      const answers = await Promise.all(Array.from({ length: 20 }, () => shop.submit(ceremony, newPerson())))
      expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1)
      expect(answers.filter((answer) => codeOf(answer) === 'challenge_used')).toHaveLength(19)
    })

    test('[CE14] S2: after 120 seconds it has expired, and an unknown one is unknown', async () => {
      const ceremony = await shop.begin({ operation: 'enroll' })
      rig.clock.advance(121)
      const late = await shop.submit(ceremony, newPerson())
      expect([late.status, codeOf(late)]).toEqual([410, 'challenge_expired'])
      const unknown = await shop.submit(ceremony, newPerson(), { challenge_id: ceremony.session.session_id })
      expect([unknown.status, codeOf(unknown)]).toEqual([404, 'challenge_unknown'])
    })

    test('[CE14] it says when it ends: with its session, where that ends sooner', async () => {
      const { session } = await shop.begin({ operation: 'enroll' })
      const ask = async () => {
        const authorization = `Session ${session.client_token}`
        return (await rig.send('POST', '/v1/challenges', { authorization, body: {} })).json
      }
      const ends = ({ expires_at, expires_in, server_time }: Record<string, string>) => [
        (Date.parse(expires_at!) - Date.parse(server_time!)) / 1000,
        expires_in,
      ]
      expect(ends(await ask())).toEqual([120, 120])
      rig.clock.advance(15 * 60 - 50)
      const last = await ask()
      expect(ends(last)).toEqual([50, 50])
      expect(last.expires_at).toBe(session.expires_at)
      expect((await shop.submit({ session, challenge: last }, newPerson())).json.status).toBe('ok')
    })

    test('[CE15] S3: another session, nonce, operation, origin or level does not fit', async () => {
      const one = await shop.begin({ operation: 'enroll' })
      const two = await shop.begin({ operation: 'enroll' })
      const binding = [409, 'binding_mismatch']
      const attempts: [object, [number, string]][] = [
        [{ challenge_id: two.challenge.challenge_id, nonce: two.challenge.nonce }, binding as [number, string]],
        [{ nonce: two.challenge.nonce }, binding as [number, string]],
        [{ operation: 'authenticate' }, binding as [number, string]],
        [{ origin: 'https://other.example' }, binding as [number, string]],
        [{ level: 'A3' }, binding as [number, string]],
        [{ level: 'A4' }, [422, 'request_invalid']],
      ]
      for (const [changes, expected] of attempts) {
        const answer = await shop.submit(one, newPerson(), changes)
        expect([answer.status, codeOf(answer)]).toEqual(expected)
      }
      expect((await shop.submit(one, newPerson())).json.status).toBe('ok')
    })

    test('[CE15] S3: a challenge of another application looks like none', async () => {
      const other = await rig.createApplication()
      const foreign = await other.begin({ operation: 'enroll' })
      const own = await shop.begin({ operation: 'enroll' })
      const { challenge_id, nonce } = foreign.challenge
      expect(codeOf(await shop.submit(own, newPerson(), { challenge_id, nonce }))).toBe('challenge_unknown')
    })

    test('[CE16] it can be asked for again in one session', async () => {
      const { session } = await shop.begin({ operation: 'enroll' })
      const authorization = `Session ${session.client_token}`
      const challenge = (await rig.send('POST', '/v1/challenges', { authorization, body: {} })).json
      expect((await shop.submit({ session, challenge }, newPerson())).json.status).toBe('ok')
    })

    test('[CE17] a session ends after 15 minutes', async () => {
      const { session } = await shop.begin({ operation: 'enroll' })
      rig.clock.advance(15 * 60 + 1)
      const late = await rig.send('POST', '/v1/challenges', {
        authorization: `Session ${session.client_token}`,
        body: {},
      })
      expect([late.status, codeOf(late)]).toEqual([401, 'session_expired'])
    })

    test('[CE18] a session that was granted something grants nothing else', async () => {
      const { session } = await shop.begin({ operation: 'enroll' })
      const authorization = `Session ${session.client_token}`
      const next = async () => (await rig.send('POST', '/v1/challenges', { authorization, body: {} })).json
      const both = [await next(), await next()]
      const answers = await Promise.all(both.map((challenge) => shop.submit({ session, challenge }, newPerson())))
      expect(answers.map(({ json }) => json.reason ?? json.status).sort()).toEqual(['ok', 'too_many'])
      expect(await next()).toMatchObject({ error: { code: 'challenge_used' } })
    })

    test('[CE18] five tries in one session, then no more', async () => {
      const { session } = await shop.begin({ operation: 'authenticate' })
      const authorization = `Session ${session.client_token}`
      const outcomes = []
      for (let i = 0; i < 6; i++) {
        const challenge = (await rig.send('POST', '/v1/challenges', { authorization, body: {} })).json
        outcomes.push((await shop.submit({ session, challenge }, newPerson())).json.reason)
      }
      expect(outcomes).toEqual([...Array(5).fill('not_recognised'), 'too_many'])
    })
  })

  describe('templates are evidence only once, of one model, from one capture', () => {
    test('[CE19] S7: the same templates under a fresh challenge are a replay; one fresh frame makes them none', async () => {
      const ada = newPerson()
      await shop.enroll(ada)
      const templates = [1, 2, 3].map((i) => wireTemplate(syntheticFrame(ada, 1000 + i)))
      expect(await shop.run('authenticate', ada, { templates })).toMatchObject({ status: 'ok' })
      const replay = await shop.submit(await shop.begin({ operation: 'authenticate' }), ada, { templates })
      expect([replay.status, codeOf(replay)]).toEqual([409, 'template_replay'])
      const partly = [...templates.slice(0, 2), wireTemplate(syntheticFrame(ada, 1009))]
      expect(await shop.run('authenticate', ada, { templates: partly })).toMatchObject({ status: 'ok' })
    })

    test('[CE20] S8: one picture sent three times is no capture', async () => {
      const template = wireTemplate(newPerson())
      const answer = await shop.submit(await shop.begin({ operation: 'enroll' }), newPerson(), {
        templates: [template, template, template],
      })
      expect([answer.status, codeOf(answer)]).toEqual([422, 'frames_invalid'])
    })

    test('[CE21] S9: another model is refused, and the answer names the one that is compared', async () => {
      const ceremony = await shop.begin({ operation: 'enroll' })
      const header = await shop.submit(ceremony, newPerson(), { model_id: 'other-512' })
      const blob = await shop.submit(ceremony, newPerson(), {
        templates: [1, 2, 3].map(() => wireTemplate(newPerson(), 'other-512')),
      })
      expect([header, blob].map((answer) => [answer.status, codeOf(answer)])).toEqual([
        [409, 'model_mismatch'],
        [409, 'model_mismatch'],
      ])
      for (const { json } of [header, blob]) expect(json.error.message).toContain('test-512')
    })

    test('[CE22] what is malformed changes nothing: the challenge is still good', async () => {
      const ceremony = await shop.begin({ operation: 'enroll' })
      const refused = await shop.submit(ceremony, newPerson(), { templates: ['AAAA', 'AAAA', 'AAAA'] })
      expect([refused.status, codeOf(refused)]).toEqual([422, 'template_malformed'])
      expect((await shop.submit(ceremony, newPerson())).json.status).toBe('ok')
    })
  })

  describe('consent, result codes, PKCE', () => {
    test('[CE23] S11: nobody is enrolled without consent to the current text', async () => {
      for (const consent of [undefined, { ...consentGiven(rig.clock.now()), policy_version: '0' }]) {
        const answer = await shop.submit(await shop.begin({ operation: 'enroll' }), newPerson(), { consent })
        expect([answer.status, codeOf(answer)]).toEqual([422, 'consent_required'])
      }
      expect((await shop.backend('GET', '/v1/subjects')).json.subjects).toEqual([])
    })

    test('[CE24] S10: a code is redeemed once, by its own application, within 60 seconds', async () => {
      const other = await rig.createApplication()
      const code = await resultCode(shop)
      const redeem = (who: TestApplication, result_code: string) =>
        who.backend('POST', '/v1/results/redeem', { result_code })
      expect((await redeem(other, code)).status).toBe(404)
      expect((await redeem(shop, code)).status).toBe(200)
      expect(codeOf(await redeem(shop, code))).toBe('result_used')
      const late = await resultCode(shop)
      rig.clock.advance(61)
      expect(codeOf(await redeem(shop, late))).toBe('result_expired')
    })

    test('[CE24] S10: of 20 redemptions at once one succeeds', async () => {
      const result_code = await resultCode(shop)
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => shop.backend('POST', '/v1/results/redeem', { result_code })),
      )
      expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1)
    })

    test('[CE25] S10: with PKCE only the holder of the verifier redeems, and a wrong one spends nothing', async () => {
      const verifier = 'v'.repeat(43)
      const code_challenge = createHash('sha256').update(verifier).digest('base64url')
      const outcome = await shop.run({ operation: 'enroll', code_challenge, nonce: 'n'.repeat(16) }, newPerson())
      const { result_code } = outcome as { result_code: string }
      const redeem = (code_verifier?: string) =>
        shop.backend('POST', '/v1/results/redeem', { result_code, code_verifier })
      for (const wrong of [undefined, 'w'.repeat(43)]) {
        expect([(await redeem(wrong)).status, codeOf(await redeem(wrong))]).toEqual([401, 'pkce_mismatch'])
      }
      expect((await redeem(verifier)).status).toBe(200)
    })

    test('[CE26] a result of someone who was deleted meanwhile is gone', async () => {
      const outcome = await shop.run('enroll', newPerson())
      const { result_code, disclosed } = outcome as { result_code: string; disclosed: { facial_id: string } }
      await shop.backend('DELETE', `/v1/subjects/${disclosed.facial_id}`)
      expect((await shop.backend('POST', '/v1/results/redeem', { result_code })).status).toBe(410)
    })

    test('[CE27] S12: a page cannot say whose face it enrolls, nor whom it compares with', async () => {
      for (const extra of [
        { user_ref: 'x' },
        { facial_id: '00000000-0000-4000-8000-000000000000' },
        { origin: pageOrigin },
      ]) {
        const answer = await shop.openSession({ operation: 'authenticate', ...extra })
        expect([answer.status, codeOf(answer)]).toEqual([403, 'forbidden'])
      }
    })
  })

  describe('a PIN where the face is not enough', () => {
    const pin = '8264'
    const stepUp = (ceremony: { session: { client_token: string } }, submission_id: string, given: string) =>
      rig.send('POST', '/v1/step-ups', {
        authorization: `Session ${ceremony.session.client_token}`,
        body: { submission_id, pin: given },
        headers: { origin: pageOrigin },
      })

    test('[CE28] the right PIN completes the ceremony once, with both factors', async () => {
      const careful = await rig.createApplication({ pin_authenticate: 'always' })
      const ada = newPerson()
      const facialId = await careful.enroll(ada, { pin })
      const ceremony = await careful.begin({ operation: 'authenticate' })
      const asked = (await careful.submit(ceremony, ada)).json
      expect(asked).toMatchObject({ status: 'step_up', methods: ['pin'] })
      const wrong = await stepUp(ceremony, asked.submission_id, '9999')
      expect(wrong.json).toEqual({ status: 'refused', reason: 'pin_wrong' })
      const right = await stepUp(ceremony, asked.submission_id, pin)
      expect(right.json).toMatchObject({ status: 'ok', disclosed: { facial_id: facialId } })
      expect((await stepUp(ceremony, asked.submission_id, pin)).json).toMatchObject({ status: 'refused' })
    })

    test('[CE18] of two faces that wait for their PIN at once one is granted', async () => {
      const careful = await rig.createApplication({ pin_authenticate: 'always' })
      const ada = newPerson()
      await careful.enroll(ada, { pin })
      const first = await careful.begin({ operation: 'authenticate' })
      const authorization = `Session ${first.session.client_token}`
      const again = await rig.send('POST', '/v1/challenges', { authorization, body: {} })
      const second = { ...first, challenge: again.json }
      const asked = [(await careful.submit(first, ada)).json, (await careful.submit(second, ada)).json]
      const answers = await Promise.all(asked.map(({ submission_id: id }) => stepUp(first, id, pin)))
      expect(answers.map(({ json }) => json.status).sort()).toEqual(['ok', 'refused'])
    })

    test('[CE16] a session has forty challenges, and none once it has granted something', async () => {
      const shop = await rig.createApplication()
      const ada = newPerson()
      const used = await shop.begin({ operation: 'enroll' })
      expect((await shop.submit(used, ada)).json.status).toBe('ok')
      const ask = ({ session }: typeof used) =>
        rig.send('POST', '/v1/challenges', { authorization: `Session ${session.client_token}`, body: {} })
      expect(codeOf(await ask(used))).toBe('challenge_used')
      const fresh = await shop.begin({ operation: 'authenticate' })
      const more = await Promise.all(Array.from({ length: 45 }, () => ask(fresh)))
      expect(more.filter(({ status }) => status === 201)).toHaveLength(39)
      const refused = more.filter(({ status }) => status === 429)
      expect(refused).toHaveLength(6)
      expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThan(0)
    })

    test('[CE29] three PINs a session, also when they come at once', async () => {
      const careful = await rig.createApplication({ pin_authenticate: 'always' })
      const ada = newPerson()
      await careful.enroll(ada, { pin })
      const ceremony = await careful.begin({ operation: 'authenticate' })
      const { submission_id } = (await careful.submit(ceremony, ada)).json
      const guesses = await Promise.all(
        Array.from({ length: 20 }, (_, i) => stepUp(ceremony, submission_id, `90${10 + i}`)),
      )
      expect(guesses.filter((guess) => guess.json.reason === 'pin_wrong')).toHaveLength(3)
      expect(guesses.filter((guess) => guess.json.reason === 'too_many')).toHaveLength(17)
    })

    test('[CE30] P8, P9: ten wrong PINs lock the person, over all sessions, and a locked one looks unknown', async () => {
      const careful = await rig.createApplication({ pin_authenticate: 'always', max_tries: 20 })
      const ada = newPerson()
      const facialId = await careful.enroll(ada, { pin })
      let wrong = 0
      let last: unknown
      for (let session = 0; session < 5; session++) {
        const ceremony = await careful.begin({ operation: 'authenticate' })
        const { submission_id } = (await careful.submit(ceremony, ada)).json
        const guesses = await Promise.all([1, 2, 3].map((i) => stepUp(ceremony, submission_id, `909${i}`)))
        wrong += guesses.filter((guess) => guess.json.reason === 'pin_wrong').length
        const again = await careful.begin({ operation: 'authenticate' })
        const asked = (await careful.submit(again, ada)).json
        if (session === 4) last = (await stepUp(again, asked.submission_id, pin)).json
      }
      expect(wrong).toBe(10)
      expect(last).toEqual({ status: 'refused', reason: 'not_recognised' })
      await careful.backend('PUT', `/v1/subjects/${facialId}/pin`, { pin })
      const ceremony = await careful.begin({ operation: 'authenticate' })
      const { submission_id } = (await careful.submit(ceremony, ada)).json
      expect((await stepUp(ceremony, submission_id, pin)).json).toMatchObject({ status: 'ok' })
    })

    test('[CE31] of two who look alike the PIN chooses', async () => {
      const lax = await rig.createApplication({ prevent_duplicates: false })
      const twin = newPerson()
      await lax.enroll(twin, { pin: '8264' })
      const second = await lax.enroll(twin, { pin: '7391' })
      const ceremony = await lax.begin({ operation: 'authenticate' })
      const { submission_id } = (await lax.submit(ceremony, twin)).json
      expect((await stepUp(ceremony, submission_id, '7391')).json).toMatchObject({ disclosed: { facial_id: second } })
    })

    test('[CE31] of two who look alike neither gets in by PIN while one of them is locked', async () => {
      const lax = await rig.createApplication({ prevent_duplicates: false, max_tries: 20 })
      const twin = newPerson()
      const first = await lax.enroll(twin, { pin: '8264' })
      await lax.enroll(twin, { pin: '7391' })
      await rig.database.stores.pins.reserve(lax.credentials.application_id, [first], 1)
      for (let i = 0; i < 9; i++) {
        await rig.database.stores.pins.reserve(lax.credentials.application_id, [first], 10)
      }
      const ceremony = await lax.begin({ operation: 'authenticate' })
      const { submission_id } = (await lax.submit(ceremony, twin)).json
      const answer = await stepUp(ceremony, submission_id, '7391')
      expect(answer.json).toEqual({ status: 'refused', reason: 'not_recognised' })
    })

    test('[CE32] a gallery too large for a face alone asks for a PIN', async () => {
      const large = await rig.createApplication({ max_identify_gallery: 1 })
      const [ada, bob] = [newPerson(), newPerson()]
      await large.enroll(ada, { pin })
      expect(await large.run('authenticate', ada)).toMatchObject({ status: 'ok' })
      await large.enroll(bob)
      expect(await large.run('authenticate', ada)).toMatchObject({ status: 'step_up' })
      expect(await large.run('authenticate', bob)).toEqual({ status: 'refused', reason: 'not_recognised' })
    })

    test('[CE33] a pending PIN belongs to its session and waits five minutes', async () => {
      const careful = await rig.createApplication({ pin_authenticate: 'always' })
      const ada = newPerson()
      await careful.enroll(ada, { pin })
      const ceremony = await careful.begin({ operation: 'authenticate' })
      const { submission_id } = (await careful.submit(ceremony, ada)).json
      const other = await careful.begin({ operation: 'authenticate' })
      expect((await stepUp(other, submission_id, pin)).status).toBe(404)
      rig.clock.advance(301)
      expect(codeOf(await stepUp(ceremony, submission_id, pin))).toBe('session_expired')
    })

    test('[CE34] a PIN that is none or weak enrolls nobody', async () => {
      for (const [bad, code] of [
        ['12a4', 'pin_format'],
        ['1234', 'pin_weak'],
      ] as const) {
        const answer = await shop.submit(await shop.begin({ operation: 'enroll' }), newPerson(), { pin: bad })
        expect([answer.status, codeOf(answer)]).toEqual([422, code])
      }
    })
  })
})

async function resultCode(application: TestApplication): Promise<string> {
  const outcome = await application.run('enroll', newPerson())
  return (outcome as { result_code: string }).result_code
}
