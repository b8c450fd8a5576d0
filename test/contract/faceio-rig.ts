import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { WebhookPost, WebhookSender } from '../../packages/server/src/domain/webhook-ports.ts'
import type { Endpoint } from '../../packages/server/src/surfaces/faceio/wire.ts'
import { syntheticPerson } from '../fixtures/synthetic-templates.ts'
import { colourAnalyser } from './colour-analyser.ts'
import { type Answer, openTestApp, type Sent, type TestApp, type TestApplication } from './test-app.ts'

/** What the tests of the dialect call: two applications, a person who is there, one who was deleted and one of the other application. */
export let rig: TestApp
export let shop: TestApplication
let other: TestApplication
export let ada: string
export let gone: string
export let foreign: string
export let key: string

export const received: WebhookPost[] = []
const receiver: WebhookSender = {
  check: async () => {},
  async post(post) {
    received.push(post)
    return { httpStatus: 204, error: null }
  },
}

/** Opens them for the tests of one file. */
export function useFaceioRig(): void {
  beforeAll(async () => {
    rig = await openTestApp({ analyser: colourAnalyser, webhookSender: receiver })
    shop = await rig.createApplication({ reject_weak_pins: false })
    other = await rig.createApplication()
    ada = await shop.enroll(syntheticPerson(1), { payload: { name: 'Ada' } })
    gone = await shop.enroll(syntheticPerson(2))
    await shop.backend('DELETE', `/v1/subjects/${gone}`)
    foreign = await other.enroll(syntheticPerson(3))
    key = shop.credentials.faceio.api_key
  })
  // Whatever a request was: nothing went wrong inside, and no prototype was touched.
  afterEach(() => {
    expect(rig.failures).toEqual([])
    expect(Object.prototype).not.toHaveProperty('polluted')
  })
  afterAll(() => rig.close())
}

/** Every answer is JSON whose `status` is that of HTTP; a failure says why and nothing else. */
export function checked(answer: Answer): Answer {
  expect(answer.headers.get('content-type')).toBe('application/json')
  expect(answer.json.status).toBe(answer.status)
  expect([200, 400, 401, 404, 405, 429, 500, 503]).toContain(answer.status)
  if (answer.status !== 200) expect(answer.json).toEqual({ status: answer.status, error: expect.any(String) })
  expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  expect(answer.headers.get('set-cookie')).toBeNull()
  return answer
}

export const send = async (method: string, path: string, sent: Sent = {}) =>
  checked(await rig.send(method, `/compat/faceio/${path}`, sent))
export const withKey = (parameters: Record<string, string>) => new URLSearchParams({ key, ...parameters })
export const get = (name: Endpoint, parameters: Record<string, string> = {}) =>
  send('GET', `${name}?${withKey(parameters)}`)
export const post = (name: Endpoint, body: object) => send('POST', name, { body: { key, ...body } })
export const payloadOf = async (id: string) => (await shop.backend('GET', `/v1/subjects/${id}`)).json.payload
export const enrollAnyone = () => shop.enroll(syntheticPerson(1000 + randomBytes(3).readUIntBE(0, 3)))

export function form(fields: Record<string, string>): FormData {
  const data = new FormData()
  for (const [name, value] of Object.entries(fields)) data.set(name, value)
  return data
}
/** A content type of its own, which the helper would otherwise set to JSON. */
export async function multipart(data: FormData): Promise<Sent> {
  const request = new Request('http://localhost', { method: 'POST', body: data })
  return { raw: await request.arrayBuffer(), headers: { 'content-type': request.headers.get('content-type')! } }
}
export const urlEncoded = (text: string): Sent => ({
  raw: text,
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
})
