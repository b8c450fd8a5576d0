import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestApp, type TestApp, type TestApplication } from '../../../../test/contract/test-app.ts'
import { goodFrame } from '../../../../test/fixtures/good-frame.ts'
import { syntheticPerson } from '../../../../test/fixtures/synthetic-templates.ts'
import { effectiveStatus } from './authenticator-status.ts'
import type { Application, Authenticator, Subject } from './model.ts'

let rig: TestApp
let shop: TestApplication
let application: Application

beforeAll(async () => {
  rig = await openTestApp()
  shop = await rig.createApplication()
  application = await read(shop)
})
afterAll(() => rig.close())

const read = async ({ credentials }: TestApplication): Promise<Application> =>
  (await rig.services.applications.findByPublicId(credentials.public_id))!
const authenticators = () => rig.services.authenticators

let seed = 9000
const someone = () => syntheticPerson(seed++)
/** A subject without a face. */
const create = async (of: Application = application, payload: Subject['payload'] = null): Promise<Subject> => {
  const gallery = await rig.services.galleries.findByName(of.id, 'default')
  return rig.services.subjects.create(of, gallery.id, { payload })
}
const statusOf = async (subjectId: string, of: Application = application) => {
  const found = await authenticators().ofSubject(of.id, subjectId)
  return found && effectiveStatus(found, rig.clock.now())
}
const signIn = (person: Float32Array) => shop.run('authenticate', person)

/** What the page does that opens an invitation. */
async function follow(clientToken: string | null, person: Float32Array, changes: object = {}, of = shop) {
  const authorization = `Session ${clientToken}`
  const session = (await rig.send('GET', '/v1/sessions/current', { authorization })).json
  const challenge = (await rig.send('POST', '/v1/challenges', { authorization, body: {} })).json
  if (challenge?.challenge_id === undefined) return { status: 'closed' }
  const ceremony = { session: { ...session, client_token: clientToken }, challenge }
  return (await of.submit(ceremony as never, person, changes)).json
}

async function enrolled(): Promise<{ person: Float32Array; subject: Subject; id: string }> {
  const [person, subject] = [someone(), await create()]
  const { authenticator, clientToken } = await authenticators().invite(application, subject.id)
  expect(await follow(clientToken, person)).toMatchObject({ status: 'ok' })
  return { person, subject, id: authenticator.id }
}

const never = async () => {
  throw new Error('not delivered')
}
const deliverNothing = async () => {}

describe('[AU1] an invitation', () => {
  test('waits, is followed, and the face signs in', async () => {
    const [person, subject] = [someone(), await create()]
    expect(await statusOf(subject.id)).toBeUndefined()
    const { clientToken, authenticator } = await authenticators().invite(application, subject.id)
    expect(await statusOf(subject.id)).toBe('activating')
    expect(authenticator.expiresAt).toEqual(new Date(rig.clock.now().getTime() + 86_400_000))
    const outcome = await follow(clientToken, person)
    expect(outcome).toMatchObject({ status: 'ok', disclosed: { facial_id: subject.id } })
    expect(await authenticators().ofSubject(application.id, subject.id)).toMatchObject({
      id: authenticator.id,
      status: 'active',
      expiresAt: null,
    })
    expect(await signIn(person)).toMatchObject({ status: 'ok', disclosed: { facial_id: subject.id } })
    const { json } = await shop.backend('GET', `/v1/subjects/${subject.id}`)
    expect(json.consent).toMatchObject({ policy_version: '1' })
  })

  test('lives as long as the application says, and longer than a session of a page', async () => {
    const person = someone()
    const subject = await create()
    const { clientToken } = await authenticators().invite(application, subject.id)
    rig.clock.advance(86_000)
    await rig.database.sweep(rig.clock.now())
    expect(await statusOf(subject.id)).toBe('activating')
    expect(await follow(clientToken, person)).toMatchObject({ status: 'ok' })
    const late = await create()
    const second = await authenticators().invite(application, late.id)
    rig.clock.advance(86_400)
    expect(await statusOf(late.id)).toBe('expired')
    expect(await follow(second.clientToken, someone())).toEqual({ status: 'closed' })
  })

  test('is one a person, also of two at once', async () => {
    const subject = await create()
    const both = await Promise.allSettled([1, 2].map(() => authenticators().invite(application, subject.id)))
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'CONFLICT' } })
  })

  test('is for whoever has no face', async () => {
    const id = await shop.enroll(someone())
    await expect(authenticators().invite(application, id)).rejects.toMatchObject({ code: 'CONFLICT' })
    const other = await read(await rig.createApplication())
    await expect(authenticators().invite(other, id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('works once', async () => {
    const subject = await create()
    const { clientToken } = await authenticators().invite(application, subject.id)
    expect(await follow(clientToken, someone())).toMatchObject({ status: 'ok' })
    expect(await follow(clientToken, someone())).not.toMatchObject({ status: 'ok' })
  })

  test('[CE10] counts nobody a second time against the quota', async () => {
    const full = await rig.createApplication({ max_subjects: 1 })
    const of = await read(full)
    const subject = await create(of)
    await expect(create(of)).rejects.toMatchObject({ code: 'QUOTA_REACHED' })
    const { clientToken } = await authenticators().invite(of, subject.id)
    expect(await follow(clientToken, someone(), {}, full)).toMatchObject({ status: 'ok' })
  })

  test('[CE23] takes PIN and consent as any enrolment does', async () => {
    const subject = await create()
    const { clientToken } = await authenticators().invite(application, subject.id)
    const refused = await follow(clientToken, someone(), { consent: undefined })
    expect(refused).toMatchObject({ error: { code: 'consent_required' } })
    expect(await follow(clientToken, someone(), { pin: '1111' })).toMatchObject({ error: { code: 'pin_weak' } })
    expect(await follow(clientToken, someone(), { pin: '830571' })).toMatchObject({ status: 'ok' })
    expect((await shop.backend('GET', `/v1/subjects/${subject.id}`)).json).toMatchObject({ has_pin: true })
  })

  test('replaces nothing that a backend wrote about the person', async () => {
    const subject = await create(application, { role: 'guest' })
    const { clientToken } = await authenticators().invite(application, subject.id)
    const refused = await follow(clientToken, someone(), { payload: { role: 'owner' } })
    expect(refused).toMatchObject({ error: { code: 'forbidden' } })
    expect(await follow(clientToken, someone())).toMatchObject({ status: 'ok' })
    expect((await shop.backend('GET', `/v1/subjects/${subject.id}`)).json.payload).toEqual({ role: 'guest' })
  })

  test('enrolls into the gallery that the person is in', async () => {
    const staff = await rig.services.galleries.create(application.id, 'staff')
    const subject = await rig.services.subjects.create(application, staff.id, {})
    const { clientToken } = await authenticators().invite(application, subject.id)
    const person = someone()
    expect(await follow(clientToken, person)).toMatchObject({ status: 'ok' })
    expect(await shop.run({ operation: 'authenticate', gallery: 'staff' }, person)).toMatchObject({ status: 'ok' })
    expect(await signIn(person)).toMatchObject({ status: 'refused', reason: 'not_recognised' })
  })

  test('[CE27] names a person only where a backend does: a page is forbidden', async () => {
    const { id } = await create()
    const answer = await shop.openSession({ operation: 'enroll', facial_id: id })
    expect([answer.status, answer.json.error.code]).toEqual([403, 'forbidden'])
  })

  test('ends with its person', async () => {
    const subject = await create()
    const { clientToken } = await authenticators().invite(application, subject.id)
    await shop.backend('DELETE', `/v1/subjects/${subject.id}`)
    expect(await follow(clientToken, someone())).toMatchObject({ error: { code: 'gone' } })
  })
})

describe('[AU2] by a session that a backend opened', () => {
  const open = async (facialId: string) =>
    (await shop.backend('POST', '/v1/sessions', { operation: 'enroll', facial_id: facialId })).json

  test('the invitation is that session', async () => {
    const subject = await create()
    const session = await open(subject.id)
    const invited = await authenticators().invite(application, subject.id, { sessionId: session.session_id })
    expect(invited).toMatchObject({ clientToken: null, authenticator: { sessionId: session.session_id } })
    expect(await follow(session.client_token, someone())).toMatchObject({ status: 'ok' })
    expect(await statusOf(subject.id)).toBe('active')
  })

  test('somebody else’s, an expired, a used or an unknown one is none', async () => {
    const subject = await create()
    const [mine, others] = [await open(subject.id), await open((await create()).id)]
    const authenticate = (await shop.backend('POST', '/v1/sessions', { operation: 'authenticate' })).json
    rig.clock.advance(901)
    const spent = await open(subject.id)
    await follow(spent.client_token, someone())
    await rig.database.stores.faces.removeOfSubject(application.id, subject.id)
    for (const sessionId of [mine, others, authenticate, spent].map((s) => s.session_id).concat(crypto.randomUUID())) {
      const invited = authenticators().invite(application, subject.id, { sessionId })
      await expect(invited).rejects.toMatchObject({ code: 'NOT_FOUND' })
    }
    expect(await statusOf(subject.id)).toBeUndefined()
  })

  test('a face that comes by another session completes the invitation all the same', async () => {
    const subject = await create()
    const { clientToken } = await authenticators().invite(application, subject.id)
    const person = someone()
    expect(await follow((await open(subject.id)).client_token, person)).toMatchObject({ status: 'ok' })
    expect(await statusOf(subject.id)).toBe('active')
    expect(await signIn(person)).toMatchObject({ status: 'ok' })
    expect(await follow(clientToken, someone())).toMatchObject({ error: { code: 'conflict' } })
  })

  test('and so does one that a backend brings as a template', async () => {
    const subject = await create()
    await authenticators().invite(application, subject.id)
    await rig.services.faceEnrolments.enroll({
      application,
      galleryId: subject.galleryId,
      owner: { kind: 'existing', subjectId: subject.id, how: 'add' },
      face: { vector: someone(), sample: null },
      minQuality: null,
      refuseMorphs: false,
      mayRepeat: false,
      clientAddress: null,
    })
    expect(await statusOf(subject.id)).toBe('active')
  })
})

describe('[AU3] an invitation that comes to nothing', () => {
  test('a duplicate is failed for good, and another invitation helps', async () => {
    const person = someone()
    await shop.enroll(person)
    const subject = await create()
    const { clientToken, authenticator } = await authenticators().invite(application, subject.id)
    expect(await follow(clientToken, person)).toMatchObject({ status: 'refused', reason: 'duplicate' })
    expect(await statusOf(subject.id)).toBe('failed')
    expect(await follow(clientToken, someone())).not.toMatchObject({ status: 'ok' })
    const again = await authenticators().inviteAgain(application, authenticator.id, deliverNothing)
    expect(await statusOf(subject.id)).toBe('activating')
    expect(await follow(again.clientToken, someone())).toMatchObject({ status: 'ok' })
    expect(await statusOf(subject.id)).toBe('active')
  })

  test('so is somebody too young, and one who tried too often; a single bad capture is not', async () => {
    const gate = await rig.createApplication({ attributes: 'age_gate', max_tries: 1 })
    const of = await read(gate)
    const young = await create(of)
    const first = await authenticators().invite(of, young.id)
    const minor = await follow(first.clientToken, someone(), { of_age: false }, gate)
    expect(minor).toMatchObject({ status: 'refused', reason: 'minor' })
    expect(await statusOf(young.id, of)).toBe('failed')

    const clumsy = await create(of)
    const { clientToken } = await authenticators().invite(of, clumsy.id)
    const shy = { of_age: true, frames: [0, 1, 2].map((i) => ({ ...goodFrame, live: 0.01, at_ms: i * 200 })) }
    const retried = await follow(clientToken, someone(), shy, gate)
    expect([retried.status, await statusOf(clumsy.id, of)]).toEqual(['retry', 'activating'])
    const late = await follow(clientToken, someone(), { of_age: true }, gate)
    expect(late).toMatchObject({ status: 'refused', reason: 'too_many' })
    expect(await statusOf(clumsy.id, of)).toBe('failed')
  })

  test('one that cannot be delivered never was', async () => {
    const subject = await create()
    const failed = authenticators().invite(application, subject.id, { deliver: never })
    await expect(failed).rejects.toThrow('not delivered')
    expect(await statusOf(subject.id)).toBeUndefined()
    await authenticators().invite(application, subject.id)
    expect(await statusOf(subject.id)).toBe('activating')
  })

  test('a second one that cannot be delivered leaves the first as it was', async () => {
    const subject = await create()
    const { clientToken, authenticator } = await authenticators().invite(application, subject.id)
    let lost: string | null = null
    const again = authenticators().inviteAgain(application, authenticator.id, async (invitation) => {
      lost = invitation.clientToken
      throw new Error('not delivered')
    })
    await expect(again).rejects.toThrow('not delivered')
    expect(await follow(lost, someone())).toEqual({ status: 'closed' })
    expect(await follow(clientToken, someone())).toMatchObject({ status: 'ok' })
  })

  test('a second one that is delivered ends the first', async () => {
    const subject = await create()
    const { clientToken, authenticator } = await authenticators().invite(application, subject.id)
    const again = await authenticators().inviteAgain(application, authenticator.id, deliverNothing)
    expect(again.authenticator.id).toBe(authenticator.id)
    expect(await follow(clientToken, someone())).toEqual({ status: 'closed' })
    expect(await follow(again.clientToken, someone())).toMatchObject({ status: 'ok' })
  })

  test('of two that are sent again at once, one works', async () => {
    const subject = await create()
    const { authenticator } = await authenticators().invite(application, subject.id)
    const both = await Promise.allSettled(
      [1, 2].map(() => authenticators().inviteAgain(application, authenticator.id, deliverNothing)),
    )
    const tokens = both.flatMap((each) => (each.status === 'fulfilled' ? [each.value.clientToken] : []))
    const outcomes = []
    for (const token of tokens) outcomes.push((await follow(token, someone())).status)
    expect(outcomes.filter((status) => status === 'ok')).toHaveLength(1)
  })

  test('whoever enrolled while another was under way is not asked again', async () => {
    const subject = await create()
    const { authenticator, clientToken } = await authenticators().invite(application, subject.id)
    const again = authenticators().inviteAgain(application, authenticator.id, async () => {
      expect(await follow(clientToken, someone())).toMatchObject({ status: 'ok' })
    })
    await expect(again).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await statusOf(subject.id)).toBe('active')
  })
})

describe('[AU4] switched off', () => {
  test('a person is a stranger, byte for byte, and comes back', async () => {
    const { person, subject } = await enrolled()
    const stranger = await signIn(someone())
    await authenticators().change(application.id, subject.id, { status: 'disabled' })
    expect(await statusOf(subject.id)).toBe('disabled')
    expect(await signIn(person)).toEqual(stranger)
    expect(await shop.run({ operation: 'authenticate', facial_id: subject.id }, person)).toEqual(stranger)
    await authenticators().change(application.id, subject.id, { status: 'active' })
    expect(await signIn(person)).toMatchObject({ status: 'ok' })
  })

  test('is not even asked for the PIN', async () => {
    const { person, subject } = await enrolled()
    await shop.backend('PUT', `/v1/subjects/${subject.id}/pin`, { pin: '830571' })
    await authenticators().change(application.id, subject.id, { status: 'disabled' })
    await rig.services.applications.changeSettings(application.id, { pin_authenticate: 'always' })
    const outcome = await signIn(person)
    await rig.services.applications.changeSettings(application.id, { pin_authenticate: 'when_close' })
    expect(outcome).toEqual({ status: 'refused', reason: 'not_recognised' })
  })

  test.each([
    ['disabled', (id: string) => authenticators().change(application.id, id, { status: 'disabled' })],
    [
      'removed',
      async (id: string) => {
        const found = await authenticators().ofSubject(application.id, id)
        await authenticators().remove(application.id, found!.id)
      },
    ],
  ] as const)('while a PIN is waited for, the right PIN lets nobody in who was %s', async (_, end) => {
    const { person, subject } = await enrolled()
    await shop.backend('PUT', `/v1/subjects/${subject.id}/pin`, { pin: '830571' })
    await rig.services.applications.changeSettings(application.id, { pin_authenticate: 'always' })
    const ceremony = await shop.begin({ operation: 'authenticate' })
    const { submission_id: submissionId } = (await shop.submit(ceremony, person)).json
    await rig.services.applications.changeSettings(application.id, { pin_authenticate: 'when_close' })
    await end(subject.id)
    const authorization = `Session ${ceremony.session.client_token}`
    const body = { submission_id: submissionId, pin: '830571' }
    const answer = await rig.send('POST', '/v1/step-ups', { authorization, body })
    expect(answer.json).toEqual({ status: 'refused', reason: 'not_recognised' })
  })

  test('a person who waits cannot enroll, and has to be invited anew', async () => {
    const subject = await create()
    const { clientToken, authenticator } = await authenticators().invite(application, subject.id)
    await authenticators().change(application.id, subject.id, { status: 'disabled' })
    expect(await follow(clientToken, someone())).toEqual({ status: 'closed' })
    const again = () => authenticators().inviteAgain(application, authenticator.id, deliverNothing)
    await expect(again()).rejects.toMatchObject({ code: 'CONFLICT' })
    await expect(authenticators().change(application.id, subject.id, { status: 'active' })).rejects.toMatchObject({
      code: 'CONFLICT',
    })
    await authenticators().change(application.id, subject.id, { status: 'activating' })
    expect(await follow((await again()).clientToken, someone())).toMatchObject({ status: 'ok' })
  })

  test('a face that comes all the same does not switch anybody on', async () => {
    const subject = await create()
    await authenticators().invite(application, subject.id)
    await authenticators().change(application.id, subject.id, { status: 'disabled' })
    const person = someone()
    expect(await shop.run({ operation: 'enroll', facial_id: subject.id }, person)).toMatchObject({ status: 'ok' })
    expect(await statusOf(subject.id)).toBe('disabled')
    expect(await signIn(person)).toMatchObject({ reason: 'not_recognised' })
  })
})

describe('[AU5] expiry', () => {
  test('is that of the face, by the clock', async () => {
    const { person, subject } = await enrolled()
    const expiresAt = new Date(rig.clock.now().getTime() + 60_000)
    await authenticators().change(application.id, subject.id, { expiresAt })
    expect(await signIn(person)).toMatchObject({ status: 'ok' })
    rig.clock.advance(60)
    expect(await statusOf(subject.id)).toBe('expired')
    expect(await signIn(person)).toMatchObject({ reason: 'not_recognised' })
    await authenticators().change(application.id, subject.id, { status: 'active' })
    expect(await authenticators().ofSubject(application.id, subject.id)).toMatchObject({ expiresAt: null })
    expect(await signIn(person)).toMatchObject({ status: 'ok' })
  })

  test.each(['active', 'review', 'disabled', 'failed'] as const)(
    'can be set at once on one that is %s',
    async (status) => {
      const { subject } = await enrolled()
      await authenticators().change(application.id, subject.id, { status })
      await authenticators().change(application.id, subject.id, { status: 'expired' })
      expect(await statusOf(subject.id)).toBe('expired')
    },
  )

  test('is that of the invitation while it waits', async () => {
    const [sooner, later, ended] = [await create(), await create(), await create()]
    const in60 = new Date(rig.clock.now().getTime() + 60_000)
    const in2Days = new Date(rig.clock.now().getTime() + 2 * 86_400_000)
    const first = await authenticators().invite(application, sooner.id)
    const second = await authenticators().invite(application, later.id)
    const third = await authenticators().invite(application, ended.id)
    await authenticators().change(application.id, sooner.id, { expiresAt: in60 })
    await authenticators().change(application.id, later.id, { expiresAt: in2Days })
    await authenticators().change(application.id, ended.id, { status: 'expired' })
    expect([await statusOf(ended.id), await follow(third.clientToken, someone())]).toEqual([
      'expired',
      { status: 'closed' },
    ])
    const longer = authenticators().change(application.id, ended.id, { expiresAt: in2Days })
    await expect(longer).rejects.toMatchObject({ code: 'CONFLICT' })
    rig.clock.advance(90_000)
    expect([await statusOf(sooner.id), await statusOf(later.id)]).toEqual(['expired', 'activating'])
    expect(await follow(first.clientToken, someone())).toEqual({ status: 'closed' })
    expect(await follow(second.clientToken, someone())).toMatchObject({ status: 'ok' })
    expect(await authenticators().ofSubject(application.id, later.id)).toMatchObject({ expiresAt: null })
    const again = await authenticators().inviteAgain(application, first.authenticator.id, deliverNothing)
    expect(await follow(again.clientToken, someone())).toMatchObject({ status: 'ok' })
  })
})

test('[AU6] with a review an enrolment waits for a person', async () => {
  const reviewed = await rig.createApplication({ review_enrolments: true })
  const of = await read(reviewed)
  const [person, subject] = [someone(), await create(of)]
  const { clientToken } = await authenticators().invite(of, subject.id)
  expect(await follow(clientToken, person, {}, reviewed)).toMatchObject({ status: 'ok' })
  expect(await statusOf(subject.id, of)).toBe('review')
  expect(await reviewed.run('authenticate', person)).toMatchObject({ reason: 'not_recognised' })
  await authenticators().change(of.id, subject.id, { status: 'active' })
  expect(await reviewed.run('authenticate', person)).toMatchObject({ status: 'ok' })
})

describe('[AU7] a face that was enrolled in another way', () => {
  test('is an active one with the subject’s id, and can be managed', async () => {
    const person = someone()
    const id = await shop.enroll(person)
    expect(await authenticators().ofSubject(application.id, id)).toMatchObject({
      id,
      status: 'active',
      expiresAt: null,
    })
    await authenticators().change(application.id, id, { status: 'disabled' })
    expect(await signIn(person)).toMatchObject({ reason: 'not_recognised' })
    await authenticators().remove(application.id, id)
    expect(await statusOf(id)).toBeUndefined()
  })

  test('one whose face was taken away since is none, and the person can be invited', async () => {
    const { subject, id } = await enrolled()
    await rig.database.stores.faces.removeOfSubject(application.id, subject.id)
    expect(await statusOf(subject.id)).toBeUndefined()
    await expect(authenticators().remove(application.id, id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await authenticators().invite(application, subject.id)
    expect(await statusOf(subject.id)).toBe('activating')
  })
})

describe('[AU8] removed', () => {
  test('the face goes, the person stays and can be invited again', async () => {
    const { person, subject, id } = await enrolled()
    await authenticators().remove(application.id, id)
    expect(await signIn(person)).toMatchObject({ reason: 'not_recognised' })
    await expect(authenticators().remove(application.id, id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const { clientToken } = await authenticators().invite(application, subject.id)
    expect(await follow(clientToken, person)).toMatchObject({ status: 'ok' })
  })

  test('an invitation goes with it', async () => {
    const subject = await create()
    const { clientToken, authenticator } = await authenticators().invite(application, subject.id)
    await authenticators().remove(application.id, authenticator.id)
    expect(await follow(clientToken, someone())).toEqual({ status: 'closed' })
  })

  test('while the enrolment runs: there is either all of it or nothing', async () => {
    for (let round = 0; round < 5; round++) {
      const [person, subject] = [someone(), await create()]
      const { clientToken, authenticator } = await authenticators().invite(application, subject.id)
      const [outcome] = await Promise.all([
        follow(clientToken, person),
        authenticators().remove(application.id, authenticator.id),
      ])
      expect(['ok', 'closed', undefined]).toContain(outcome.status)
      expect(await statusOf(subject.id)).toBeUndefined()
      expect(await signIn(person)).toMatchObject({ reason: 'not_recognised' })
    }
    expect(rig.failures).toEqual([])
  })

  test('of another application it is not there', async () => {
    const { subject, id } = await enrolled()
    const other = await read(await rig.createApplication())
    const calls = [
      authenticators().remove(other.id, id),
      authenticators().find(other.id, id),
      authenticators().ofSubject(other.id, subject.id),
      authenticators().change(other.id, subject.id, { status: 'disabled' }),
      authenticators().inviteAgain(other, id, deliverNothing),
    ]
    for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await statusOf(subject.id)).toBe('active')
  })
})

test('[AU5] time ends what waits or works, and nothing that was ended already', () => {
  const at = new Date('2026-01-01T00:00:00Z')
  const row = (status: Authenticator['status'], expiresAt: Date | null) =>
    effectiveStatus({ status, expiresAt } as Authenticator, at)
  expect([row('activating', at), row('active', at), row('review', at)]).toEqual(['expired', 'expired', 'expired'])
  expect([row('failed', at), row('disabled', at)]).toEqual(['failed', 'disabled'])
  expect([row('active', null), row('active', new Date(at.getTime() + 1))]).toEqual(['active', 'active'])
})
