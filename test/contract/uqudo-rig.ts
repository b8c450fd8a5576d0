import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { ImageAnalyser } from '../../packages/server/src/domain/image-analyser.ts'
import { decodeImage } from '../../packages/server/src/vision/decode-image.ts'
import { syntheticPerson } from '../fixtures/synthetic-templates.ts'
import { colourAnalyser, drawPicture } from './colour-analyser.ts'
import {
  type Answer,
  composeSubmission,
  openTestApp,
  pageOrigin,
  type Sent,
  type TestApp,
  type TestApplication,
  testModel,
} from './test-app.ts'

/** What the tests of the dialect call: an application that keeps pictures, and another one. */
export let rig: TestApp
export let shop: TestApplication
export let other: TestApplication
/** Access tokens of both, good for everything. */
export let token: string
export let foreignToken: string

/** People from here on look like person 1, by a fiftieth of a cosine each. */
const firstLookalike = 200

/** Person 1 as far as `score` says, and somebody else for the rest. */
function lookalike(score: number): Float32Array {
  const [one, two] = [syntheticPerson(1), syntheticPerson(2)]
  const along = one.reduce((sum, value, i) => sum + value * two[i]!, 0)
  const rest = two.map((value, i) => value - along * one[i]!)
  const scale = Math.sqrt((1 - score ** 2) / (1 - along ** 2))
  return one.map((value, i) => score * value + scale * rest[i]!)
}

/** A picture of somebody whose cosine with person 1 this is, in steps of 0.02. */
export const likenessOf = (score: number) => photoOf({ person: firstLookalike + Math.round(score * 50) })

const lookalikeAnalyser: ImageAnalyser = {
  ...colourAnalyser,
  async analyse(file, options) {
    const facts = await colourAnalyser.analyse(file, options)
    const person = (await decodeImage(file)).data[1]!
    if (facts.primary === undefined || person < firstLookalike) return facts
    const template = { modelId: testModel.modelId, vector: lookalike((person - firstLookalike) / 50) }
    // No photograph of this dialect is asked whether it is alive.
    return { ...facts, primary: { ...facts.primary, template, pad: { live: 0, modelId: 'pad' } } }
  },
}

/** Opens them for the tests of one file. */
export function useUqudoRig(): void {
  beforeAll(async () => {
    rig = await openTestApp({ analyser: lookalikeAnalyser })
    shop = await rig.createApplication({ retain_images: true })
    other = await rig.createApplication()
    token = (await askToken(shop.credentials.uqudo)).json.access_token
    foreignToken = (await askToken(other.credentials.uqudo)).json.access_token
  })
  // Whatever a request was: nothing went wrong inside, and no prototype was touched.
  afterEach(() => {
    expect(rig.failures).toEqual([])
    expect(Object.prototype).not.toHaveProperty('polluted')
  })
  afterAll(() => rig.close())
}

const statuses = [200, 201, 204, 400, 401, 403, 404, 405, 413, 415, 429, 500, 503]

/** A failure says why and nothing else; nothing is for a page to read. */
export function checked(answer: Answer): Answer {
  expect(statuses).toContain(answer.status)
  if (answer.status >= 400) {
    expect(answer.headers.get('content-type')).toBe('application/json')
    const reason = 'error_description' in answer.json ? 'error_description' : 'message'
    expect(answer.json).toEqual({ error: expect.stringMatching(/^[a-z0-9_]+$/), [reason]: expect.any(String) })
  }
  expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  expect(answer.headers.get('set-cookie')).toBeNull()
  return answer
}

/** With the token of the shop unless another one is given. */
export const send = async (method: string, path: string, sent: Sent & { readonly token?: string } = {}) =>
  checked(await rig.send(method, `/compat/uqudo${path}`, { authorization: `Bearer ${sent.token ?? token}`, ...sent }))

export const post = (path: string, body: object, as = token) => send('POST', path, { body, token: as })

export const urlEncoded = (fields: Readonly<Record<string, string>>): Sent => ({
  raw: new URLSearchParams(fields).toString(),
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
})

interface Client {
  readonly client_id: string
  readonly client_secret: string
}

export const askToken = async ({ client_id, client_secret }: Client, more: Readonly<Record<string, string>> = {}) =>
  checked(
    await rig.send(
      'POST',
      '/compat/uqudo/api/oauth/token',
      urlEncoded({ grant_type: 'client_credentials', client_id, client_secret, ...more }),
    ),
  )

export const photoOf = async (picture: Parameters<typeof drawPicture>[0] = {}): Promise<string> =>
  (await drawPicture(picture).toBuffer()).toString('base64')

let people = 10

/** Somebody new, inserted. */
export async function insertSomebody() {
  const person = people++
  const idPhoto = await photoOf({ person })
  const id: string = (await post('/api/v1/face/one-to-n/insert', { idPhoto })).json.oneToNVerificationId
  return { person, idPhoto, id }
}

/** A page that joins the session in front of somebody. */
export async function runPage(sessionId: string, person: Float32Array): Promise<Answer> {
  const page = { authorization: `Session ${sessionId}`, headers: { origin: pageOrigin } }
  const session = await rig.send('GET', '/v1/sessions/current', page)
  if (session.status !== 200) return session
  const challenge = await rig.send('POST', '/v1/challenges', { ...page, body: {} })
  const body = composeSubmission(session.json, challenge.json, person, rig.clock.now())
  return rig.send('POST', '/v1/submissions', { ...page, body })
}
