import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { ApplicationCredentials } from '@mien/shared/api/applications'
import sharp, { type Sharp } from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSimulatedWidget, type SimulatedWidget } from '../drill/simulated-widget.ts'
import { framesFrom } from '../fixtures/images.ts'
import { type MediaName, mediaFile } from '../fixtures/media.ts'
import { syntheticPerson } from '../fixtures/synthetic-templates.ts'
import { startServer, type TestServer } from '../rig/server.ts'

/** A backend that was written for FACEIO, against the real server as a process: only the base URL is ours. */
let server: TestServer
let application: ApplicationCredentials
let widget: SimulatedWidget
let key: string
let api: string

beforeAll(async () => {
  server = await startServer({
    MIEN_HOSTS: 'api.faceio.example=faceio',
    MIEN_LOG_LEVEL: 'debug',
    MIEN_DEMO: 'off',
  })
  application = await server.admin.createApplication({ name: 'Shop' })
  await server.admin.changeSettings(application.application_id, { pin_enroll: 'optional', reject_weak_pins: false })
  widget = createSimulatedWidget(server.url, application.public_id)
  key = application.faceio.api_key
  api = `${server.url}/compat/faceio`
})
afterAll(() => server?.close())

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
type Body = any

/** Sends one call and checks what every answer has. */
async function call(path: string, init: RequestInit = {}): Promise<Body> {
  const response = await fetch(`${api}/${path}`, init)
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(response.headers.get('access-control-allow-origin')).toBeNull()
  const body: Body = await response.json()
  expect(body.status).toBe(response.status)
  return body
}

const query = (parameters: Record<string, string> = {}) => new URLSearchParams({ key, ...parameters })
const json = (body: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

let seed = 5000
async function enroll(): Promise<{ readonly facialId: string; readonly person: Float32Array }> {
  const person = syntheticPerson(seed++)
  const answer = await widget.run('enroll', person)
  if (answer.status !== 'ok' || answer.disclosed === null) throw new Error(JSON.stringify(answer))
  return { facialId: answer.disclosed.facial_id, person }
}

describe('the documented endpoints', () => {
  test('a person from enrolment to deletion', async () => {
    const { facialId, person } = await enroll()
    expect(await call(`checkfacialid?${query({ fid: facialId })}`)).toEqual({ status: 200, valid: true })
    const payload = JSON.stringify({ email: 'ada@shop.example' })
    const stored = await call(`setfacialidpayload?${query({ fid: facialId, payload })}`, { method: 'POST' })
    expect(stored).toEqual({ status: 200, payload: true })
    expect(await widget.run('authenticate', person)).toMatchObject({
      status: 'ok',
      disclosed: { facial_id: facialId, payload: { email: 'ada@shop.example' } },
    })
    expect(await call(`deletefacialid?${query({ fid: facialId })}`)).toEqual({ status: 200, payload: true })
    expect(await call(`deletefacialid?${query({ fid: facialId })}`)).toMatchObject({ status: 404 })
    expect(await call(`checkfacialid?${query({ fid: facialId })}`)).toEqual({ status: 200, valid: false })
    expect(await widget.run('authenticate', person)).toEqual({ status: 'refused', reason: 'not_recognised' })
  })

  test('a PIN with its zeros is asked for afterwards', async () => {
    const { facialId, person } = await enroll()
    expect(await call('setfacialidpincode', json({ key, fid: facialId, pin: '0007' }))).toEqual({
      status: 200,
      payload: true,
    })
    for (const pin of ['123', '12345678901234567', '12a4', 7000]) {
      expect((await call('setfacialidpincode', json({ key, fid: facialId, pin }))).status).toBe(400)
    }
    await server.admin.changeSettings(application.application_id, { pin_authenticate: 'always' })
    const ceremony = await widget.begin('authenticate')
    const pending = await ceremony.submit(ceremony.submission(person))
    const stepUp = (pin: string) =>
      fetch(`${server.url}/v1/step-ups`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Session ${ceremony.session.client_token}` },
        body: JSON.stringify({ submission_id: (pending as { submission_id: string }).submission_id, pin }),
      }).then((response) => response.json())
    expect(await stepUp('7')).not.toMatchObject({ status: 'ok' })
    expect(await stepUp('0007')).toMatchObject({ status: 'ok' })
    await server.admin.changeSettings(application.application_id, { pin_authenticate: 'when_close' })
  })

  test('stat counts what happened, newest first, and survives a restart', async () => {
    const before = await call(`stat?${query()}`)
    const first = await enroll()
    const second = await enroll()
    await server.restart()
    const after = await call(`stat?${query()}`)
    expect(after.total_api_calls).toBe(before.total_api_calls + 1)
    expect(after.total_indexed_faces).toBe(before.total_indexed_faces + 2)
    expect(after.last_indexed_faces.slice(0, 2)).toEqual([second.facialId, first.facialId])
  })

  test('about and status need no key', async () => {
    expect(await call('about')).toEqual({ status: 200, payload: expect.stringMatching(/^Mien \d/) })
    expect(await call('status')).toEqual({ status: 200, payload: expect.any(String) })
  })
})

describe('the key', () => {
  const form = (): FormData => {
    const data = new FormData()
    data.set('key', key)
    return data
  }
  const ways: [string, string, () => RequestInit][] = [
    ['WWW-Authenticate', 'stat', () => ({ headers: { 'WWW-Authenticate': `Bearer ${key}` } })],
    ['Authorization', 'stat', () => ({ headers: { Authorization: `Bearer ${key}` } })],
    ['query, GET', 'stat?', () => ({})],
    ['query, POST without a body', 'stat?', () => ({ method: 'POST' })],
    ['URL-encoded form', 'stat', () => ({ method: 'POST', body: new URLSearchParams({ key }) })],
    ['multipart form', 'stat', () => ({ method: 'POST', body: form() })],
    ['JSON', 'stat', () => json({ key })],
  ]
  test.each(ways)('by %s', async (_, path, init) => {
    expect(await call(path.endsWith('?') ? path + query() : path, init())).toMatchObject({
      status: 200,
      total_indexed_faces: expect.any(Number),
    })
  })

  test('missing, wrong or of another kind: 401', async () => {
    for (const path of ['stat', 'stat?key=x', `stat?key=${application.secret_key}`]) {
      expect(await call(path)).toEqual({ status: 401, error: expect.any(String) })
    }
  })

  test('two headers on the wire, or two different keys: 400', async () => {
    const answer = await raw('/compat/faceio/stat', { 'www-authenticate': [`Bearer ${key}`, `Bearer ${key}`] })
    expect(answer.statusCode).toBe(400)
    expect((await call(`stat?${query()}`, { headers: { Authorization: 'Bearer 0123456789' } })).status).toBe(400)
    expect((await call(`stat?${query()}`, json({ key: '0123456789' }))).status).toBe(400)
  })
})

/** What fetch would not send: a host of one's own, a header twice. */
async function raw(path: string, headers: Record<string, string | string[]>): Promise<IncomingMessage> {
  const sent = httpRequest(new URL(path, server.url), { headers }).end()
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  answer.resume()
  return answer
}

test('a host name that stands for the dialect needs no path', async () => {
  const host = 'api.faceio.example'
  expect((await raw(`/stat?${query()}`, { host })).statusCode).toBe(200)
  expect((await raw('/healthz', { host })).statusCode).toBe(404)
  expect((await raw(`/stat?${query()}`, {})).statusCode).toBe(404)
})

test('other methods: 405 with Allow; unknown endpoints: 404', async () => {
  const answer = await fetch(`${api}/deletefacialid?${query()}`, { method: 'PUT' })
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, POST'])
  expect((await call(`setfacialidpayload?${query()}`)).status).toBe(405)
  expect((await call(`enroll?${query()}`)).status).toBe(404)
})

describe('pictures', () => {
  const photo = async (name: MediaName) => (await readFile(await mediaFile(name))).toString('base64')
  const manB = async () => (await framesFrom('manB', [50]))[0]!.bytes.toString('base64')
  const compare = async (src: string, target: string) => call('faceverify', json({ key, src, target }))

  test('faceverify: two photos of one man, and two men', async () => {
    const same = await compare(await photo('franck_01829.jpg'), await photo('franck_02683.jpg'))
    expect(same).toMatchObject({ status: 200, same_person: true })
    const different = await compare(await photo('franck_01829.jpg'), await manB())
    expect(different).toMatchObject({ status: 200, same_person: false })
    for (const { dist, sim } of [same, different]) expect(sim).toBeCloseTo(Math.max(0, 1 - dist), 10)
    expect(same.sim).toBeGreaterThan(different.sim)
  })

  test('agecheck: a grown man', async () => {
    const { status, age, gender } = await call('agecheck', json({ key, img: await photo('franck_01829.jpg') }))
    expect([status, gender]).toEqual([200, 'male'])
    expect(age).toBeGreaterThan(18)
    expect(age).toBeLessThan(70)
  })

  test('as a data URL, and as a form with the key in the header', async () => {
    const img = `data:image/jpeg;base64,${await photo('franck_01829.jpg')}`
    const body = new FormData()
    body.set('img', img)
    const headers = { 'WWW-Authenticate': `Bearer ${key}` }
    expect(await call('agecheck', { method: 'POST', headers, body })).toMatchObject({ status: 200, gender: 'male' })
  })

  test('no face, two faces, no picture: 400, and the next one is answered', async () => {
    const man = await readFile(await mediaFile('franck_01829.jpg'))
    const { width, height } = await sharp(man).metadata()
    const empty = sharp({ create: { width, height, channels: 3, background: 'grey' } })
    const two = sharp({ create: { width: 2 * width, height, channels: 3, background: 'grey' } }).composite([
      { input: man, left: 0, top: 0 },
      { input: man, left: width, top: 0 },
    ])
    const check = (img: string) => call('agecheck', json({ key, img }))
    const encoded = async (image: Sharp) => (await image.jpeg().toBuffer()).toString('base64')
    expect(await check(await encoded(empty))).toEqual({ status: 400, error: 'No face was found' })
    expect(await check(await encoded(two))).toEqual({ status: 400, error: 'More than one face was found' })
    expect((await check(man.subarray(0, man.length / 2).toString('base64'))).status).toBe(400)
    expect((await check('not a picture')).status).toBe(400)
    expect((await check(man.toString('base64'))).status).toBe(200)
  })

  test('a caller that hangs up leaves the server working', async () => {
    const img = await photo('franck_01829.jpg')
    const aborted = Array.from({ length: 8 }, async () => {
      const controller = new AbortController()
      const answer = fetch(`${api}/agecheck`, { ...json({ key, img }), signal: controller.signal })
      setTimeout(() => controller.abort(), 30)
      return answer.then(
        () => undefined,
        () => undefined,
      )
    })
    await Promise.all(aborted)
    expect((await call('agecheck', json({ key, img }))).status).toBe(200)
  })
})

test('[FA3] neither the key nor a facial id was ever written to the log', async () => {
  const { facialId } = await enroll()
  await call(`checkfacialid?${query({ fid: facialId })}`)
  await call(`nothing/${key}?${query()}`)
  await call(`setfacialidpayload?${query({ fid: facialId })}`, { ...json({ key }), body: `{"key":"${key}"` })
  expect(server.log()).not.toContain(key)
  expect(server.log()).not.toContain(facialId)
})

test('[ER9] nothing went wrong inside, whatever was asked and whoever hung up', () => {
  expect(server.log()).not.toContain('"msg":"failed"')
})
