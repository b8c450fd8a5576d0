import { generateKeyPairSync } from 'node:crypto'
import { type PasskeyRegistration, passkeyOptionsResponse } from '@mien/shared/api/passkeys'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createDeviceCeremonies, type DeviceCeremonies } from '../../../../../test/contract/device-ceremony.ts'
import { engines } from '../../../../../test/contract/engines.ts'
import { createPasskeyCeremonies, type PasskeyCeremonies } from '../../../../../test/contract/passkey-ceremony.ts'
import {
  type Answer,
  type Ceremony,
  openTestApp,
  pageOrigin,
  type TestApp,
  type TestApplication,
} from '../../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'
import {
  createTestAuthenticator,
  type TestAuthenticator,
  type Twist,
} from '../../../../../test/fixtures/test-authenticator.ts'
import { createTestDevice } from '../../../../../test/fixtures/test-device.ts'
import { createMienServerClient } from '../../client/mien-server-client.ts'

let rig: TestApp
let passkeys: PasskeyCeremonies
let seed = 230_000
const newPerson = () => syntheticPerson(++seed)
const newAuthenticator = () => createTestAuthenticator(pageOrigin)
const seen = ({ status, json }: Answer) => [status, json?.error?.code ?? json?.reason ?? json?.status]

interface Shop {
  readonly application: TestApplication
  readonly ceremonies: DeviceCeremonies
}

/** Where every sign-in asks for a second factor. */
const openShop = async (settings: object = {}): Promise<Shop> => {
  const application = await rig.createApplication({
    prevent_duplicates: false,
    passkeys: 'optional',
    pin_authenticate: 'always',
    ...settings,
  })
  return { application, ceremonies: createDeviceCeremonies(rig, application) }
}

interface Enrolled {
  readonly facialId: string
  readonly ceremony: Ceremony
  readonly answer: Answer
}

const enroll = async ({ application }: Shop, person: Float32Array, changes: object = {}): Promise<Enrolled> => {
  const ceremony = await application.begin({ operation: 'enroll' })
  const answer = await application.submit(ceremony, person, changes)
  return { facialId: answer.json.disclosed.facial_id, ceremony, answer }
}

const enrollWithPasskey = async (shop: Shop, person: Float32Array, authenticator: TestAuthenticator) => {
  const enrolled = await enroll(shop, person)
  expect(seen(await passkeys.register(enrolled.ceremony, authenticator))).toEqual([204, undefined])
  return enrolled.facialId
}

/** A face that was recognised and is asked for more. */
const recognised = async ({ application }: Shop, person: Float32Array) => {
  const ceremony = await application.begin({ operation: 'authenticate' })
  const answer = await application.submit(ceremony, person)
  return { ceremony, answer, submissionId: answer.json.submission_id as string }
}

const signIn = async (shop: Shop, person: Float32Array, authenticator: TestAuthenticator, twist?: Twist) => {
  const { ceremony, submissionId } = await recognised(shop, person)
  return passkeys.stepUp(ceremony, submissionId, authenticator, twist)
}

const outcomesOf = async ({ application }: Shop) => {
  const { records } = (await application.backend('GET', '/v1/audit?limit=100')).json
  return (records as { event: string; outcome: string }[]).map(({ event, outcome }) => `${event} ${outcome}`)
}

describe.each(engines)('on $name', ({ open }) => {
  beforeAll(async () => {
    rig = await openTestApp({ database: await open() })
    passkeys = createPasskeyCeremonies(rig)
  })
  afterAll(() => rig.close())

  test('[PK1] a passkey that was added at an enrolment is a second factor beside the face from then on', async () => {
    const shop = await openShop()
    const [ada, authenticator, device] = [newPerson(), newAuthenticator(), createTestDevice()]
    const ceremony = await shop.ceremonies.begin({ operation: 'enroll' }, device)
    const enrolled = await shop.ceremonies.submit(ceremony, ada, device)
    expect(seen(await passkeys.register(ceremony, authenticator))).toEqual([204, undefined])
    const { facialId } = await shop.ceremonies.redeem(enrolled)

    const again = await shop.ceremonies.begin({ operation: 'authenticate' }, device)
    const asked = await shop.ceremonies.submit(again, ada, device)
    expect(asked.json).toMatchObject({ status: 'step_up', methods: ['passkey'] })
    const granted = await passkeys.stepUp(again, asked.json.submission_id, authenticator)
    expect(await shop.ceremonies.redeem(granted)).toMatchObject({
      facialId,
      assurance: 'A1',
      factors: 'face+device+passkey',
      amr: ['face', 'swk', 'hwk', 'mfa'],
    })
  })

  test('[PK1] a passkey makes an unknown device this person’s, where a second factor does', async () => {
    const shop = await openShop({ min_assurance_authenticate: 'A1', pin_authenticate: 'off' })
    const [ada, authenticator, device] = [newPerson(), newAuthenticator(), createTestDevice()]
    const [first, known] = [await shop.ceremonies.begin({ operation: 'enroll' }), createTestDevice()]
    expect(seen(await shop.ceremonies.submit(first, ada, known))).toEqual([200, 'ok'])
    expect(seen(await passkeys.register(first, authenticator))).toEqual([204, undefined])

    const begun = await shop.ceremonies.begin({ operation: 'authenticate' }, device)
    const asked = await shop.ceremonies.submit(begun, ada, device)
    expect(asked.json).toMatchObject({ status: 'step_up', methods: ['passkey'] })
    expect(seen(await passkeys.stepUp(begun, asked.json.submission_id, authenticator))).toEqual([200, 'retry'])
    const next = await shop.ceremonies.begin({ operation: 'authenticate' }, device)
    const granted = await shop.ceremonies.submit(next, ada, device)
    expect(await shop.ceremonies.redeem(granted)).toMatchObject({ assurance: 'A1', factors: 'face+device' })
  })

  test('[PK2] what can be given is what the person has: a passkey, a PIN, or either', async () => {
    const shop = await openShop()
    const [both, pinOnly, neither, authenticator] = [newPerson(), newPerson(), newPerson(), newAuthenticator()]
    const { ceremony } = await enroll(shop, both, { pin: '836195' })
    await passkeys.register(ceremony, authenticator)
    await enroll(shop, pinOnly, { pin: '836195' })
    await enroll(shop, neither)
    const methods = async (person: Float32Array) => (await recognised(shop, person)).answer.json
    expect(await methods(both)).toMatchObject({ status: 'step_up', methods: ['passkey', 'pin'] })
    expect(await methods(pinOnly)).toMatchObject({ status: 'step_up', methods: ['pin'] })
    expect(await methods(neither)).toEqual(await methods(newPerson()))

    const { ceremony: begun, submissionId } = await recognised(shop, both)
    const pin = await passkeys.post(begun.session, '/v1/step-ups', { submission_id: submissionId, pin: '836195' })
    expect(seen(pin)).toEqual([200, 'ok'])
    expect(seen(await signIn(shop, both, authenticator))).toEqual([200, 'ok'])
  })

  test('[PK2] what a person is asked to sign is the same whoever they are and whatever they have', async () => {
    const shop = await openShop()
    const [withPasskey, withPin] = [newPerson(), newPerson()]
    await enrollWithPasskey(shop, withPasskey, newAuthenticator())
    await enroll(shop, withPin, { pin: '836195' })
    const shapes = []
    for (const person of [withPasskey, withPin]) {
      const { ceremony, submissionId } = await recognised(shop, person)
      const asked = await passkeys.toAuthenticate(ceremony, submissionId)
      expect(passkeyOptionsResponse.safeParse(asked.json).success).toBe(true)
      const { challenge: _challenge, ...options } = asked.json.options
      shapes.push({ status: asked.status, options })
    }
    expect(shapes[0]).toEqual(shapes[1])
    expect(shapes[0]?.options).toEqual({ rpId: 'shop.example', timeout: 300_000, userVerification: 'required' })
  })

  test('[PK3] the site and the origin are those of the session, and no wider', async () => {
    const shop = await openShop()
    const { ceremony } = await enroll(shop, newPerson())
    const asked = await passkeys.toRegister(ceremony)
    expect(passkeyOptionsResponse.safeParse(asked.json).success).toBe(true)
    expect(asked.json.options).toMatchObject({
      rp: { id: 'shop.example' },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    })
    expect(asked.text).not.toContain(ceremony.session.session_id)
  })

  const forged: readonly [string, Twist][] = [
    ['another origin', { origin: 'https://shop.example.evil.example' }],
    ['a neighbouring origin', { origin: 'https://www.shop.example' }],
    ['another site', { relyingParty: 'example' }],
    ['another challenge', { challenge: 'A'.repeat(43) }],
    ['the other ceremony', { type: 'webauthn.nothing' }],
    ['a foreign frame', { crossOrigin: true }],
    ['a person who was not verified', { isVerified: false }],
    ['a person who was not there', { isPresent: false }],
    ['another credential', { credentialId: 'B'.repeat(43) }],
  ]
  const ofOtherKey: readonly [string, Twist][] = [
    ['another key', { privateKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey }],
  ]

  test.each([...forged, ...ofOtherKey])('[PK3] an answer for %s is PASSKEY_INVALID', async (_, twist) => {
    const shop = await openShop()
    const [ada, authenticator] = [newPerson(), newAuthenticator()]
    await enrollWithPasskey(shop, ada, authenticator)
    expect(seen(await signIn(shop, ada, authenticator, twist))).toEqual([401, 'passkey_invalid'])
    expect(seen(await signIn(shop, ada, authenticator))).toEqual([200, 'ok'])
    expect((await outcomesOf(shop)).filter((line) => line.startsWith('step_up passkey_'))).toHaveLength(1)
  })

  test.each(forged)('[PK3] a passkey that was made for %s is not added', async (_, twist) => {
    const shop = await openShop()
    const enrolled = await enroll(shop, newPerson())
    const answer = await passkeys.register(enrolled.ceremony, newAuthenticator(), twist)
    expect(seen(answer)).toEqual([401, 'passkey_invalid'])
    const listed = await shop.application.backend('GET', `/v1/subjects/${enrolled.facialId}/passkeys`)
    expect(listed.json).toEqual({ passkeys: [] })
  })

  test('[PK3] certificates are refused unread: nothing in them makes the server fetch anything', async () => {
    const fetched = vi.spyOn(globalThis, 'fetch')
    const shop = await openShop()
    for (const format of ['apple', 'packed', 'fido-u2f', 'tpm', 'android-key', 'android-safetynet', 'none']) {
      const enrolled = await enroll(shop, newPerson())
      const statement = new Map<string, number | Uint8Array | Uint8Array[]>([
        ['alg', -7],
        ['sig', new Uint8Array(64)],
        ['x5c', [new Uint8Array(300).fill(0x30)]],
      ])
      const answer = await passkeys.register(enrolled.ceremony, newAuthenticator(), { format, statement })
      expect(seen(answer)).toEqual([401, 'passkey_invalid'])
    }
    expect(fetched).not.toHaveBeenCalled()
    fetched.mockRestore()
  })

  test('[PK3] unreadable bytes are PASSKEY_INVALID, and what is no base64url or too long is REQUEST_INVALID', async () => {
    const shop = await openShop()
    const text = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const bad: readonly [Partial<PasskeyRegistration>, number, string][] = [
      [{ attestation_object: 'AAAA' }, 401, 'passkey_invalid'],
      [{ attestation_object: '_____w' }, 401, 'passkey_invalid'],
      // Arrays in arrays, and a map that says that it is longer than memory.
      [{ attestation_object: Buffer.alloc(6000, 0x81).toString('base64url') }, 401, 'passkey_invalid'],
      [{ attestation_object: Buffer.from('bbffffffffffffffff', 'hex').toString('base64url') }, 401, 'passkey_invalid'],
      [{ client_data: 'AAAA' }, 401, 'passkey_invalid'],
      [{ client_data: text([]) }, 401, 'passkey_invalid'],
      [{ client_data: text({}) }, 401, 'passkey_invalid'],
      [{ attestation_object: 'A'.repeat(16_385) }, 422, 'request_invalid'],
      [{ client_data: 'A'.repeat(4097) }, 422, 'request_invalid'],
      [{ credential_id: 'A'.repeat(1365) }, 422, 'request_invalid'],
      [{ attestation_object: 'a+/=' }, 422, 'request_invalid'],
      [{ transports: ['telepathy' as 'usb'] }, 422, 'request_invalid'],
    ]
    for (const [changes, status, code] of bad) {
      const { ceremony } = await enroll(shop, newPerson())
      const { challenge_id: id, options } = (await passkeys.toRegister(ceremony)).json
      const made = { ...newAuthenticator().make(id, options), ...changes }
      expect(seen(await passkeys.post(ceremony.session, '/v1/passkeys', made))).toEqual([status, code])
    }

    const [ada, authenticator] = [newPerson(), newAuthenticator()]
    await enrollWithPasskey(shop, ada, authenticator)
    for (const changes of [
      { authenticator_data: 'AAAA' },
      { authenticator_data: Buffer.alloc(37, 0xff).toString('base64url') },
      { signature: 'AAAA' },
      { client_data: text({ type: 'webauthn.get' }) },
    ]) {
      const { ceremony, submissionId } = await recognised(shop, ada)
      const { challenge_id: id, options } = (await passkeys.toAuthenticate(ceremony, submissionId)).json
      const passkey = { ...authenticator.answer(id, options), ...changes }
      const answer = await passkeys.post(ceremony.session, '/v1/step-ups', { submission_id: submissionId, passkey })
      expect(seen(answer)).toEqual([401, 'passkey_invalid'])
    }
    expect(rig.failures).toEqual([])
  })

  test('[PK4] a challenge works once, also of many at once, in its time, session, purpose and submission', async () => {
    const shop = await openShop()
    const [ada, authenticator] = [newPerson(), newAuthenticator()]
    await enrollWithPasskey(shop, ada, authenticator)
    const { ceremony, submissionId } = await recognised(shop, ada)
    const ask = async () => (await passkeys.toAuthenticate(ceremony, submissionId)).json
    const send = (body: object) => passkeys.post(ceremony.session, '/v1/step-ups', body)

    const spent = await ask()
    const wrong = authenticator.answer(spent.challenge_id, spent.options, { isVerified: false })
    expect(seen(await send({ submission_id: submissionId, passkey: wrong }))).toEqual([401, 'passkey_invalid'])
    const replayed = authenticator.answer(spent.challenge_id, spent.options)
    expect(seen(await send({ submission_id: submissionId, passkey: replayed }))).toEqual([404, 'challenge_unknown'])

    const other = await recognised(shop, ada)
    const theirs = (await passkeys.toAuthenticate(other.ceremony, other.submissionId)).json
    const moved = authenticator.answer(theirs.challenge_id, theirs.options)
    expect(seen(await send({ submission_id: submissionId, passkey: moved }))).toEqual([404, 'challenge_unknown'])

    const late = await ask()
    rig.clock.advance(290)
    const fresh = await recognised(shop, ada)
    const asked = (await passkeys.toAuthenticate(fresh.ceremony, fresh.submissionId)).json
    rig.clock.advance(11)
    const expired = authenticator.answer(late.challenge_id, late.options)
    expect(seen(await send({ submission_id: submissionId, passkey: expired }))).toEqual([401, 'session_expired'])
    const passkey = authenticator.answer(asked.challenge_id, asked.options)
    const all = await Promise.all(
      Array.from({ length: 12 }, () =>
        passkeys.post(fresh.ceremony.session, '/v1/step-ups', { submission_id: fresh.submissionId, passkey }),
      ),
    )
    expect(all.filter(({ json }) => json.status === 'ok')).toHaveLength(1)
    expect(all.every(({ status }) => status < 500)).toBe(true)
    expect(seen(await passkeys.toAuthenticate(fresh.ceremony, fresh.submissionId))).toEqual([409, 'challenge_used'])
  })

  test('[PK4] of all challenges of a session ten are drawn', async () => {
    const shop = await openShop()
    const ada = newPerson()
    await enrollWithPasskey(shop, ada, newAuthenticator())
    const { ceremony, submissionId } = await recognised(shop, ada)
    const asked = await Promise.all(Array.from({ length: 15 }, () => passkeys.toAuthenticate(ceremony, submissionId)))
    expect(asked.filter(({ status }) => status === 201)).toHaveLength(10)
    expect(asked.filter(({ status }) => status === 429)).toHaveLength(5)
  })

  test('[PK5] the passkey of another person, of another application and of nobody are all the same', async () => {
    const [shop, elsewhere] = [await openShop(), await openShop()]
    const [ada, bob] = [newPerson(), newPerson()]
    const [ofAda, ofBob, ofAdaElsewhere] = [newAuthenticator(), newAuthenticator(), newAuthenticator()]
    await enrollWithPasskey(shop, ada, ofAda)
    await enrollWithPasskey(shop, bob, ofBob)
    await enrollWithPasskey(elsewhere, ada, ofAdaElsewhere)
    const texts = new Set<string>()
    for (const authenticator of [ofBob, ofAdaElsewhere, newAuthenticator()]) {
      const answer = await signIn(shop, ada, authenticator)
      expect(seen(answer)).toEqual([401, 'passkey_invalid'])
      const { request_id: _id, ...error } = answer.json.error
      texts.add(JSON.stringify(error))
    }
    expect(texts.size).toBe(1)
  })

  test('[PK5] a counter that does not go on is a copy, and is refused; one that always says 0 does not count', async () => {
    const shop = await openShop()
    const [ada, authenticator] = [newPerson(), newAuthenticator()]
    const facialId = await enrollWithPasskey(shop, ada, authenticator)
    const first = { ceremony: await recognised(shop, ada) }.ceremony
    const used = await passkeys.stepUp(first.ceremony, first.submissionId, authenticator, { signCount: 7 })
    expect(seen(used)).toEqual([200, 'ok'])
    for (const signCount of [7, 6, 0]) {
      expect(seen(await signIn(shop, ada, authenticator, { signCount }))).toEqual([401, 'passkey_invalid'])
    }
    expect(await outcomesOf(shop)).toContain('step_up passkey_counter')
    expect(seen(await signIn(shop, ada, authenticator, { signCount: 8 }))).toEqual([200, 'ok'])
    const [listed] = (await shop.application.backend('GET', `/v1/subjects/${facialId}/passkeys`)).json.passkeys
    expect(listed).toMatchObject({ relying_party: 'shop.example', last_used_at: rig.clock.now().toISOString() })

    const [bob, still] = [newPerson(), newAuthenticator()]
    const enrolled = await enroll(shop, bob)
    await passkeys.register(enrolled.ceremony, still, { signCount: 0 })
    for (let i = 0; i < 2; i++) expect(seen(await signIn(shop, bob, still, { signCount: 0 }))).toEqual([200, 'ok'])
  })

  test('[PK6] three tries a session, PINs and passkeys together, taken before anything is looked at', async () => {
    const shop = await openShop()
    const [ada, authenticator] = [newPerson(), newAuthenticator()]
    const { ceremony: enrolment } = await enroll(shop, ada, { pin: '836195' })
    await passkeys.register(enrolment, authenticator)
    const { ceremony, submissionId } = await recognised(shop, ada)
    const challenges = await Promise.all(
      Array.from({ length: 8 }, async () => (await passkeys.toAuthenticate(ceremony, submissionId)).json),
    )
    const answers = await Promise.all(
      challenges.map(({ challenge_id: id, options }) =>
        passkeys.post(ceremony.session, '/v1/step-ups', {
          submission_id: submissionId,
          passkey: authenticator.answer(id, options, { isVerified: false }),
        }),
      ),
    )
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(3)
    expect(answers.filter(({ json }) => json.reason === 'too_many')).toHaveLength(5)
    const pin = await passkeys.post(ceremony.session, '/v1/step-ups', { submission_id: submissionId, pin: '836195' })
    expect(seen(pin)).toEqual([200, 'too_many'])
  })

  test('[PK6] ten wrong ones in a row lock a person’s passkeys until the backend opens them; the right one starts anew', async () => {
    const shop = await openShop()
    const [ada, authenticator] = [newPerson(), newAuthenticator()]
    const facialId = await enrollWithPasskey(shop, ada, authenticator)
    const fail = async (times: number) => {
      for (let i = 0; i < times; i++) {
        expect(seen(await signIn(shop, ada, authenticator, { isVerified: false }))).toEqual([401, 'passkey_invalid'])
      }
    }
    await fail(9)
    expect(seen(await signIn(shop, ada, authenticator))).toEqual([200, 'ok'])
    await fail(10)
    expect(seen(await signIn(shop, ada, authenticator))).toEqual([200, 'not_recognised'])
    expect(await outcomesOf(shop)).toContain('step_up locked')
    expect((await shop.application.backend('DELETE', `/v1/subjects/${facialId}/lockouts`)).status).toBe(204)
    expect(seen(await signIn(shop, ada, authenticator))).toEqual([200, 'ok'])
  }, 60_000)

  test('[PK7] a face alone adds no passkey to somebody who is there, and nobody does before they were let in', async () => {
    const shop = await openShop({ pin_authenticate: 'when_close' })
    const ada = newPerson()
    const { facialId } = await enroll(shop, ada, { pin: '836195' })
    const before = await shop.application.begin({ operation: 'authenticate' })
    expect(seen(await passkeys.toRegister(before))).toEqual([403, 'forbidden'])
    expect(seen(await shop.application.submit(before, ada))).toEqual([200, 'ok'])
    expect(seen(await passkeys.toRegister(before))).toEqual([403, 'assurance_too_low'])

    const strict = async (settings: object) => {
      const other = await openShop(settings)
      await enroll(other, ada, { pin: '836195' })
      const { ceremony, submissionId } = await recognised(other, ada)
      await passkeys.post(ceremony.session, '/v1/step-ups', { submission_id: submissionId, pin: '836195' })
      return seen(await passkeys.register(ceremony, newAuthenticator()))
    }
    expect(await strict({})).toEqual([204, undefined])
    expect(await strict({ new_device: 'a3' })).toEqual([403, 'assurance_too_low'])
    expect(await strict({ new_device: 'approval' })).toEqual([403, 'assurance_too_low'])
    expect((await shop.application.backend('GET', `/v1/subjects/${facialId}/passkeys`)).json.passkeys).toEqual([])
  })

  test('[PK7] a passkey is added within five minutes, to who is still there', async () => {
    const shop = await openShop()
    const [late, gone] = [await enroll(shop, newPerson()), await enroll(shop, newPerson())]
    const { challenge_id: id, options } = (await passkeys.toRegister(late.ceremony)).json
    expect((await shop.application.backend('DELETE', `/v1/subjects/${gone.facialId}`)).status).toBe(204)
    expect(seen(await passkeys.toRegister(gone.ceremony))).toEqual([410, 'gone'])
    rig.clock.advance(300)
    const made = newAuthenticator().make(id, options)
    expect(seen(await passkeys.post(late.ceremony.session, '/v1/passkeys', made))).toEqual([401, 'session_expired'])
  })

  test('[PK7] the result of an enrolment waits five minutes for the passkey, elsewhere one', async () => {
    for (const [settings, status] of [
      [{}, 200],
      [{ passkeys: 'off' }, 410],
    ] as const) {
      const { application } = await openShop({ pin_authenticate: 'off', ...settings })
      const { result_code: code } = (await application.run('enroll', newPerson())) as { result_code: string }
      rig.clock.advance(280)
      expect((await application.backend('POST', '/v1/results/redeem', { result_code: code })).status).toBe(status)
    }
  })

  test('[PK7] the result of a sign-in waits five minutes where a PIN lets its person add a passkey, elsewhere one', async () => {
    const outcomeOf = async (settings: object) => {
      const shop = await openShop(settings)
      const ada = newPerson()
      await enroll(shop, ada, { pin: '836195' })
      const { ceremony, submissionId } = await recognised(shop, ada)
      const given = { submission_id: submissionId, pin: '836195' }
      const { result_code: code } = (await passkeys.post(ceremony.session, '/v1/step-ups', given)).json
      rig.clock.advance(280)
      const { status } = await shop.application.backend('POST', '/v1/results/redeem', { result_code: code })
      return [ceremony.session.settings.passkeys, status]
    }
    expect(await outcomeOf({})).toEqual([true, 200])
    expect(await outcomeOf({ new_device: 'a3' })).toEqual([true, 410])
    expect(await outcomeOf({ new_device: 'approval' })).toEqual([false, 410])
    expect(await outcomeOf({ passkeys: 'off' })).toEqual([false, 410])
  })

  test('[PK8] five a person, one credential once, and not twice on one authenticator', async () => {
    const shop = await openShop()
    const { ceremony, facialId } = await enroll(shop, newPerson())
    const first = newAuthenticator()
    expect(seen(await passkeys.register(ceremony, first))).toEqual([204, undefined])
    expect(seen(await passkeys.register(ceremony, first))).toEqual([409, 'conflict'])
    const asked = await passkeys.toRegister(ceremony)
    const exclude = { type: 'public-key', id: first.credentialId, transports: ['internal'] }
    expect(asked.json.options.excludeCredentials).toEqual([exclude])
    const drawn = []
    for (let i = 0; i < 6; i++) drawn.push((await passkeys.toRegister(ceremony)).json)
    const all = await Promise.all(
      drawn.map(({ challenge_id: id, options }) =>
        passkeys.post(ceremony.session, '/v1/passkeys', newAuthenticator().make(id, options)),
      ),
    )
    expect(all.filter(({ status }) => status === 204)).toHaveLength(4)
    expect(all.filter(({ status }) => status === 409)).toHaveLength(2)
    const listed = await shop.application.backend('GET', `/v1/subjects/${facialId}/passkeys`)
    expect(listed.json.passkeys).toHaveLength(5)
    expect((await outcomesOf(shop)).filter((line) => line === 'passkey_added ok')).toHaveLength(5)
  })

  test('[PK9] the backend lists passkeys and takes them away; they go with the person, and nobody else sees them', async () => {
    const [shop, elsewhere] = [await openShop(), await openShop()]
    const [ada, authenticator] = [newPerson(), newAuthenticator()]
    const facialId = await enrollWithPasskey(shop, ada, authenticator)
    const path = `/v1/subjects/${facialId}/passkeys`
    const [listed] = (await shop.application.backend('GET', path)).json.passkeys
    expect(listed).toMatchObject({ credential_id: authenticator.credentialId, transports: ['internal'] })
    const one = `${path}/${listed.passkey_id}`
    expect((await elsewhere.application.backend('GET', path)).status).toBe(404)
    expect((await elsewhere.application.backend('DELETE', one)).status).toBe(404)
    const { ceremony, submissionId } = await recognised(shop, ada)
    expect((await shop.application.backend('DELETE', one)).status).toBe(204)
    expect((await shop.application.backend('DELETE', one)).status).toBe(404)
    expect(seen(await passkeys.stepUp(ceremony, submissionId, authenticator))).toEqual([401, 'passkey_invalid'])
    expect((await recognised(shop, ada)).answer.json.reason).toBe('not_recognised')
    expect(await outcomesOf(shop)).toContain('passkey_removed ok')

    const other = await enroll(shop, newPerson())
    await passkeys.register(other.ceremony, newAuthenticator())
    await shop.application.backend('DELETE', `/v1/subjects/${other.facialId}`)
    const { empty } = (await shop.application.backend('GET', `/v1/erasures/${other.facialId}`)).json
    expect(empty).toContain('passkeys')
  })

  test('[PK9] a backend does so with the typed client', async () => {
    const shop = await openShop()
    const facialId = await enrollWithPasskey(shop, newPerson(), newAuthenticator())
    const fetch = async (input: URL | RequestInfo, init?: RequestInit) => rig.fetch(new Request(input, init))
    const { secret_key: secretKey } = shop.application.credentials
    const client = createMienServerClient({ baseUrl: 'https://mien.example', secretKey, fetch })
    const [first] = await client.passkeys.list(facialId)
    await client.passkeys.revoke(facialId, first!.passkey_id)
    expect(await client.passkeys.list(facialId)).toEqual([])
  })

  test('[PK10] without the setting, at an address or in a sandbox there are no passkeys', async () => {
    const shop = await openShop({ passkeys: 'off' })
    const ada = newPerson()
    const { ceremony: enrolment } = await enroll(shop, ada, { pin: '836195' })
    expect(enrolment.session.settings.passkeys).toBe(false)
    expect(seen(await passkeys.toRegister(enrolment))).toEqual([403, 'forbidden'])
    const { ceremony, submissionId, answer } = await recognised(shop, ada)
    expect(answer.json.methods).toEqual(['pin'])
    expect(seen(await passkeys.toAuthenticate(ceremony, submissionId))).toEqual([403, 'forbidden'])
    const passkey = newAuthenticator().answer(submissionId, {
      challenge: 'A'.repeat(43),
      rpId: 'shop.example',
      timeout: 1,
      userVerification: 'required',
    })
    const tried = await passkeys.post(ceremony.session, '/v1/step-ups', { submission_id: submissionId, passkey })
    expect(seen(tried)).toEqual([422, 'request_invalid'])

    const only = await openShop({ pin_authenticate: 'off', min_assurance_authenticate: 'A0' })
    const { ceremony: begun } = await enroll(only, newPerson())
    expect(begun.session.settings.passkeys).toBe(true)
    const pin = await passkeys.post(begun.session, '/v1/step-ups', { submission_id: submissionId, pin: '836195' })
    expect(seen(pin)).toEqual([422, 'request_invalid'])
    const address = await openShop({ origins: ['http://192.0.2.7'] })
    const opened = await address.application.openSession({ operation: 'enroll' }, { origin: 'http://192.0.2.7' })
    expect(opened.json.settings.passkeys).toBe(false)
  })

  test('[PK2] a step-up gives one of the two, never both or neither', async () => {
    const shop = await openShop()
    const [ada, authenticator] = [newPerson(), newAuthenticator()]
    await enrollWithPasskey(shop, ada, authenticator)
    const { ceremony, submissionId } = await recognised(shop, ada)
    const { challenge_id: id, options } = (await passkeys.toAuthenticate(ceremony, submissionId)).json
    const passkey = authenticator.answer(id, options)
    for (const given of [{}, { pin: '836195', passkey }]) {
      const answer = await passkeys.post(ceremony.session, '/v1/step-ups', { submission_id: submissionId, ...given })
      expect(seen(answer)).toEqual([422, 'request_invalid'])
    }
    const answer = await passkeys.post(ceremony.session, '/v1/step-ups', { submission_id: submissionId, passkey })
    expect(seen(answer)).toEqual([200, 'ok'])
  })
})
