import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { colourAnalyser, drawPicture } from './colour-analyser.ts'
import { type Answer, openTestApp, type Sent, type TestApp, type TestApplication } from './test-app.ts'

/** What the tests of the dialect call: an application with two groups of terminals, and another application. */
export let rig: TestApp
export let shop: TestApplication
let other: TestApplication
/** Secrets of terminals: one of the default group, and others as their names say. */
export let terminal: string
export let sameGroup: string
export let otherGroup: string
export let otherApplication: string

/** Opens them for the tests of one file. */
export function useTicosRig(): void {
  beforeAll(async () => {
    rig = await openTestApp({ analyser: colourAnalyser })
    shop = await rig.createApplication({ retain_images: true })
    other = await rig.createApplication()
    await shop.backend('POST', '/v1/galleries', { name: 'lobby' })
    terminal = shop.credentials.ticos.terminal_secret
    sameGroup = await newTerminal(shop, { name: 'second' })
    otherGroup = await newTerminal(shop, { name: 'third', gallery: 'lobby' })
    otherApplication = other.credentials.ticos.terminal_secret
  })
  // Whatever a request was: nothing went wrong inside, and no prototype was touched.
  afterEach(() => {
    expect(rig.failures).toEqual([])
    expect(Object.prototype).not.toHaveProperty('polluted')
  })
  afterAll(() => rig.close())
}

/** @returns its secret */
export async function newTerminal(of: TestApplication, key: { name: string; gallery?: string }): Promise<string> {
  const issued = await rig.send('POST', `/v1/admin/applications/${of.credentials.application_id}/keys`, {
    authorization: `Bearer ${rig.adminToken}`,
    body: { kind: 'ticos', ...key },
  })
  return issued.json.secret
}

/** A failure says why and nothing else; nothing is for a page to read. */
export function checked(answer: Answer): Answer {
  expect([200, 204, 400, 401, 404, 405, 429, 500, 503]).toContain(answer.status)
  if (answer.status >= 400) {
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(answer.json).toEqual({ detail: expect.any(String) })
  }
  expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  expect(answer.headers.get('set-cookie')).toBeNull()
  return answer
}

export const success = { return_code: 0, return_message: 'Success' }

export const send = async (method: string, path: string, sent: Sent & { readonly secret?: string } = {}) =>
  checked(
    await rig.send(method, `/compat/ticos/v1/api/faces${path}`, {
      authorization: `Bearer ${sent.secret ?? terminal}`,
      ...sent,
    }),
  )

/** Text for a field, bytes for a file. */
export async function formOf(fields: Readonly<Record<string, string | Blob>>): Promise<Sent> {
  const data = new FormData()
  for (const [name, content] of Object.entries(fields)) data.append(name, content)
  const request = new Request('http://localhost', { method: 'POST', body: data })
  return { raw: await request.arrayBuffer(), headers: { 'content-type': request.headers.get('content-type')! } }
}

export const fileOf = (bytes: Uint8Array, type = 'image/png'): File =>
  new File([new Uint8Array(bytes)], '../../face.png', { type })

export const photoOf = async (picture: Parameters<typeof drawPicture>[0] = {}): Promise<File> =>
  fileOf(await drawPicture(picture).toBuffer())

let people = 10

/** Somebody new in the group of a terminal. @returns what the list says of them */
export async function createFace(secret = terminal, name = `Person ${people}`) {
  const person = people++
  expect(
    (await send('POST', '', { secret, ...(await formOf({ name, image: await photoOf({ person }) })) })).status,
  ).toBe(200)
  const face = (await send('GET', '', { secret })).json.at(-1)
  return { person, ...face } as { person: number; face_id: string; group_id: string; id: number; name: string }
}
