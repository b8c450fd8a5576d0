import { readFile } from 'node:fs/promises'
import type { ApplicationCredentials } from '@mien/shared/api/applications'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { analyseImage } from '../../packages/server/src/vision/analyse-image.ts'
import { colourAnalyser, drawPicture } from '../contract/colour-analyser.ts'
import { pictureRoutes } from '../contract/picture-routes.ts'
import { consentGiven, openTestApp, type TestApp, type TestApplication } from '../contract/test-app.ts'
import { createSimulatedWidget, type SimulatedWidget } from '../drill/simulated-widget.ts'
import { framesAround } from '../fixtures/frames-around.ts'
import { type MediaName, mediaFile } from '../fixtures/media.ts'
import { syntheticPerson } from '../fixtures/synthetic-templates.ts'
import { openNodePipeline } from '../rig/node-pipeline.ts'
import { startServer, type TestServer } from '../rig/server.ts'

/** One person, one application, every dialect. */

type Fetch = (path: string, init: RequestInit) => Promise<Response>
const jsonInit = (authorization: string, body: object, method = 'POST'): RequestInit => ({
  method,
  headers: { authorization, 'content-type': 'application/json' },
  body: JSON.stringify(body),
})
const bearer = (key: string) => `Bearer ${key}`

async function uqudoTokenOf(send: Fetch, { client_id, client_secret }: ApplicationCredentials['uqudo']) {
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id, client_secret })
  const answer = await send('/compat/uqudo/api/oauth/token', { method: 'POST', body })
  return ((await answer.json()) as { access_token: string }).access_token
}

async function idaasTokenOf(send: Fetch, { application_id, shared_secret }: ApplicationCredentials['idaas']) {
  const body = { applicationId: application_id, sharedSecret: shared_secret }
  const answer = await send('/compat/idaas/api/web/v1/adminapi/authenticate', jsonInit('', body))
  return ((await answer.json()) as { authToken: string }).authToken
}

describe('the life of a person, in the server as a process', () => {
  let server: TestServer
  let application: ApplicationCredentials
  let widget: SimulatedWidget
  let views: Record<'enrolled' | 'later', Float32Array>
  let facialId: string
  const send: Fetch = (path, init) => fetch(new URL(path, server.url), init)
  const photo = async (name: MediaName) => (await readFile(await mediaFile(name))).toString('base64')

  beforeAll(async () => {
    const pipeline = await openNodePipeline()
    const view = async (name: MediaName) =>
      (await analyseImage(pipeline, await readFile(await mediaFile(name)))).primary!.template.vector
    views = { enrolled: await view('franck_01829.jpg'), later: await view('franck_02683.jpg') }
    await pipeline.release()
    server = await startServer({ MIEN_DEMO: 'off' })
    application = await server.admin.createApplication({ name: 'Shop' })
    widget = createSimulatedWidget(server.url, application.public_id, framesAround)
  })
  afterAll(() => server?.close())

  /** By another photograph than the one that was enrolled. */
  const foundBy = {
    ufme: async () => {
      const image = await photo('franck_02683.jpg')
      const answer = await send('/compat/ufme/api/v1/search', jsonInit(bearer(application.ufme.api_key), { image }))
      expect(answer.status).toBe(200)
      return /<subject_id>(.*?)<\/subject_id>/.exec(await answer.text())?.[1]
    },
    ticos: async () => {
      const headers = { authorization: bearer(application.ticos.terminal_secret) }
      const answer = await send('/compat/ticos/v1/api/faces', { method: 'GET', headers })
      return ((await answer.json()) as { face_id: string }[])[0]?.face_id
    },
    uqudo: async () => {
      const token = await uqudoTokenOf(send, application.uqudo)
      const body = { idPhoto: await photo('franck_02683.jpg') }
      const answer = await send('/compat/uqudo/api/v1/face/one-to-n/search', jsonInit(bearer(token), body))
      return ((await answer.json()) as { oneToNVerificationMatch: boolean }).oneToNVerificationMatch
    },
    native: async () => {
      const body = { image: await photo('franck_02683.jpg') }
      const answer = await send('/v1/identify', jsonInit(bearer(application.secret_key), body))
      return ((await answer.json()) as { facial_id: string | null }).facial_id
    },
    widget: async () => (await widget.run('authenticate', views.later)).status,
  }

  test('enrolled by the widget, found by every dialect, deleted by one, found by none', async () => {
    const enrolled = await widget.run('enroll', views.enrolled)
    if (enrolled.status !== 'ok' || enrolled.disclosed === null) throw new Error(JSON.stringify(enrolled))
    facialId = enrolled.disclosed.facial_id
    expect(await foundBy.ufme()).toBe(facialId)
    expect(await foundBy.ticos()).toBe(facialId.replaceAll('-', ''))
    expect(await foundBy.uqudo()).toBe(true)
    expect(await foundBy.native()).toBe(facialId)
    expect(await foundBy.widget()).toBe('ok')

    const query = new URLSearchParams({ key: application.faceio.api_key, fid: facialId })
    expect((await send(`/compat/faceio/deletefacialid?${query}`, { method: 'GET' })).status).toBe(200)

    expect(await foundBy.ufme()).toBeUndefined()
    expect(await foundBy.ticos()).toBeUndefined()
    expect(await foundBy.uqudo()).toBe(false)
    expect(await foundBy.native()).toBeNull()
    expect(await foundBy.widget()).toBe('refused')
    expect(server.log()).not.toContain('"msg":"failed"')
  })
})

describe('two applications', () => {
  let rig: TestApp
  let ours: TestApplication
  let theirs: TestApplication
  let facialId: string
  let before: string
  const send: Fetch = async (path, init) => rig.fetch(new Request(`http://localhost${path}`, init)) as Promise<Response>
  const person = 50
  const secretName = 'our-person-of-whom-nobody-knows'

  const image = async () => new Uint8Array(await drawPicture({ person }).toBuffer())
  const stateOf = async () => (await ours.backend('GET', `/v1/subjects/${facialId}`)).text

  beforeAll(async () => {
    rig = await openTestApp({ analyser: colourAnalyser })
    ours = await rig.createApplication({ retain_images: true })
    theirs = await rig.createApplication({ retain_images: true })
    const body = { image: Buffer.from(await image()).toString('base64'), subject_id: secretName, partition: 'vault' }
    await send('/compat/ufme/api/v1/enrol', jsonInit(bearer(ours.credentials.ufme.api_key), body))
    facialId = await ours.enroll(syntheticPerson(person), { payload: { of: secretName } })
    before = await stateOf()
  })
  afterAll(() => rig?.close())

  interface Attempt {
    readonly name: string
    readonly path: string
    readonly init: RequestInit
  }

  /** Every route of every dialect that names a person or looks for one, as the other application would ask for ours. */
  async function attempts(id: string, gallery: string): Promise<readonly Attempt[]> {
    const { credentials } = theirs
    const plain = id.replaceAll('-', '')
    const uqudoToken = await uqudoTokenOf(send, credentials.uqudo)
    const idaas = await idaasTokenOf(send, credentials.idaas)
    const attempt = (path: string, init: RequestInit): Attempt => ({ name: `${init.method} ${path}`, path, init })
    const as = (key: string) => (method: string, path: string, body?: object) =>
      attempt(path, body === undefined ? { method, headers: { authorization: key } } : jsonInit(key, body, method))
    const [native, ticos, uqudo, admin] = [
      as(bearer(credentials.secret_key)),
      as(bearer(credentials.ticos.terminal_secret)),
      as(bearer(uqudoToken)),
      as(idaas),
    ]
    const ufme = as(bearer(credentials.ufme.api_key))
    const faceio = (name: string, more: Record<string, string> = {}, method = 'GET') => {
      const query = new URLSearchParams({ key: credentials.faceio.api_key, fid: id, ...more })
      return attempt(`/compat/faceio/${name}?${query}`, { method })
    }
    const subject = `/v1/subjects/${id}`
    const faces = `/compat/ticos/v1/api/faces`
    const picture = await image()
    const { method: _, ...consent } = consentGiven(rig.clock.now())
    const withPictures = pictureRoutes({ application: credentials, uqudoToken, facialId: id }).map((route) => {
      const { path, ...init } = route.compose(picture)
      return { name: route.name, path, init }
    })
    return [
      ...withPictures,
      native('GET', '/v1/subjects'),
      native('GET', `/v1/subjects?gallery=${gallery}`),
      native('GET', `/v1/subjects?user_ref=${secretName}`),
      native('GET', subject),
      native('GET', `${subject}/export`),
      native('DELETE', `${subject}/lockouts`),
      native('GET', `${subject}/devices`),
      native('POST', `${subject}/devices/${id}/approve`),
      native('DELETE', `${subject}/devices/${id}`),
      native('GET', `${subject}/passkeys`),
      native('DELETE', `${subject}/passkeys/${id}`),
      native('GET', `/v1/erasures/${id}`),
      native('PATCH', subject, { name: 'Theirs' }),
      native('DELETE', subject),
      native('PUT', `${subject}/payload`, { payload: 'theirs' }),
      native('PUT', `${subject}/pin`, { pin: '830194' }),
      native('DELETE', `${subject}/pin`),
      native('GET', `${subject}/consents`),
      native('POST', `${subject}/consents`, consent),
      native('GET', `${subject}/faces`),
      native('DELETE', `${subject}/faces/${id}`),
      native('GET', `${subject}/image`),
      native('DELETE', `${subject}/image`),
      native('POST', '/v1/sessions', { operation: 'authenticate', facial_id: id }),
      native('GET', '/v1/audit'),
      native('GET', '/v1/stats'),
      native('GET', '/v1/galleries'),
      native('GET', `/v1/galleries/${gallery}`),
      native('DELETE', `/v1/galleries/${gallery}`),
      faceio('checkfacialid'),
      faceio('deletefacialid'),
      faceio('setfacialidpayload', { payload: 'theirs' }, 'POST'),
      faceio('setfacialidpincode', { pin: '830194' }, 'POST'),
      faceio('stat'),
      ticos('GET', faces),
      ticos('GET', `${faces}/${plain}`),
      ticos('DELETE', `${faces}/${plain}`),
      ticos('GET', `${faces}/${plain}/image`),
      uqudo('DELETE', `/compat/uqudo/api/v1/face/one-to-n/search/${id}`),
      uqudo('GET', `/compat/uqudo/api/v1/info/img/${id}`),
      uqudo('DELETE', `/compat/uqudo/api/v1/info/${id}`),
      admin('GET', `/compat/idaas/api/web/v1/users/${id}/faces`),
      admin('GET', `/compat/idaas/api/web/v1/users/${id}/settings/face`),
      admin('POST', `/compat/idaas/api/web/v1/users/${id}/face`, {}),
      admin('POST', `/compat/idaas/api/web/v2/users/${id}/face`, {}),
      admin('PUT', `/compat/idaas/api/web/v1/users/${id}/face`, { status: 'DISABLED' }),
      admin('DELETE', `/compat/idaas/api/web/v1/face/${id}`),
      admin('PUT', `/compat/idaas/api/web/v1/face/${id}/activation`),
      ufme('POST', '/compat/ufme/api/v1/delete', { subject_id: id }),
      ufme('POST', '/compat/ufme/api/v1/delete', { subject_id: secretName, partition: gallery }),
      ufme('GET', '/compat/ufme/partitions'),
      ufme('GET', '/compat/ufme/stats'),
    ]
  }

  /** Whoever is enrolled by an attempt is theirs from then on: they go before the next. */
  async function forgetTheirs(): Promise<void> {
    const { subjects } = (await theirs.backend('GET', '/v1/subjects?limit=100')).json
    for (const { facial_id } of subjects) await theirs.backend('DELETE', `/v1/subjects/${facial_id}`)
  }

  const ask = async ({ path, init }: Attempt) => {
    const answer = await send(path, init)
    await forgetTheirs()
    return { status: answer.status, text: await answer.text() }
  }

  test('[CE12] neither sees the other on any route: what is ours looks like what nobody has', async () => {
    const [forOurs, forNobody] = [
      await attempts(facialId, 'vault'),
      await attempts('00000000-0000-4000-8000-000000000000', 'nowhere'),
    ]
    for (const [i, attempt] of forOurs.entries()) {
      const { status, text } = await ask(attempt)
      expect(status, `${attempt.name}: ${text}`).toBeLessThan(500)
      // Enrolling under a name of one's own may well be the name that somebody else uses.
      if (!/enrol/.test(attempt.path)) expect(text, attempt.name).not.toContain(facialId)
      expect(text, attempt.name).not.toContain(facialId.replaceAll('-', ''))
      expect(text, attempt.name).not.toContain(secretName)
      expect(text, attempt.name).not.toContain('vault')
      expect(status, attempt.name).toBe((await ask(forNobody[i]!)).status)
      expect(await stateOf(), attempt.name).toBe(before)
    }
    expect(rig.failures).toEqual([])
  })

  test('every route of the native description that names a person is among them', async () => {
    const { paths } = (await rig.send('GET', '/v1/openapi.json')).json as { paths: Record<string, object> }
    const asked = (await attempts(facialId, 'vault')).map(({ path, init }) =>
      `${init.method} ${path.split('?')[0]}`.replaceAll(facialId, '*'),
    )
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map(
        (method) => `${method.toUpperCase()} ${path.replaceAll(/\{(facial|face|device|passkey)_id\}/g, '*')}`,
      ),
    )
    const aboutPeople = described.filter((route) => route.includes('/v1/subjects/*'))
    expect(aboutPeople.length).toBeGreaterThan(10)
    expect(aboutPeople.filter((route) => !asked.includes(route))).toEqual([])
  })
})
