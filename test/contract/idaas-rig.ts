import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import type { MailMessage } from '../../packages/server/src/domain/mailer.ts'
import type { Subject } from '../../packages/server/src/domain/model.ts'
import type { FaceAuthenticator, Permission } from '../../packages/server/src/surfaces/idaas/wire.ts'
import { syntheticPerson } from '../fixtures/synthetic-templates.ts'
import { type Answer, openTestApp, type Sent, type TestApp, type TestApplication } from './test-app.ts'

/** What the tests of the dialect call: two applications, and a mail server that a test may let fail. */
export let rig: TestApp
export let shop: TestApplication
export let other: TestApplication
/** Of a credential that may do everything. */
export let token: string

export const mails: MailMessage[] = []
export const mail: { isConfigured: boolean; failure: Error | null } = { isConfigured: true, failure: null }

/** Opens them for the tests of one file. */
export function withIdaasRig(): void {
  beforeAll(async () => {
    rig = await openTestApp({
      mailer: {
        get isConfigured() {
          return mail.isConfigured
        },
        async send(message) {
          if (mail.failure !== null) throw mail.failure
          mails.push(message)
        },
      },
    })
    shop = await rig.createApplication()
    other = await rig.createApplication()
  })
  beforeEach(async () => {
    Object.assign(mail, { isConfigured: true, failure: null })
    mails.length = 0
    token = await login(shop)
  })
  // Whatever a request was: nothing went wrong inside, and no prototype was touched.
  afterEach(() => {
    expect(rig.failures.splice(0)).toEqual([])
    expect(Object.prototype).not.toHaveProperty('polluted')
  })
  afterAll(() => rig.close())
}

const documented = [200, 400, 401, 403, 404, 409]

/** Every answer is one of the dialect: JSON or nothing at all, and a failure an ErrorInfo. */
export function checked(answer: Answer): Answer {
  expect([...documented, 405, 429, 500, 503]).toContain(answer.status)
  if (answer.text !== '') expect(answer.headers.get('content-type')).toBe('application/json')
  if (answer.status !== 200) {
    expect(answer.json.errorCode).toMatch(/^[a-z][a-z0-9_]+$/)
    expect(answer.json.errorMessage).toMatch(/\S/)
    const names = Object.keys(answer.json).sort().join()
    expect(['errorCode,errorMessage', 'errorCode,errorMessage,parameters']).toContain(names)
  }
  expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  expect(answer.headers.get('set-cookie')).toBeNull()
  return answer
}

/** Sends one call with the token, unless the test says otherwise. */
export const send = async (method: string, path: string, sent: Sent = {}): Promise<Answer> =>
  checked(await rig.send(method, `/compat/idaas/api/web/${path}`, { authorization: token, ...sent }))
export const refused = ({ status, json }: Answer) => [status, json.errorCode]

export async function login({ credentials }: TestApplication): Promise<string> {
  const { application_id: applicationId, shared_secret: sharedSecret } = credentials.idaas
  const body = { applicationId, sharedSecret }
  return (await rig.send('POST', '/compat/idaas/api/web/v1/adminapi/authenticate', { body })).json.authToken
}

/** A token of a credential that may do these things and nothing else. */
export async function tokenFor(...scopes: Permission[]): Promise<string> {
  const id = shop.credentials.application_id
  const { credential, secret } = await rig.services.applications.issueKey(id, {
    kind: 'idaas',
    name: 'limited',
    scopes,
  })
  const body = { applicationId: credential.clientId, sharedSecret: secret }
  return (await rig.send('POST', '/compat/idaas/api/web/v1/adminapi/authenticate', { body })).json.authToken
}

/** A user without a face. */
export async function createUser(
  person: Partial<Pick<Subject, 'payload' | 'externalRef'>> = {},
  of = shop,
): Promise<string> {
  const application = (await rig.services.applications.findByPublicId(of.credentials.public_id))!
  const gallery = await rig.services.galleries.findByName(application.id, 'default')
  return (await rig.services.subjects.create(application, gallery.id, person)).id
}

export const createFace = (user: string, body: object = {}) => send('POST', `v2/users/${user}/face`, { body })
export const update = (user: string, body: object) => send('PUT', `v1/users/${user}/face`, { body })
export const facesOf = async (user: string): Promise<readonly FaceAuthenticator[]> =>
  (await send('GET', `v1/users/${user}/faces`)).json
export const statusOf = async (user: string) => (await facesOf(user))[0]?.status

let seed = 40_000
export const someone = () => syntheticPerson(seed++)

/** A user whose face is enrolled by a session that the backend opened. */
export async function enrolledUser() {
  const [person, user] = [someone(), await createUser()]
  const session = (await shop.backend('POST', '/v1/sessions', { operation: 'enroll', facial_id: user })).json
  const created = await createFace(user, { applicantId: user, workflowRunId: session.session_id })
  expect(await follow(session.client_token, person)).toMatchObject({ status: 'ok' })
  return { person, user, face: created.json.id as string }
}

export const linkOf = ({ text }: MailMessage): string => /https:\/\/\S+/.exec(text)![0]
export const tokenOf = (link: string): string => new URL(link).hash.slice(1)

/** What the page does that a link opens; `closed` where the link is none any more. */
export async function follow(clientToken: string, person: Float32Array, changes: object = {}) {
  const authorization = `Session ${clientToken}`
  const session = (await rig.send('GET', '/v1/sessions/current', { authorization })).json
  const challenge = (await rig.send('POST', '/v1/challenges', { authorization, body: {} })).json
  if (challenge?.challenge_id === undefined) return 'closed'
  const ceremony = { session: { ...session, client_token: clientToken }, challenge }
  return (await shop.submit(ceremony as never, person, changes)).json
}
