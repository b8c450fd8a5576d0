import { MienError } from '@mien/shared/errors'
import { describe, expect, test } from 'vitest'
import {
  createFace,
  createUser,
  enrolledUser,
  facesOf,
  follow,
  linkOf,
  mail,
  mails,
  other,
  refused,
  rig,
  send,
  shop,
  someone,
  statusOf,
  tokenOf,
  update,
  withIdaasRig,
} from '../../../../../test/contract/idaas-rig.ts'
import { openTestApp } from '../../../../../test/contract/test-app.ts'
import { readQrCode } from '../../../../../test/fixtures/read-qr-code.ts'

withIdaasRig()

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const session = async (user: string) =>
  (await shop.backend('POST', '/v1/sessions', { operation: 'enroll', facial_id: user })).json

describe('[ID1] E1 and E2 create', () => {
  test('E1: 200 and a FaceAuthenticator that is ACTIVATING', async () => {
    const user = await createUser()
    const answer = await createFace(user)
    expect([answer.status, answer.json]).toEqual([
      200,
      {
        id: expect.stringMatching(uuid),
        applicantId: user,
        expiry: new Date(rig.clock.now().getTime() + 86_400_000).toISOString(),
        status: 'ACTIVATING',
      },
    ])
    expect(await facesOf(user)).toEqual([answer.json])
  })

  test('E1 returnQRCode: a PNG that opens the enrolment page; without it there is none', async () => {
    const [user, nobody] = [await createUser(), await createUser()]
    const { json } = await createFace(user, { returnQRCode: true })
    expect(json.qrCode).toMatch(/^data:image\/png;base64,/)
    const link = (await readQrCode(json.qrCode))!
    expect(link).toMatch(/^https:\/\/mien\.example\/enroll\.html#[A-Za-z0-9_-]{43}$/)
    const person = someone()
    expect(await follow(tokenOf(link), person)).toMatchObject({ status: 'ok', disclosed: { facial_id: user } })
    expect(await facesOf(user)).toEqual([{ id: json.id, applicantId: user, status: 'ACTIVE' }])
    expect(await shop.run('authenticate', person)).toMatchObject({ status: 'ok', disclosed: { facial_id: user } })
    expect((await createFace(nobody, { returnQRCode: false })).json).not.toHaveProperty('qrCode')
  })

  test('E2: the same without a QR code, whatever is asked for', async () => {
    const user = await createUser({ payload: { email: 'ada@example.com' } })
    const body = { returnQRCode: true, deliverActivationEmail: true }
    const { status, json } = await send('POST', `v1/users/${user}/face`, { body })
    expect([status, Object.keys(json)]).toEqual([200, ['id', 'applicantId', 'expiry', 'status']])
    expect(mails).toHaveLength(1)
  })

  test('E1 applicantId and workflowRunId: an enrolment session that is open for the user', async () => {
    const user = await createUser()
    const { session_id: workflowRunId, client_token: clientToken, expires_at: expiry } = await session(user)
    const { json } = await createFace(user, { applicantId: user, workflowRunId })
    expect(json).toMatchObject({ applicantId: user, status: 'ACTIVATING', expiry })
    expect(await follow(clientToken, someone())).toMatchObject({ status: 'ok' })
    expect(await statusOf(user)).toBe('ACTIVE')
  })

  test.each([
    ['one without the other', (user: string, run: string) => [{ applicantId: user }, { workflowRunId: run }], 400],
    [
      'somebody else as applicant',
      (_: string, run: string) => [{ applicantId: crypto.randomUUID(), workflowRunId: run }],
      400,
    ],
    ['a malformed run', (user: string) => [{ applicantId: user, workflowRunId: "' OR 1=1--" }], 400],
    ['an unknown run', (user: string) => [{ applicantId: user, workflowRunId: crypto.randomUUID() }], 404],
    [
      'a link of a run that somebody else opened',
      (user: string, run: string) => [
        { applicantId: user, workflowRunId: run, returnQRCode: true },
        { applicantId: user, workflowRunId: run, deliverActivationEmail: true },
      ],
      400,
    ],
  ] as const)('E1 refuses %s, and nothing is created', async (_, bodies, status) => {
    const user = await createUser({ payload: { email: 'ada@example.com' } })
    for (const body of bodies(user, (await session(user)).session_id)) {
      expect((await createFace(user, body)).status).toBe(status)
    }
    expect(await facesOf(user)).toEqual([])
  })

  test('E1 encryptedBiometricToken: 400, by whichever shape', async () => {
    const user = await createUser()
    for (const encryptedBiometricToken of ['abc', '', { encryptedBiometricToken: 'a', customerUserId: 'b' }, 1, []]) {
      const answer = await createFace(user, { encryptedBiometricToken })
      expect(refused(answer)).toEqual([400, 'encrypted_biometric_token_not_supported'])
    }
    expect(await facesOf(user)).toEqual([])
  })

  test('E1 fields that are null or unknown count as not given', async () => {
    const user = await createUser()
    const names = ['applicantId', 'workflowRunId', 'deliverActivationEmail', 'returnQRCode', 'encryptedBiometricToken']
    const nulls = Object.fromEntries(names.map((name) => [name, null]))
    const { status, json } = await createFace(user, { ...nulls, anotherField: { of: 'theirs' } })
    expect([status, json.status]).toEqual([200, 'ACTIVATING'])
  })

  test('E1 409: twice, also at once, and for a user who has a face', async () => {
    const user = await createUser()
    const both = await Promise.all([createFace(user), createFace(user)])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(refused(await createFace(user))).toEqual([409, 'conflict'])
    expect(refused(await createFace(await shop.enroll(someone())))).toEqual([409, 'conflict'])
  })
})

describe('[ID2] E3 to E5', () => {
  test('E3: 200 with an empty body, then 404; the face is erased and the user stays', async () => {
    const { person, user, face } = await enrolledUser()
    const answer = await send('DELETE', `v1/face/${face}`)
    expect([answer.status, answer.text]).toEqual([200, ''])
    expect((await send('DELETE', `v1/face/${face}`)).status).toBe(404)
    expect(await shop.run('authenticate', person)).toEqual({ status: 'refused', reason: 'not_recognised' })
    expect(await facesOf(user)).toEqual([])
    expect((await createFace(user)).status).toBe(200)
  })

  test('E4: an empty list for a user without a face; one who enrolled otherwise has the user’s id', async () => {
    expect(await facesOf(await createUser())).toEqual([])
    const user = await shop.enroll(someone())
    expect(await facesOf(user)).toEqual([{ id: user, applicantId: user, status: 'ACTIVE' }])
    expect((await send('DELETE', `v1/face/${user}`)).status).toBe(200)
    expect(await facesOf(user)).toEqual([])
  })

  test('E5: what holds for the user', async () => {
    const user = await createUser()
    const settings = async () => (await send('GET', `v1/users/${user}/settings/face`)).json
    expect(await settings()).toEqual({ device: 'WEB', activationLifetimeSeconds: 86_400, allowedRegistration: true })
    await createFace(user)
    expect(await settings()).toMatchObject({ allowedRegistration: false })
    const id = shop.credentials.application_id
    await rig.services.applications.changeSettings(id, { activation_seconds: 600 })
    expect(await settings()).toMatchObject({ activationLifetimeSeconds: 600 })
    const late = await createUser()
    const { expiry } = (await createFace(late)).json
    await rig.services.applications.changeSettings(id, { activation_seconds: 86_400 })
    expect(Date.parse(expiry) - rig.clock.now().getTime()).toBe(600_000)
  })
})

describe('[ID3] mail', () => {
  test('E1 deliverActivationEmail: the link, what it is for, until when, and that it can be ignored', async () => {
    const user = await createUser({ payload: { email: 'ada@example.com' } })
    const { json } = await createFace(user, { deliverActivationEmail: true })
    expect(json.status).toBe('ACTIVATING')
    const [message] = mails
    expect(message).toMatchObject({ to: 'ada@example.com', subject: expect.stringContaining('Application') })
    expect(message!.text).toMatch(/22 November 2026 at 12:\d\d UTC/)
    expect(message!.text).toContain('ignore this message')
    expect(message!.html).toContain(`href="${linkOf(message!)}"`)
    expect(await follow(tokenOf(linkOf(message!)), someone())).toMatchObject({ status: 'ok' })
    expect(await statusOf(user)).toBe('ACTIVE')
  })

  test('E1 the address is payload.email, else a reference that is one', async () => {
    const both = await createUser({ payload: { email: 'a@example.com' }, externalRef: 'b@example.com' })
    const byRef = await createUser({ payload: { email: '' }, externalRef: 'c@example.com' })
    await createFace(both, { deliverActivationEmail: true })
    await createFace(byRef, { deliverActivationEmail: true })
    expect(mails.map(({ to }) => to)).toEqual(['a@example.com', 'c@example.com'])
  })

  test.each([
    ['no payload', { payload: null }],
    ['a payload that is text', { payload: 'ada@example.com' }],
    ['a list', { payload: ['ada@example.com'] }],
    ['an address that is no text', { payload: { email: 7 } }],
    ['a reference that is none', { externalRef: 'ada' }],
  ])('E1 E6 email_missing, and nothing is created: %s', async (_, person) => {
    const user = await createUser(person)
    expect(refused(await createFace(user, { deliverActivationEmail: true }))).toEqual([400, 'email_missing'])
    expect(await facesOf(user)).toEqual([])
    const { id } = (await createFace(user)).json
    expect(refused(await send('PUT', `v1/face/${id}/activation`))).toEqual([400, 'email_missing'])
  })

  test('E1 E6 email_not_configured, and nothing is created', async () => {
    mail.isConfigured = false
    const user = await createUser({ payload: { email: 'ada@example.com' } })
    expect(refused(await createFace(user, { deliverActivationEmail: true }))).toEqual([400, 'email_not_configured'])
    expect(await facesOf(user)).toEqual([])
    const { id } = (await createFace(user)).json
    expect(refused(await send('PUT', `v1/face/${id}/activation`))).toEqual([400, 'email_not_configured'])
  })

  test('E1 a mail server that is down: 503, and nobody is left invited', async () => {
    mail.failure = new MienError('MAIL_FAILED')
    const user = await createUser({ payload: { email: 'ada@example.com' } })
    const answer = await createFace(user, { deliverActivationEmail: true })
    expect(refused(answer)).toEqual([503, 'email_not_sent'])
    expect(answer.headers.get('retry-after')).toBe('5')
    expect(await facesOf(user)).toEqual([])
    expect(rig.failures.splice(0)).toHaveLength(1)
    mail.failure = null
    expect((await createFace(user, { deliverActivationEmail: true })).status).toBe(200)
  })

  test('E6: 200 with an empty body; a fresh link, and the earlier one stops', async () => {
    const user = await createUser({ payload: { email: 'ada@example.com' } })
    const { id } = (await createFace(user, { deliverActivationEmail: true })).json
    rig.clock.advance(600)
    const answer = await send('PUT', `v1/face/${id}/activation`)
    expect([answer.status, answer.text, mails.length]).toEqual([200, '', 2])
    const [first, second] = mails.map((message) => tokenOf(linkOf(message)))
    expect(await follow(first!, someone())).toBe('closed')
    expect((await facesOf(user))[0]).toMatchObject({
      id,
      expiry: new Date(rig.clock.now().getTime() + 86_400_000).toISOString(),
    })
    expect(await follow(second!, someone())).toMatchObject({ status: 'ok' })
    expect(refused(await send('PUT', `v1/face/${id}/activation`))).toEqual([409, 'conflict'])
  })

  test('E6 a mail server that is down: 503, and the earlier link goes on working', async () => {
    const user = await createUser({ payload: { email: 'ada@example.com' } })
    const { id } = (await createFace(user, { deliverActivationEmail: true })).json
    mail.failure = new MienError('MAIL_FAILED')
    expect(refused(await send('PUT', `v1/face/${id}/activation`))).toEqual([503, 'email_not_sent'])
    rig.failures.splice(0)
    expect(await follow(tokenOf(linkOf(mails[0]!)), someone())).toMatchObject({ status: 'ok' })
  })

  test('a name of an application is text in the mail', async () => {
    const name = `<b>"Tom & Jerry's"</b>`
    const { credentials } = { credentials: await rig.services.applications.create(name, []) }
    const application = (await rig.services.applications.findByPublicId(credentials.public_id))!
    const gallery = await rig.services.galleries.findByName(application.id, 'default')
    const payload = { email: 'ada@example.com' }
    const { id } = await rig.services.subjects.create(application, gallery.id, { payload })
    const { application_id: applicationId, shared_secret: sharedSecret } = credentials.idaas
    const body = { applicationId, sharedSecret }
    const authorization = (await send('POST', 'v1/adminapi/authenticate', { body })).json.authToken
    const order = { authorization, body: { deliverActivationEmail: true } }
    expect((await send('POST', `v2/users/${id}/face`, order)).status).toBe(200)
    expect(mails[0]!.html).toContain('&lt;b&gt;&quot;Tom &amp; Jerry&#39;s&quot;&lt;/b&gt; invites')
    expect(mails[0]!.text).toContain(name)
  })
})

describe('[ID4] E7', () => {
  test('DISABLED: E4 shows it and the person is a stranger; ACTIVE brings the person back', async () => {
    const { person, user, face } = await enrolledUser()
    const stranger = await shop.run('authenticate', someone())
    const answer = await update(user, { status: 'DISABLED' })
    expect([answer.status, answer.text]).toEqual([200, ''])
    expect(await facesOf(user)).toEqual([{ id: face, applicantId: user, status: 'DISABLED' }])
    expect(JSON.stringify(await shop.run('authenticate', person))).toBe(JSON.stringify(stranger))
    expect((await update(user, { status: 'ACTIVE' })).status).toBe(200)
    expect(await shop.run('authenticate', person)).toMatchObject({ status: 'ok' })
  })

  test('expiry: EXPIRED by the clock', async () => {
    const { person, user } = await enrolledUser()
    const expiry = new Date(rig.clock.now().getTime() + 600_000).toISOString()
    await update(user, { expiry })
    expect((await facesOf(user))[0]).toMatchObject({ status: 'ACTIVE', expiry })
    rig.clock.advance(600)
    expect(await statusOf(user)).toBe('EXPIRED')
    expect(await shop.run('authenticate', person)).toMatchObject({ reason: 'not_recognised' })
    await update(user, { status: 'ACTIVE', expiry: '2030-01-01T00:00:00.5+02:00' })
    expect((await facesOf(user))[0]).toMatchObject({ status: 'ACTIVE', expiry: '2029-12-31T22:00:00.500Z' })
  })

  test('expiry in the past: EXPIRED at once', async () => {
    const { user } = await enrolledUser()
    await update(user, { expiry: '2020-01-01T00:00:00Z' })
    expect(await statusOf(user)).toBe('EXPIRED')
  })

  test.each(['ACTIVE', 'FAILED', 'EXPIRED', 'REVIEW', 'DISABLED'])('status %s is shown by E4', async (status) => {
    const { user } = await enrolledUser()
    expect((await update(user, { status })).status).toBe(200)
    expect(await statusOf(user)).toBe(status)
  })

  test('409: ACTIVATING with a face, ACTIVE or REVIEW without one', async () => {
    const { user } = await enrolledUser()
    expect(refused(await update(user, { status: 'ACTIVATING' }))).toEqual([409, 'conflict'])
    const waiting = await createUser()
    await createFace(waiting)
    for (const status of ['ACTIVE', 'REVIEW']) expect((await update(waiting, { status })).status).toBe(409)
    expect([await statusOf(user), await statusOf(waiting)]).toEqual(['ACTIVE', 'ACTIVATING'])
  })

  test('a review is ended by ACTIVE', async () => {
    await rig.services.applications.changeSettings(shop.credentials.application_id, { review_enrolments: true })
    const { person, user } = await enrolledUser()
    await rig.services.applications.changeSettings(shop.credentials.application_id, { review_enrolments: false })
    expect(await statusOf(user)).toBe('REVIEW')
    expect(await shop.run('authenticate', person)).toMatchObject({ reason: 'not_recognised' })
    await update(user, { status: 'ACTIVE' })
    expect(await shop.run('authenticate', person)).toMatchObject({ status: 'ok' })
  })

  test('an enrolment that is refused for good: FAILED, and E6 makes another', async () => {
    const person = someone()
    await shop.enroll(person)
    const user = await createUser({ payload: { email: 'ada@example.com' } })
    const { id, qrCode } = (await createFace(user, { returnQRCode: true })).json
    expect(await follow(tokenOf((await readQrCode(qrCode))!), person)).toMatchObject({ reason: 'duplicate' })
    expect(await statusOf(user)).toBe('FAILED')
    expect((await send('PUT', `v1/face/${id}/activation`)).status).toBe(200)
    expect(await statusOf(user)).toBe('ACTIVATING')
    expect(await follow(tokenOf(linkOf(mails[0]!)), someone())).toMatchObject({ status: 'ok' })
  })

  test.each([
    ['NOPE', { status: 'NOPE' }],
    ['lower case', { status: 'active' }],
    ['a number', { status: 1 }],
    ['a list', { status: ['ACTIVE'] }],
    ['nothing', {}],
    ['only nulls', { status: null, expiry: null }],
    ['EXPIRED with an expiry', { status: 'EXPIRED', expiry: '2030-01-01T00:00:00Z' }],
    ['J24 a day that is none', { expiry: '2026-02-30T00:00:00Z' }],
    ['J24 infinity', { expiry: 'infinity' }],
    ['J24 now', { expiry: 'now' }],
    ['J24 the year 275760', { expiry: '+275760-09-13T00:00:00Z' }],
    ['J24 the year 0', { expiry: '0000-01-01T00:00:00Z' }],
    ['J24 the year 10000 by its zone', { expiry: '9999-12-31T23:59:59-23:59' }],
    ['a date', { expiry: '2030-01-01' }],
    ['no zone', { expiry: '2030-01-01T00:00:00' }],
    ['no seconds', { expiry: '2030-01-01T00:00Z' }],
    ['milliseconds', { expiry: 1893456000000 }],
    ['J15 NUL', { status: 'ACTIVE\u0000' }],
  ])('400 and nothing changes: %s', async (_, body) => {
    const { user } = await enrolledUser()
    expect((await update(user, body)).status).toBe(400)
    expect((await facesOf(user))[0]).toMatchObject({ status: 'ACTIVE' })
  })

  test('404 for a user without a face', async () => {
    expect((await update(await createUser(), { status: 'DISABLED' })).status).toBe(404)
  })
})

/** Every operation, with something in the place of the id. */
const operations: [string, (id: string) => [method: string, path: string, body?: object]][] = [
  ['E1', (id) => ['POST', `v2/users/${id}/face`, {}]],
  ['E2', (id) => ['POST', `v1/users/${id}/face`, {}]],
  ['E3', (id) => ['DELETE', `v1/face/${id}`]],
  ['E4', (id) => ['GET', `v1/users/${id}/faces`]],
  ['E5', (id) => ['GET', `v1/users/${id}/settings/face`]],
  ['E6', (id) => ['PUT', `v1/face/${id}/activation`]],
  ['E7', (id) => ['PUT', `v1/users/${id}/face`, { status: 'DISABLED' }]],
]

describe.each(operations)('[ID5] %s identifiers', (_, at) => {
  const call = (id: string) => {
    const [method, path, body] = at(id)
    return send(method, path, body === undefined ? {} : { body })
  }

  test.each([
    ['D1 quotes', "' OR 1=1--"],
    ['D1 a statement', '"; DROP TABLE subjects'],
    ['D2 markup', `<x/>&"']]>`],
    ['D3 10 000 characters', 'a'.repeat(10_000)],
    ['D4 NUL', '\0'],
    ['D4 another path', '../../faces'],
    ['D5 upper case', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'],
    ['D5 braces', '{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}'],
    ['D5 no dashes', 'a0eebc999c0b4ef8bb6d6bb9bd380a11'],
    ['D6 Cyrillic', 'а0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  ])('%s: 400', async (_row, id) => {
    expect(refused(await call(encodeURIComponent(id)))).toEqual([400, 'id_format'])
  })

  test.each(['%ff', '%ZZ', '%'])('D4 %s is no text: 400', async (id) => {
    expect((await call(id)).status).toBe(400)
  })

  test('D7 D8 another application’s, another gallery’s and an unknown one look alike; a deleted one is 404 too', async () => {
    const foreign = await other.enroll(someone())
    const gone = await shop.enroll(someone())
    await shop.backend('DELETE', `/v1/subjects/${gone}`)
    const id = shop.credentials.application_id
    const application = (await rig.services.applications.findByPublicId(shop.credentials.public_id))!
    const gallery = await rig.services.galleries.create(id, `elsewhere-${crypto.randomUUID().slice(0, 8)}`)
    const elsewhere = (await rig.services.subjects.create(application, gallery.id, {})).id
    expect((await call(gone)).status).toBe(404)
    const answers = await Promise.all([foreign, elsewhere, crypto.randomUUID()].map(call))
    expect(answers.map(refused)).toEqual(answers.map(() => [404, 'not_found']))
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect(await other.backend('GET', `/v1/subjects/${foreign}`)).toMatchObject({ status: 200 })
  })
})

describe('[ID6] where the dialect lives', () => {
  test.each(operations)('H13 H16 %s: other methods are 405 and change nothing', async (_, at) => {
    const { user } = await enrolledUser()
    const [, path] = at(user)
    const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD']
    const answers = await Promise.all(methods.map(async (method) => rig.send(method, `/compat/idaas/api/web/${path}`)))
    const allowed = answers
      .find(({ status }) => status === 405)!
      .headers.get('allow')!
      .split(', ')
    expect(answers.map(({ status }) => status)).toEqual(methods.map((each) => (allowed.includes(each) ? 401 : 405)))
    expect(await statusOf(user)).toBe('ACTIVE')
  })

  test.each(['', 'v1', 'v3/users/x/face', 'v1/users', 'v1/face', 'v1/adminapi', 'v2/users/x/faces'])(
    '404: %s',
    async (path) => {
      expect(refused(await send('GET', path))).toEqual([404, 'route_not_found'])
    },
  )

  test('a host name may stand for its root; switched off it is not there', async () => {
    const hosted = await openTestApp({ hosts: new Map([['shop.trustedauth.example', 'idaas']]) })
    const off = await openTestApp({ dialects: [] })
    try {
      const url = 'https://shop.trustedauth.example/api/web/v1/adminapi/authenticate'
      expect((await hosted.fetch(new Request(url))).status).toBe(405)
      expect((await off.send('POST', '/compat/idaas/api/web/v1/adminapi/authenticate', { body: {} })).status).toBe(404)
    } finally {
      await hosted.close()
      await off.close()
    }
  })
})

describe('[ID7] bodies', () => {
  const bodies: [string, Parameters<typeof send>[2]][] = [
    ['J1 empty', { raw: '' }],
    ['J2 a trailing comma', { raw: '{"returnQRCode":true,}' }],
    ['J8 a string for a boolean', { body: { returnQRCode: 'true' } }],
    ['J8 a number for a boolean', { body: { deliverActivationEmail: 1 } }],
    ['J8 an object for an id', { body: { applicantId: {}, workflowRunId: [] } }],
    ['J10 20 000 deep', { raw: '['.repeat(20_000) }],
    ['J11 a prototype', { raw: '{"__proto__":{"polluted":true}}' }],
    ['J12 a name twice', { raw: '{"returnQRCode":true,"returnQRCode":false}' }],
    ['J13 no UTF-8', { raw: new Uint8Array([0x22, 0xff, 0xfe, 0x22]) }],
    ['J14 a byte order mark', { raw: '\ufeff{}' }],
    ['J15 NUL', { body: { applicantId: '\0', workflowRunId: '\0' } }],
    ['J16 half a surrogate', { raw: '{"applicantId":"\\ud800"}' }],
    ['J17 a megabyte', { body: { filler: 'x'.repeat(1_000_000) } }],
    ['J19 a list', { raw: '[]' }],
    ['J19 null', { raw: 'null' }],
    ['J20 text', { raw: '{}', headers: { 'content-type': 'text/plain' } }],
    ['J20 no type', { raw: '{}', headers: { 'content-type': '' } }],
    ['J20 UTF-16', { raw: '{}', headers: { 'content-type': 'application/json; charset=utf-16' } }],
    ['J21 said to be compressed', { raw: '{}', headers: { 'content-encoding': 'gzip' } }],
  ]

  test.each(bodies)('E1 E2 %s: 400 and nothing is created', async (_, sent) => {
    const user = await createUser()
    expect((await send('POST', `v2/users/${user}/face`, sent)).status).toBe(400)
    expect((await send('POST', `v1/users/${user}/face`, sent)).status).toBe(400)
    expect(await facesOf(user)).toEqual([])
  })

  test.each(bodies)('E7 %s: 400 and nothing changes', async (_, sent) => {
    const { user } = await enrolledUser()
    expect((await send('PUT', `v1/users/${user}/face`, sent)).status).toBe(400)
    expect(await statusOf(user)).toBe('ACTIVE')
  })

  test('parameters name the fields, and no value comes back', async () => {
    const answer = await createFace(await createUser(), { returnQRCode: 'hunter2', applicantId: 7 })
    expect(answer.json.parameters).toEqual([{ name: 'applicantId' }, { name: 'returnQRCode' }])
    expect(answer.text).not.toContain('hunter2')
  })
})
