import type { ApplicationCredentials } from '@mien/shared/api/applications'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSimulatedWidget, type SimulatedWidget } from '../drill/simulated-widget.ts'
import { type MailServer, openMailServer } from '../fixtures/mail-server.ts'
import { readQrCode } from '../fixtures/read-qr-code.ts'
import { syntheticPerson } from '../fixtures/synthetic-templates.ts'
import { startServer, type TestServer } from '../rig/server.ts'
import { isAsDescribed, readWirePairs } from '../rig/wire-pairs.ts'

/**
 * A backend that was written for Entrust IDaaS, over a socket. Against our own server as a process, or against another system,
 * Entrust's own for instance: MIEN_CONFORMANCE_IDAAS_URL names it (up to `/api/web`), MIEN_CONFORMANCE_IDAAS_APPLICATION_ID and
 * _SHARED_SECRET the administration application, MIEN_CONFORMANCE_IDAAS_USER a user there without a face. What is ours alone is
 * left out there.
 */
const {
  MIEN_CONFORMANCE_IDAAS_URL: foreignUrl,
  MIEN_CONFORMANCE_IDAAS_APPLICATION_ID: foreignId = '',
  MIEN_CONFORMANCE_IDAAS_SHARED_SECRET: foreignSecret = '',
  MIEN_CONFORMANCE_IDAAS_USER: foreignUser = '',
} = process.env
const ours = foreignUrl === undefined

let server: TestServer
let mailServer: MailServer
let application: ApplicationCredentials
let widget: SimulatedWidget
let api = foreignUrl ?? ''
let credentials = { applicationId: foreignId, sharedSecret: foreignSecret }
let token: string

beforeAll(async () => {
  if (ours) {
    mailServer = await openMailServer()
    server = await startServer({
      MIEN_HOSTS: 'shop.trustedauth.example=idaas',
      MIEN_SMTP_URL: `smtp://${mailServer.host}`,
      MIEN_SMTP_FROM: 'Mien <mien@shop.example>',
      MIEN_LOG_LEVEL: 'debug',
      MIEN_DEMO: 'off',
    })
    application = await server.admin.createApplication({ name: 'Shop' })
    widget = createSimulatedWidget(server.url, application.public_id)
    api = `${server.url}/compat/idaas/api/web`
    const { application_id: applicationId, shared_secret: sharedSecret } = application.idaas
    credentials = { applicationId, sharedSecret }
  }
  token = (await (await login(credentials)).json()).authToken
})
afterAll(() => Promise.all([server?.close(), mailServer?.close()]))

const login = (body: object): Promise<Response> =>
  fetch(`${api}/v1/adminapi/authenticate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

const call = (method: string, path: string, body?: object, authorization = token): Promise<Response> =>
  fetch(api + path, {
    method,
    headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

/** A user without a face, as the backend creates one. */
async function createUser(payload: object | null = null): Promise<string> {
  const response = await fetch(`${server.url}/v1/subjects`, {
    method: 'POST',
    headers: { authorization: `Bearer ${application.secret_key}`, 'content-type': 'application/json' },
    body: JSON.stringify(payload === null ? {} : { payload }),
  })
  expect(response.status).toBe(201)
  return (await response.json()).facial_id
}

const create = async (user: string, body: object = {}) => (await call('POST', `/v2/users/${user}/face`, body)).json()
const facesOf = async (user: string) => (await call('GET', `/v1/users/${user}/faces`)).json()

let seed = 61_000
const someone = () => syntheticPerson(seed++)
const tokenOf = (link: string | null): string => new URL(link!).hash.slice(1)
/** Of the newest mail, whose long lines are folded. */
const mailedLink = (): string => {
  const text = mailServer.received.at(-1)!.source.replaceAll('=\r\n', '').replaceAll('=3D', '=')
  return /https?:\/\/\S+?\/enroll\.html#[\w-]{43}/.exec(text)![0]
}

test('[ID1] the documented calls answer as recorded', async () => {
  const user = ours ? await createUser() : foreignUser
  let face = ''
  const fill = (text: string) => text.replaceAll('{user}', user).replaceAll('{face}', face)
  for (const { what, request, answer } of await readWirePairs('idaas')) {
    const path = fill(request.path).replace('/api/web', '')
    const response = await call(request.method, path, request.json, request.secret)
    const text = await response.text()
    expect([what, response.status]).toEqual([what, answer.status])
    if (answer.type === null) expect(text).toBe('')
    else expect(response.headers.get('content-type')).toContain(answer.type)
    // What a user's settings and a code consist of is documented by nobody.
    if (ours) {
      const described = JSON.parse(fill(JSON.stringify(answer.body)))
      expect(isAsDescribed(text === '' ? null : JSON.parse(text), described), `${what}: ${text}`).toBe(true)
    }
    if (request.method === 'POST' && response.ok) face = JSON.parse(text).id
  }
  await call('DELETE', `/v1/face/${face}`)
})

describe('[ID8] the token', () => {
  test('verbatim or after Bearer; wrong credentials are 401 with an ErrorInfo', async () => {
    const user = ours ? await createUser() : foreignUser
    expect((await call('GET', `/v1/users/${user}/faces`)).status).toBe(200)
    if (ours) expect((await call('GET', `/v1/users/${user}/faces`, undefined, `Bearer ${token}`)).status).toBe(200)
    const refused = await login({ ...credentials, sharedSecret: 'wrong' })
    expect(refused.status).toBe(401)
    expect(await refused.json()).toMatchObject({ errorCode: expect.any(String), errorMessage: expect.any(String) })
  })

  test('unknown user 404, malformed id 400 or 404', async () => {
    expect((await call('GET', `/v1/users/${crypto.randomUUID()}/faces`)).status).toBe(404)
    expect([400, 404]).toContain((await call('GET', '/v1/users/nobody/faces')).status)
  })
})

describe.runIf(ours)('over our own enrolment', () => {
  test('[ID1] a QR code enrolls, E4 says ACTIVE, and the face signs in', async () => {
    const [user, person] = [await createUser(), someone()]
    const { id, qrCode } = await create(user, { returnQRCode: true })
    const link = await readQrCode(qrCode)
    expect(link).toMatch(new RegExp(`^${server.url}/enroll\\.html#`))
    expect(await widget.follow(tokenOf(link), person)).toMatchObject({ status: 'ok' })
    expect(await facesOf(user)).toEqual([{ id, applicantId: user, status: 'ACTIVE' }])
    const granted = { status: 'ok', disclosed: { facial_id: user } }
    expect(await widget.run('authenticate', person)).toMatchObject(granted)
    await call('PUT', `/v1/users/${user}/face`, { status: 'DISABLED' })
    expect(await widget.run('authenticate', person)).toEqual(await widget.run('authenticate', someone()))
    await server.restart()
    expect((await facesOf(user))[0].status).toBe('DISABLED')
    await call('PUT', `/v1/users/${user}/face`, { status: 'ACTIVE' })
    expect(await widget.run('authenticate', person)).toMatchObject(granted)
    expect((await call('DELETE', `/v1/face/${id}`)).status).toBe(200)
    expect(await widget.run('authenticate', person)).toEqual({ status: 'refused', reason: 'not_recognised' })
  })

  test('[ID3] a mail enrolls; E6 sends another, and the first link stops', async () => {
    const user = await createUser({ email: 'ada@shop.example' })
    const { id } = await create(user, { deliverActivationEmail: true })
    const first = tokenOf(mailedLink())
    expect(mailServer.received.at(-1)).toMatchObject({ from: 'mien@shop.example', to: ['ada@shop.example'] })
    const again = await call('PUT', `/v1/face/${id}/activation`)
    expect([again.status, await again.text()]).toEqual([200, ''])
    const second = tokenOf(mailedLink())
    expect(second).not.toBe(first)
    await expect(widget.follow(first, someone())).rejects.toMatchObject({ status: 401 })
    expect(await widget.follow(second, someone())).toMatchObject({ status: 'ok' })
    expect((await facesOf(user))[0].status).toBe('ACTIVE')
    for (const secret of [first, second, 'ada@shop.example']) expect(server.log()).not.toContain(secret)
  })

  test('[ID3] killed between two calls, what was invited is there and can be invited again', async () => {
    const user = await createUser({ email: 'ada@shop.example' })
    const { id } = await create(user)
    await server.kill()
    await server.restart()
    expect((await facesOf(user))[0]).toMatchObject({ id, status: 'ACTIVATING' })
    expect((await call('PUT', `/v1/face/${id}/activation`)).status).toBe(200)
    expect(await widget.follow(tokenOf(mailedLink()), someone())).toMatchObject({ status: 'ok' })
  })

  test('[ID3] when the mail server is gone nobody is left invited', async () => {
    const user = await createUser({ email: 'ada@shop.example' })
    await mailServer.close()
    const response = await call('POST', `/v2/users/${user}/face`, { deliverActivationEmail: true })
    expect([response.status, (await response.json()).errorCode]).toEqual([503, 'email_not_sent'])
    expect(await facesOf(user)).toEqual([])
  })

  test('[ID8] neither the secret nor a token was ever written to the log', () => {
    for (const secret of [credentials.sharedSecret, token]) expect(server.log()).not.toContain(secret)
  })
})
