import type { ActiveScript } from '@mien/shared/api/challenges'
import type { SubmissionResponse } from '@mien/shared/api/submissions'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { engines } from '../../../../../test/contract/engines.ts'
import {
  type Answer,
  type Ceremony,
  composeSubmission,
  consentGiven,
  openTestApp,
  pageOrigin,
  type TestApp,
  type TestApplication,
} from '../../../../../test/contract/test-app.ts'
import { goodFrame } from '../../../../../test/fixtures/good-frame.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'

let rig: TestApp
let seed = 5000
const newPerson = () => syntheticPerson(++seed)
const seen = (answer: Answer) => [answer.status, answer.json?.error?.code]

const asPage = ({ session }: Pick<Ceremony, 'session'>, path: string, body: object, sent: object = {}) =>
  rig.send('POST', path, {
    authorization: `Session ${session.client_token}`,
    body,
    headers: { origin: pageOrigin },
    ...sent,
  })

const change = async (application: TestApplication, settings: object) => {
  const address = `/v1/admin/applications/${application.credentials.application_id}/settings`
  const sent = { authorization: `Bearer ${rig.adminToken}`, body: settings }
  expect((await rig.send('PATCH', address, sent)).status).toBe(200)
}

const isUnspent = async (application: TestApplication, { challenge }: Ceremony) => {
  const { challenges } = rig.database.stores
  const found = await challenges.find(application.credentials.application_id, challenge.challenge_id)
  return found?.usedAt === null
}

/** Seconds that a script and its capture take. */
const scriptSeconds = 9

/** Frames that end after the longest script. */
const lateFrames = [0, 200, 9000].map((at_ms) => ({ ...goodFrame, at_ms }))
const motion = ({ actions }: ActiveScript, paceMs = 500) => ({
  variant: 'motion',
  steps: actions.map((action, i) => ({ action, done_at_ms: (i + 1) * paceMs })),
})

describe.each(engines)('on $name', ({ open }) => {
  beforeAll(async () => {
    rig = await openTestApp({ database: await open(), proxyTrust: { countryHeader: 'cf-ipcountry' } })
  })
  afterAll(() => rig.close())

  describe('a look that decides nothing', () => {
    let shop: TestApplication
    beforeAll(async () => {
      shop = await rig.createApplication({ active_steps: 2 })
    })

    test.each(['liveness', 'age_verify'] as const)('[CE35] %s gets challenges, with a script', async (operation) => {
      const { session, challenge } = await shop.begin({ operation })
      expect(session.operation).toBe(operation)
      expect(challenge.script?.actions).toHaveLength(2)
    })

    test.each(['liveness', 'age_verify'] as const)(
      '[CE35] what is submitted on %s spends nothing',
      async (operation) => {
        const ceremony = await shop.begin({ operation })
        for (const claimed of ['enroll', 'authenticate']) {
          const answer = await shop.submit(ceremony, newPerson(), { operation: claimed, frames: lateFrames })
          expect(seen(answer)).toEqual([409, 'binding_mismatch'])
        }
        const unknown = await shop.submit(ceremony, newPerson(), { operation })
        expect(seen(unknown)).toEqual([422, 'request_invalid'])
        expect(await isUnspent(shop, ceremony)).toBe(true)
      },
    )

    test('[CE35] it names nobody and signs nothing', async () => {
      const about = [
        { user_ref: 'ada' },
        { facial_id: '00000000-0000-4000-8000-000000000000' },
        { nonce: 'n'.repeat(16) },
        { code_challenge: 'A'.repeat(43) },
      ]
      for (const operation of ['liveness', 'age_verify']) {
        for (const extra of about) {
          const answer = await shop.backend('POST', '/v1/sessions', { operation, ...extra })
          expect(seen(answer)).toEqual([422, 'request_invalid'])
        }
        const fitting = await shop.backend('POST', '/v1/sessions', { operation, origin: pageOrigin })
        expect(fitting.status).toBe(201)
      }
    })
  })

  describe('a script that nobody could know before', () => {
    let shop: TestApplication
    beforeAll(async () => {
      shop = await rig.createApplication({ active_steps: 3, prevent_duplicates: false })
    })
    const answerWith = async (response: (script: ActiveScript) => object | undefined, person = newPerson()) => {
      const ceremony = await shop.begin({ operation: 'enroll' })
      const script_response = response(ceremony.challenge.script!)
      rig.clock.advance(scriptSeconds)
      return { ceremony, answer: await shop.submit(ceremony, person, { frames: lateFrames, script_response }) }
    }

    test('[CE36] each challenge has its own, and none where the application asks for none', async () => {
      const ceremonies = await Promise.all(Array.from({ length: 20 }, () => shop.begin({ operation: 'authenticate' })))
      const scripts = ceremonies.map(({ challenge }) => challenge.script)
      for (const script of scripts) expect(script?.actions).toHaveLength(3)
      expect(new Set(scripts.map((script) => JSON.stringify(script))).size).toBeGreaterThan(10)
      const plain = await rig.createApplication()
      expect((await plain.begin({ operation: 'enroll' })).challenge.script).toBeNull()
    })

    test('[CE36] doing it or holding still is enough', async () => {
      for (const response of [
        (script: ActiveScript) => motion(script),
        ({ still_ms }: ActiveScript) => ({ variant: 'still', held_ms: still_ms }),
      ]) {
        expect((await answerWith(response)).answer.json).toMatchObject({ status: 'ok' })
      }
    })

    const wrong: [string, (script: ActiveScript) => object | undefined][] = [
      ['nothing', () => undefined],
      ['too few of its actions', (script) => motion({ ...script, actions: script.actions.toReversed().slice(1) })],
      ['too fast', (script) => motion(script, 100)],
      ['after the capture', (script) => motion(script, 4000)],
      ['not still for long enough', ({ still_ms }) => ({ variant: 'still', held_ms: still_ms - 100 })],
    ]
    test.each(wrong)('[CE36] %s is worth another try, under another challenge', async (_, response) => {
      const { ceremony, answer } = await answerWith(response)
      expect(answer.json).toEqual({ status: 'retry' })
      expect(await isUnspent(shop, ceremony)).toBe(false)
    })

    test('[CE36] [PO17] what is said to have taken longer than the time since the challenge is worth another try', async () => {
      for (const response of [
        (script: ActiveScript) => motion(script),
        ({ still_ms }: ActiveScript) => ({ variant: 'still', held_ms: still_ms }),
      ]) {
        const ceremony = await shop.begin({ operation: 'enroll' })
        const script_response = response(ceremony.challenge.script!)
        const answer = await shop.submit(ceremony, newPerson(), { frames: lateFrames, script_response })
        expect(answer.json).toEqual({ status: 'retry' })
      }
    })

    test('[CE36] the script of another challenge does not do', async () => {
      const other = (await shop.begin({ operation: 'enroll' })).challenge.script!
      const { ceremony, answer } = await answerWith(() => motion(other))
      const isSame = other.actions.join() === ceremony.challenge.script!.actions.join()
      expect(answer.json.status).toBe(isSame ? 'ok' : 'retry')
    })

    test('[CE36] a response that nobody asked for is malformed and spends nothing', async () => {
      const plain = await rig.createApplication()
      const ceremony = await plain.begin({ operation: 'enroll' })
      const script_response = { variant: 'still', held_ms: 5000 }
      expect(seen(await plain.submit(ceremony, newPerson(), { script_response }))).toEqual([422, 'request_invalid'])
      expect(await isUnspent(plain, ceremony)).toBe(true)
      expect((await plain.submit(ceremony, newPerson())).json.status).toBe('ok')
    })

    test('[CE36] an action that does not exist, a fifth one or a time that is none is malformed', async () => {
      const step = { action: 'blink', done_at_ms: 500 }
      const malformed = [
        { variant: 'motion', steps: [{ ...step, action: 'nod' }] },
        { variant: 'motion', steps: [step, step, step, step, step] },
        { variant: 'motion', steps: [] },
        { variant: 'motion', steps: [{ ...step, done_at_ms: -1 }] },
        { variant: 'motion', steps: [{ ...step, done_at_ms: '500' }] },
        { variant: 'dance' },
        { variant: 'still', held_ms: 2000, steps: [step] },
      ]
      for (const script_response of malformed) {
        const { ceremony, answer } = await answerWith(() => script_response)
        expect(answer.status).toBe(422)
        expect(await isUnspent(shop, ceremony)).toBe(true)
      }
    })
  })

  describe('what a page says beside the templates', () => {
    const camera = { width: 640, height: 480, virtual_suspected: true, frozen_ratio: 0.25 }
    const claimsOf = async (application: TestApplication, outcome: SubmissionResponse) => {
      const { result_code } = outcome as { result_code: string }
      return (await application.backend('POST', '/v1/results/redeem', { result_code })).json
    }

    test('[CE37] comes back beside the assertion, and proves nothing', async () => {
      const shop = await rig.createApplication({ active_steps: 1 })
      const ceremony = await shop.begin({ operation: 'enroll' })
      const script_response = motion(ceremony.challenge.script!)
      rig.clock.advance(scriptSeconds)
      const answer = await shop.submit(ceremony, newPerson(), { frames: lateFrames, script_response, camera })
      const redeemed = await claimsOf(shop, answer.json)
      expect(redeemed.page_claims).toEqual({ active_check: 'motion', camera })
      expect(Buffer.from(redeemed.assertion.split('.')[1], 'base64url').toString()).not.toMatch(/camera|active/)
    })

    test('[CE37] says that nothing was asked and nothing noticed', async () => {
      const shop = await rig.createApplication()
      const redeemed = await claimsOf(shop, await shop.run('enroll', newPerson()))
      expect(redeemed.page_claims).toEqual({ active_check: 'none', camera: null })
    })

    test('[CE37] outlasts the time in which a PIN is asked for', async () => {
      const shop = await rig.createApplication({ pin_authenticate: 'always' })
      const ada = newPerson()
      await shop.enroll(ada, { pin: '8264' })
      await change(shop, { active_steps: 1 })
      const ceremony = await shop.begin({ operation: 'authenticate' })
      const script_response = { variant: 'still', held_ms: 9000 }
      rig.clock.advance(scriptSeconds)
      const asked = (await shop.submit(ceremony, ada, { frames: lateFrames, script_response, camera })).json
      const done = await asPage(ceremony, '/v1/step-ups', { submission_id: asked.submission_id, pin: '8264' })
      expect((await claimsOf(shop, done.json)).page_claims).toEqual({ active_check: 'still', camera })
    })

    test('[CE37] a camera that cannot be is malformed', async () => {
      const shop = await rig.createApplication()
      const ceremony = await shop.begin({ operation: 'enroll' })
      for (const bad of [{ width: 0 }, { width: 1.5 }, { frozen_ratio: 1.1 }, { label: 'OBS' }]) {
        const answer = await shop.submit(ceremony, newPerson(), { camera: { ...camera, ...bad } })
        expect(answer.status).toBe(422)
      }
    })
  })

  describe('age and gender', () => {
    const details = { gender: 'female', age: 34 }
    const fields = { of_age: true, details }
    /** Per setting: what an enrolment may bring. */
    const taken: [string, Partial<typeof fields>][] = [
      ['off', {}],
      ['age_gate', { of_age: true }],
      ['details', { details }],
      ['details', {}],
    ]
    const refused: [string, object][] = [
      ['off', { of_age: true }],
      ['off', { details }],
      ['age_gate', {}],
      ['age_gate', { details }],
      ['age_gate', fields],
      ['details', { of_age: true }],
      ['details', { details: { ...details, age: 121 } }],
      ['details', { details: { ...details, gender: 'x' } }],
      ['details', { details: { ...details, name: 'Ada' } }],
    ]
    test.each(taken)('[CE38] %s takes %j', async (attributes, given) => {
      const shop = await rig.createApplication({ attributes: attributes as 'off' })
      expect(await shop.run('enroll', newPerson(), given)).toMatchObject({ status: 'ok' })
    })

    test.each(refused)('[CE38] %s does not take %j, and it spends nothing', async (attributes, given) => {
      const shop = await rig.createApplication({ attributes: attributes as 'off' })
      const ceremony = await shop.begin({ operation: 'enroll' })
      expect((await shop.submit(ceremony, newPerson(), given)).status).toBe(422)
      expect(await isUnspent(shop, ceremony)).toBe(true)
    })

    test('[CE38] nobody who is not of age is enrolled, and it costs a challenge and a try', async () => {
      const shop = await rig.createApplication({ attributes: 'age_gate', max_tries: 1 })
      const ceremony = await shop.begin({ operation: 'enroll' })
      const answer = await shop.submit(ceremony, newPerson(), { of_age: false })
      expect(answer.json).toEqual({ status: 'refused', reason: 'minor' })
      expect(await isUnspent(shop, ceremony)).toBe(false)
      const { json: challenge } = await asPage(ceremony, '/v1/challenges', {})
      const again = await shop.submit({ ...ceremony, challenge }, newPerson(), { of_age: true })
      expect(again.json).toEqual({ status: 'refused', reason: 'too_many' })
      expect((await shop.backend('GET', '/v1/subjects')).json.subjects).toEqual([])
    })

    test('[CE38] nothing of it is taken to authenticate', async () => {
      for (const attributes of ['off', 'age_gate', 'details'] as const) {
        const shop = await rig.createApplication({ attributes })
        for (const given of [{ of_age: true }, { details }]) {
          const answer = await shop.submit(await shop.begin({ operation: 'authenticate' }), newPerson(), given)
          expect(seen(answer)).toEqual([422, 'request_invalid'])
        }
      }
    })
  })

  describe('PINs that must be unique', () => {
    let shop: TestApplication
    beforeEach(async () => {
      shop = await rig.createApplication({ unique_pins: true })
    })
    const notUnique = { status: 'refused', reason: 'pin_not_unique' }

    test('[CE39] a taken one enrolls nobody; the same capture goes on with another', async () => {
      await shop.enroll(newPerson(), { pin: '8264' })
      const ceremony = await shop.begin({ operation: 'enroll' })
      const bob = newPerson()
      const first = await shop.submit(ceremony, bob, { pin: '8264' })
      expect(first.json).toEqual(notUnique)
      expect(await isUnspent(shop, ceremony)).toBe(true)
      expect((await shop.submit(ceremony, bob, { pin: '7391' })).json).toMatchObject({ status: 'ok' })
      expect(seen(await shop.submit(ceremony, bob, { pin: '7392' }))).toEqual([409, 'challenge_used'])
    })

    test('[CE39] the very same templates may come again with another PIN', async () => {
      await shop.enroll(newPerson(), { pin: '8264' })
      const { session, challenge } = await shop.begin({ operation: 'enroll' })
      const submission = composeSubmission(session, challenge, newPerson(), rig.clock.now())
      const submit = (pin: string) => asPage({ session }, '/v1/submissions', { ...submission, pin })
      expect((await submit('8264')).json).toEqual(notUnique)
      expect((await submit('7391')).json).toMatchObject({ status: 'ok' })
    })

    test('[CE39] each taken PIN costs a try, so that nobody finds out one after the other', async () => {
      await shop.enroll(newPerson(), { pin: '8264' })
      const ceremony = await shop.begin({ operation: 'enroll' })
      const answers = []
      for (let i = 0; i < 6; i++) answers.push((await shop.submit(ceremony, newPerson(), { pin: '8264' })).json.reason)
      expect(answers).toEqual([...Array(5).fill('pin_not_unique'), 'too_many'])
    })

    test('[CE39] without a good challenge nothing is said of a PIN', async () => {
      await shop.enroll(newPerson(), { pin: '8264' })
      const ceremony = await shop.begin({ operation: 'enroll' })
      rig.clock.advance(121)
      const answers = await Promise.all(['8264', '7391'].map((pin) => shop.submit(ceremony, newPerson(), { pin })))
      expect(answers.map(seen)).toEqual([
        [410, 'challenge_expired'],
        [410, 'challenge_expired'],
      ])
    })

    test('[CE39] of ten enrolments at once with one PIN, into several galleries, one wins', async () => {
      const galleries = ['a', 'b', 'c']
      for (const name of galleries) await shop.backend('POST', '/v1/galleries', { name })
      const ceremonies = await Promise.all(
        Array.from({ length: 10 }, (_, i) => shop.begin({ operation: 'enroll', gallery: galleries[i % 3]! })),
      )
      const answers = await Promise.all(ceremonies.map((each) => shop.submit(each, newPerson(), { pin: '8264' })))
      expect(answers.filter(({ json }) => json.status === 'ok')).toHaveLength(1)
      expect(answers.filter(({ json }) => json.reason === 'pin_not_unique')).toHaveLength(9)
      expect(rig.failures).toEqual([])
    })

    test('[CE39] a backend’s new PIN that is taken is refused, its own again is not', async () => {
      const ada = await shop.enroll(newPerson(), { pin: '8264' })
      const bob = await shop.enroll(newPerson(), { pin: '7391' })
      const set = (id: string, pin: string) => shop.backend('PUT', `/v1/subjects/${id}/pin`, { pin })
      expect(seen(await set(bob, '8264'))).toEqual([409, 'pin_not_unique'])
      expect((await set(ada, '8264')).status).toBe(204)
      expect((await set(ada, '9513')).status).toBe(204)
      expect((await set(bob, '8264')).status).toBe(204)
    })

    test('[CE39] backends and enrolments that race for one PIN: one wins, and nothing breaks', async () => {
      const others = await Promise.all(Array.from({ length: 5 }, () => shop.enroll(newPerson())))
      const ceremonies = await Promise.all(Array.from({ length: 5 }, () => shop.begin({ operation: 'enroll' })))
      const answers = await Promise.all([
        ...others.map((id) => shop.backend('PUT', `/v1/subjects/${id}/pin`, { pin: '8264' })),
        ...ceremonies.map((each) => shop.submit(each, newPerson(), { pin: '8264' })),
      ])
      const isWinner = ({ status, json }: Answer) => status === 204 || json?.status === 'ok'
      const isLoser = ({ json }: Answer) => json?.reason === 'pin_not_unique' || json?.error?.code === 'pin_not_unique'
      expect(answers.filter(isWinner)).toHaveLength(1)
      expect(answers.filter(isLoser)).toHaveLength(9)
      expect(rig.failures).toEqual([])
    })

    test('[CE39] a PIN is free again when its person is gone or has another', async () => {
      const ada = await shop.enroll(newPerson(), { pin: '8264' })
      await shop.backend('DELETE', `/v1/subjects/${ada}`)
      const bob = await shop.enroll(newPerson(), { pin: '8264' })
      await shop.backend('DELETE', `/v1/subjects/${bob}/pin`)
      await shop.enroll(newPerson(), { pin: '8264' })
    })

    test('[CE39] it is nobody’s business in another application, or where PINs need not be unique', async () => {
      await shop.enroll(newPerson(), { pin: '8264' })
      await (await rig.createApplication({ unique_pins: true })).enroll(newPerson(), { pin: '8264' })
      const lax = await rig.createApplication()
      await lax.enroll(newPerson(), { pin: '8264' })
      await lax.enroll(newPerson(), { pin: '8264' })
    })

    test('[CE39] PINs of before the setting was on may be used again; switched off, digests are forgotten', async () => {
      const lax = await rig.createApplication()
      const ada = await lax.enroll(newPerson(), { pin: '8264' })
      await change(lax, { unique_pins: true })
      await lax.enroll(newPerson(), { pin: '8264' })
      const again = await lax.backend('PUT', `/v1/subjects/${ada}/pin`, { pin: '8264' })
      expect(seen(again)).toEqual([409, 'pin_not_unique'])
      await change(lax, { unique_pins: false })
      await lax.enroll(newPerson(), { pin: '8264' })
      await change(lax, { unique_pins: true })
      await lax.enroll(newPerson(), { pin: '8264' })
    })
  })

  describe('countries', () => {
    let shop: TestApplication
    beforeAll(async () => {
      shop = await rig.createApplication({ countries: ['DE', 'FR'] })
    })
    const from = (country?: string) => ({
      origin: pageOrigin,
      ...(country === undefined ? {} : { 'cf-ipcountry': country }),
    })

    test.each(['IT', 'XX', undefined])(
      '[CE40] from %s no page opens a session, and it can read why',
      async (country) => {
        const answer = await shop.openSession({ operation: 'enroll' }, from(country))
        expect(seen(answer)).toEqual([403, 'country_forbidden'])
        expect(answer.headers.get('access-control-allow-origin')).toBe(pageOrigin)
      },
    )

    test('[CE40] from a listed one it does; with no list, from everywhere', async () => {
      expect((await shop.openSession({ operation: 'enroll' }, from('FR'))).status).toBe(201)
      const open = await rig.createApplication({ countries: [] })
      expect((await open.openSession({ operation: 'enroll' }, from())).status).toBe(201)
    })

    test('[CE40] whoever opened the session, the person is in the country that counts', async () => {
      const session = (await shop.backend('POST', '/v1/sessions', { operation: 'enroll' })).json
      const asked = (country: string) => asPage({ session }, '/v1/challenges', {}, { headers: from(country) })
      expect(seen(await asked('IT'))).toEqual([403, 'country_forbidden'])
      expect((await asked('DE')).status).toBe(201)
    })

    test('[CE40] a submission from elsewhere is refused for a challenge and a try, and no PIN is taken', async () => {
      const session = (await shop.openSession({ operation: 'enroll' }, from('DE'))).json
      const challenge = (await asPage({ session }, '/v1/challenges', {}, { headers: from('DE') })).json
      const body = composeSubmission(session, challenge, newPerson(), rig.clock.now())
      const answer = await asPage({ session }, '/v1/submissions', body, { headers: from('IT') })
      expect(answer.json).toEqual({ status: 'refused', reason: 'country' })
      expect(await isUnspent(shop, { session, challenge })).toBe(false)
      const pin = { submission_id: session.session_id, pin: '8264' }
      const stepUp = await asPage({ session }, '/v1/step-ups', pin, { headers: from('IT') })
      expect(seen(stepUp)).toEqual([403, 'country_forbidden'])
    })
  })

  describe('what the widget is told', () => {
    test('[CE41] the consent text in the best of the person’s languages', async () => {
      const text = (locale: string) => ({ locale, purpose: `purpose ${locale}`, text: `text ${locale}` })
      const shop = await rig.createApplication({ consent_texts: [text('en'), text('de'), text('pt-BR')] })
      const told = async (locales?: string[]) => {
        const request = { operation: 'enroll' as const, ...(locales === undefined ? {} : { locales }) }
        return (await shop.openSession(request)).json.settings.consent_text
      }
      expect(await told(['fr', 'de-AT'])).toEqual(text('de'))
      expect(await told(['pt'])).toEqual(text('pt-BR'))
      expect(await told(['ja'])).toEqual(text('en'))
      expect(await told()).toEqual(text('en'))
      const silent = await rig.createApplication()
      expect((await silent.openSession({ operation: 'enroll' })).json.settings.consent_text).toBeNull()
    })

    test('the settings that the device acts on', async () => {
      const settings = { attributes: 'age_gate', minimum_age: 21, reject_obscured: false } as const
      const shop = await rig.createApplication(settings)
      expect((await shop.openSession({ operation: 'enroll' })).json.settings).toMatchObject(settings)
    })

    test('[CE17] a session ends when its application says', async () => {
      const shop = await rig.createApplication({ session_seconds: 60 })
      const ceremony = await shop.begin({ operation: 'enroll' })
      rig.clock.advance(59)
      expect((await asPage(ceremony, '/v1/challenges', {})).status).toBe(201)
      rig.clock.advance(2)
      expect(seen(await asPage(ceremony, '/v1/challenges', {}))).toEqual([401, 'session_expired'])
    })

    test('[CE41] the backend reads back what a person agreed to', async () => {
      const shop = await rig.createApplication()
      const consent = { ...consentGiven(rig.clock.now()), locale: 'de-AT', text_sha256: 'cd'.repeat(32) }
      const id = await shop.enroll(newPerson(), { consent })
      const { json } = await shop.backend('GET', `/v1/subjects/${id}`)
      expect(json.consent).toEqual({ ...consent, recorded_at: rig.clock.now().toISOString() })
      const unasked = await rig.createApplication({ consent_required: false })
      const other = await unasked.enroll(newPerson(), { consent: undefined })
      expect((await unasked.backend('GET', `/v1/subjects/${other}`)).json.consent).toBeNull()
    })
  })
})
