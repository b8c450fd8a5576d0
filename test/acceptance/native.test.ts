import { readFile } from 'node:fs/promises'
import type { ApplicationCredentials } from '@mien/shared/api/applications'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMienServerClient, type MienServerClient } from '../../packages/server/src/client/mien-server-client.ts'
import { framesFrom } from '../fixtures/images.ts'
import { mediaFile } from '../fixtures/media.ts'
import { startServer, type TestServer } from '../rig/server.ts'

/** A backend with the typed client, against the real server as a process, with real photographs. */
let server: TestServer
let application: ApplicationCredentials
let mien: MienServerClient
let other: MienServerClient

const clientFor = (credentials: ApplicationCredentials) =>
  createMienServerClient({ baseUrl: `${server.url}/`, secretKey: credentials.secret_key, timeoutMs: 60_000 })

beforeAll(async () => {
  server = await startServer({ MIEN_DEMO: 'off', MIEN_LOG_LEVEL: 'debug' })
  application = await server.admin.createApplication({ name: 'Shop' })
  await server.admin.changeSettings(application.application_id, { retain_images: true })
  mien = clientFor(application)
  other = clientFor(await server.admin.createApplication({ name: 'Other' }))
})
afterAll(() => server?.close())

const franck = async (which: '01829' | '02683') => readFile(await mediaFile(`franck_${which}.jpg`))
const manB = async () => (await framesFrom('manB', [50]))[0]!.bytes
const code = (expected: string) => expect.objectContaining({ code: expected })

test('[NA2] [NA3] a man enrolled by one photograph is recognised in another, and another man is not', async () => {
  const consent = { policy_version: '1', text_sha256: 'ab'.repeat(32), locale: 'en', given_at: '2026-11-21T12:00:00Z' }
  const { facial_id: id } = await mien.subjects.create({ name: 'Franck', user_ref: 'user-1' }, { idempotencyKey: 'u1' })
  const options = { consent, idempotencyKey: 'f1' }
  const face = await mien.faces.add(id, { image: await franck('01829') }, options)
  expect(await mien.faces.add(id, { image: await franck('01829') }, options)).toEqual(face)
  expect(face.quality).toBeGreaterThan(0.4)
  expect(await mien.verify({ user_ref: 'user-1' }, { image: await franck('02683') })).toMatchObject({ match: true })
  expect(await mien.verify({ facial_id: id }, { image: await manB() })).toMatchObject({ match: false })
  expect(await mien.identify({ image: await franck('02683') })).toMatchObject({ verdict: 'match', facial_id: id })
  expect(await mien.identify({ image: await manB() })).toMatchObject({ verdict: 'none', candidates: [] })
  expect(await other.identify({ image: await franck('02683') })).toMatchObject({ verdict: 'none' })
  const { facial_id: second } = await mien.subjects.create({})
  await expect(mien.faces.add(second, { image: await franck('02683') })).rejects.toEqual(code('FACE_DUPLICATE'))
  const kept = await mien.subjects.image(id)
  expect([...kept.subarray(0, 2)]).toEqual([0xff, 0xd8])
  expect(await mien.health()).toMatchObject({ status: 'ok', vision: 'up' })
  await mien.subjects.remove(id)
  await expect(mien.verify({ facial_id: id }, { image: await franck('02683') })).rejects.toEqual(code('GONE'))
  expect((await mien.consents.list(id))[0]?.withdrawn_at).not.toBeNull()
})

test('[NA7] what was answered is answered again after the server died', async () => {
  const first = await mien.subjects.create({ name: 'Ada' }, { idempotencyKey: 'once' })
  await server.kill()
  await expect(mien.stats()).rejects.toEqual(code('NETWORK_IO'))
  await server.restart()
  expect(await mien.subjects.create({ name: 'Ada' }, { idempotencyKey: 'once' })).toEqual(first)
  const mismatch = mien.subjects.create({ name: 'Bob' }, { idempotencyKey: 'once' })
  await expect(mismatch).rejects.toMatchObject({
    code: 'IDEMPOTENCY_MISMATCH',
    status: 422,
    requestId: expect.any(String),
  })
})

test('a caller may give up, and a key of another application or none opens nothing', async () => {
  const signal = AbortSignal.abort()
  await expect(mien.stats({ signal })).rejects.toEqual(code('ABORTED'))
  const stranger = createMienServerClient({ baseUrl: server.url, secretKey: `mk_${'x'.repeat(43)}` })
  await expect(stranger.stats()).rejects.toMatchObject({ code: 'UNAUTHORIZED', status: 401 })
})

test('[NA8] the description and its page are there for everybody', async () => {
  for (const path of ['/v1/openapi.json', '/reference/']) expect((await fetch(server.url + path)).status).toBe(200)
  expect((await fetch(`${server.url}/openapi.json`)).status).toBe(404)
})

test('[ER9] nothing went wrong inside, and no key is in the log', () => {
  expect(server.log()).not.toContain('"msg":"failed"')
  expect(server.log()).not.toContain(application.secret_key)
})
