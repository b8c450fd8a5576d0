import { readFile } from 'node:fs/promises'
import type { ApplicationCredentials } from '@mien/shared/api/applications'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSimulatedWidget } from '../drill/simulated-widget.ts'
import { framesFrom } from '../fixtures/images.ts'
import { mediaFile } from '../fixtures/media.ts'
import { syntheticPerson } from '../fixtures/synthetic-templates.ts'
import { startServer, type TestServer } from '../rig/server.ts'
import { isAsDescribed, readWirePairs, type WirePair } from '../rig/wire-pairs.ts'

/**
 * A terminal that was written for Ticos, over a socket. Against our own server as a process, or against another system, Ticos' own
 * for instance, which MIEN_CONFORMANCE_TICOS_URL (up to `/v1/api`) and MIEN_CONFORMANCE_TICOS_SECRET name. Only faces that the
 * suite makes are changed. What is ours alone is left out there.
 */
const { MIEN_CONFORMANCE_TICOS_URL: foreignUrl, MIEN_CONFORMANCE_TICOS_SECRET: foreignSecret } = process.env
const ours = foreignUrl === undefined

let server: TestServer
let application: ApplicationCredentials
let api = foreignUrl ?? ''
let secret = foreignSecret ?? ''
/** Two men. */
let a: Buffer
let b: Buffer

beforeAll(async () => {
  a = await readFile(await mediaFile('franck_01829.jpg'))
  b = (await framesFrom('manB', [50]))[0]!.bytes
  if (!ours) return
  server = await startServer({ MIEN_HOSTS: 'api.ticos.example=ticos', MIEN_LOG_LEVEL: 'debug', MIEN_DEMO: 'off' })
  application = await server.admin.createApplication({ name: 'Robots' })
  await server.admin.changeSettings(application.application_id, { retain_images: true })
  api = `${server.url}/compat/ticos/v1/api`
  secret = application.ticos.terminal_secret
})
afterAll(() => server?.close())

interface Sent {
  readonly form?: FormData
  readonly secret?: string
}

const call = (method: string, path: string, sent: Sent = {}): Promise<Response> =>
  fetch(api + path, {
    method,
    headers: { Authorization: `Bearer ${sent.secret ?? secret}` },
    ...(sent.form === undefined ? {} : { body: sent.form }),
  })

interface Face {
  readonly face_id: string
  readonly group_id: string
  readonly id: number
  readonly name: string
}
const list = async (as = secret): Promise<readonly Face[]> => (await call('GET', '/faces', { secret: as })).json()

function formOf(fields: Readonly<Record<string, string | Buffer>>): FormData {
  const form = new FormData()
  for (const [name, content] of Object.entries(fields)) {
    const value = typeof content === 'string' ? content : new File([new Uint8Array(content)], 'face.jpg')
    form.append(name, value)
  }
  return form
}

/** Creates a face and finds it in the list, as the answer does not say its id. */
async function create(name: string, image: Buffer, as = secret): Promise<Face> {
  const before = new Set((await list(as)).map((face) => face.face_id))
  const created = await call('POST', '/faces', { form: formOf({ name, image }), secret: as })
  expect([created.status, await created.json()]).toEqual([200, { return_code: 0, return_message: 'Success' }])
  const added = (await list(as)).filter((face) => !before.has(face.face_id))
  expect(added).toHaveLength(1)
  return added[0]!
}

const remove = async (face: Face, as = secret) =>
  (await call('DELETE', `/faces/${face.face_id}`, { secret: as })).status

test('[TI1] the examples of the document, one after the other', async () => {
  const face = await create('Test Face', a)
  const known: Record<string, string | Buffer> = { '{photo a}': a, '{photo b}': b }
  const play = ({ request }: WirePair) => {
    const fields = Object.entries(request.form ?? {}).map(([name, text]) => [name, known[text] ?? text] as const)
    return call(request.method, request.path.replace('{face}', face.face_id), {
      ...(request.form === undefined ? {} : { form: formOf(Object.fromEntries(fields)) }),
      ...(request.secret === undefined ? {} : { secret: request.secret }),
    })
  }
  for (const pair of await readWirePairs('ticos')) {
    const { status, type, body } = pair.answer
    const answer = await play(pair)
    const text = await answer.text()
    expect([pair.what, answer.status]).toEqual([pair.what, status])
    if (type !== null) expect(answer.headers.get('content-type')).toContain(type)
    const value = type === 'application/json' ? JSON.parse(text) : text || null
    expect(isAsDescribed(value, body), `${pair.what}: ${text.slice(0, 200)}`).toBe(true)
  }
  const second = (await list()).find(({ name }) => name === 'Second Face')
  if (second !== undefined) expect(await remove(second)).toBe(204)
})

test('[TI1] a name alone leaves the image as it is; a new image replaces it; deleted is deleted', async () => {
  const face = await create('Ada', a)
  const image = async () => Buffer.from(await (await call('GET', `/faces/${face.face_id}/image`)).arrayBuffer())
  const before = await image()
  expect((await sharp(before).metadata()).format).toBe('jpeg')
  const renamed = await call('PUT', `/faces/${face.face_id}`, { form: formOf({ name: 'Ада ❤' }) })
  expect(renamed.status).toBe(200)
  expect(await (await call('GET', `/faces/${face.face_id}`)).json()).toEqual({ ...face, name: 'Ада ❤' })
  expect((await image()).equals(before)).toBe(true)
  const form = formOf({ name: 'Ада', image: b })
  expect((await call('PUT', `/faces/${face.face_id}`, { form })).status).toBe(200)
  expect((await image()).equals(before)).toBe(false)
  const deleted = await call('DELETE', `/faces/${face.face_id}`)
  expect([deleted.status, await deleted.text()]).toEqual([204, ''])
  for (const [method, path] of [
    ['GET', ''],
    ['GET', '/image'],
    ['DELETE', ''],
  ] as const) {
    expect((await call(method, `/faces/${face.face_id}${path}`)).status).toBe(404)
  }
})

describe('[TI5] refusals', () => {
  test('no secret, another scheme, a wrong one: 401 with a JSON body', async () => {
    for (const headers of [{}, { Authorization: `Basic ${secret}` }, { Authorization: 'Bearer ts_x' }]) {
      const answer = await fetch(`${api}/faces`, { headers: headers as Record<string, string> })
      expect([answer.status, typeof (await answer.json())]).toEqual([401, 'object'])
    }
  })

  test('a picture or a name that is missing, a text for a picture, nobody in it: 400, and nothing is added', async () => {
    const before = await list()
    const empty = await sharp({ create: { width: 640, height: 480, channels: 3, background: 'grey' } })
      .jpeg()
      .toBuffer()
    const bad = [
      { name: 'x' },
      { image: a },
      { name: '', image: a },
      { name: 'x', image: Buffer.from('not a picture') },
      { name: 'x', image: empty },
      { name: 'x', image: a.subarray(0, a.length / 2) },
    ]
    for (const fields of bad) {
      const answer = await call('POST', '/faces', { form: formOf(fields as Record<string, string | Buffer>) })
      expect([answer.status, typeof (await answer.json())]).toEqual([400, 'object'])
    }
    expect(await list()).toEqual(before)
  })

  test('ids of nobody: 404', async () => {
    for (const id of ['face123', '0'.repeat(32)]) expect((await call('GET', `/faces/${id}`)).status).toBe(404)
  })
})

describe.runIf(ours)('of our own server', () => {
  test('[TI2] terminals of one group share faces; those of another group and application see none', async () => {
    const id = application.application_id
    const issue = (key: object): Promise<string> =>
      fetch(`${server.url}/v1/admin/applications/${id}/keys`, {
        method: 'POST',
        headers: { authorization: `Bearer ${server.adminToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ kind: 'ticos', ...key }),
      }).then(async (answer) => ((await answer.json()) as { secret: string }).secret)
    await fetch(`${server.url}/v1/galleries`, {
      method: 'POST',
      headers: { authorization: `Bearer ${application.secret_key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'lobby' }),
    })
    const [same, apart] = [await issue({ name: 'second' }), await issue({ name: 'third', gallery: 'lobby' })]
    const stranger = (await server.admin.createApplication({ name: 'Other' })).ticos.terminal_secret
    const face = await create('Ada', a)
    expect(await list(same)).toContainEqual(face)
    for (const as of [apart, stranger]) {
      expect(await list(as)).toEqual([])
      for (const [method, path] of [
        ['GET', ''],
        ['GET', '/image'],
        ['DELETE', ''],
      ] as const) {
        expect((await call(method, `/faces/${face.face_id}${path}`, { secret: as })).status).toBe(404)
      }
    }
    // The same man in another group is somebody else.
    const there = await create('Ada', a, apart)
    expect([there.group_id, await remove(there, apart), await remove(face, same)]).toEqual(['lobby', 204, 204])
  })

  test('[TI2] who was enrolled by the widget is listed', async () => {
    const widget = createSimulatedWidget(server.url, application.public_id)
    const enrolled = await widget.run('enroll', syntheticPerson(9000))
    const facialId = enrolled.status === 'ok' ? enrolled.disclosed?.facial_id : undefined
    const face = (await list()).find(({ face_id: id }) => id === facialId?.replaceAll('-', ''))
    expect(face).toMatchObject({ name: '', group_id: 'default' })
    expect((await call('GET', `/faces/${face!.face_id}/image`)).status).toBe(404)
    expect(await remove(face!)).toBe(204)
    expect((await widget.run('authenticate', syntheticPerson(9000))).status).toBe('refused')
  })

  test('[TI2] the same man twice: 400', async () => {
    const face = await create('Ada', a)
    const again = await readFile(await mediaFile('franck_02683.jpg'))
    const answer = await call('POST', '/faces', { form: formOf({ name: 'Again', image: again }) })
    expect([answer.status, await answer.json()]).toEqual([400, { detail: 'This person is enrolled already' }])
    expect(await remove(face)).toBe(204)
  })

  test('[FA3] [ER9] no secret, face id or name is in the log, and nothing went wrong inside', async () => {
    const face = await create('Confidential', a)
    await call('GET', `/faces/${face.face_id}`)
    await remove(face)
    for (const text of [secret, face.face_id, 'Confidential', '"msg":"failed"'])
      expect(server.log()).not.toContain(text)
  })
})
