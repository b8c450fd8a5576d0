import { readFile } from 'node:fs/promises'
import type { ApplicationCredentials } from '@mien/shared/api/applications'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { framesFrom } from '../fixtures/images.ts'
import { mediaFile } from '../fixtures/media.ts'
import { startServer, type TestServer } from '../rig/server.ts'

/**
 * A backend that was written for UFME: only the base URL is ours. With MIEN_CONFORMANCE_UFME_URL (and _KEY, where there is one) the
 * same tests run against that system, less those of what only ours has.
 */
const elsewhere = process.env.MIEN_CONFORMANCE_UFME_URL
const onlyOurs = test.skipIf(elsewhere !== undefined)
let server: TestServer | undefined
let application: ApplicationCredentials
let base: string
let key: string | undefined
let manA: readonly Buffer[]
let manB: readonly Buffer[]

beforeAll(async () => {
  const photo = async (name: 'franck_01829.jpg' | 'franck_02683.jpg') => readFile(await mediaFile(name))
  manA = [await photo('franck_01829.jpg'), await photo('franck_02683.jpg')]
  manB = (await framesFrom('manB', [20, 80])).map(({ bytes }) => bytes)
  if (elsewhere !== undefined) {
    base = elsewhere.replace(/\/$/, '')
    key = process.env.MIEN_CONFORMANCE_UFME_KEY
    return
  }
  server = await startServer({ MIEN_DEMO: 'off', MIEN_LOG_LEVEL: 'debug' })
  application = await server.admin.createApplication({ name: 'Gate' })
  base = `${server.url}/compat/ufme`
  key = application.ufme.api_key
})
afterAll(() => server?.close())

const authorization = (): Record<string, string> => (key === undefined ? {} : { authorization: `Bearer ${key}` })
const parser = new XMLParser({ parseTagValue: false, htmlEntities: true, isArray: (name) => name === 'candidate' })

interface Xml {
  readonly status: number
  readonly root: string
  readonly names: readonly string[]
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
  readonly body: any
}

async function xmlOf(response: Response): Promise<Xml> {
  expect(response.headers.get('content-type')).toMatch(/xml/)
  const text = await response.text()
  expect(XMLValidator.validate(text)).toBe(true)
  const [[root, body]] = Object.entries(parser.parse(text)) as [[string, object]]
  return { status: response.status, root, names: Object.keys(body), body }
}

async function post(operation: string, image: Buffer | string | undefined, metadata?: object): Promise<Xml> {
  const body = new FormData()
  if (image !== undefined) body.set('image', new Blob([Uint8Array.from(Buffer.from(image))]), 'photo.jpg')
  if (metadata !== undefined) body.set('metadata', JSON.stringify(metadata))
  return xmlOf(await fetch(`${base}/api/v1/${operation}`, { method: 'POST', headers: authorization(), body }))
}

async function remove(metadata: object): Promise<Xml> {
  const headers = { ...authorization(), 'content-type': 'application/json' }
  return xmlOf(await fetch(`${base}/api/v1/delete`, { method: 'POST', headers, body: JSON.stringify(metadata) }))
}

const get = async (path: string) => {
  const response = await fetch(`${base}${path}`, { headers: authorization() })
  expect(response.headers.get('content-type')).toMatch(/^application\/json/)
  return { status: response.status, body: (await response.json()) as never as Record<string, never> }
}

const partition = `conformance-${Date.now()}`
const of = (subject_id: string, more: object = {}) => ({ subject_id, partition, ...more })

describe('the documented operations', () => {
  test('[UF1] enrol, verify, search and delete: elements in their order, status codes, scores', async () => {
    const enrolled = await post('enrol', manA[0], of('person-001'))
    expect([enrolled.status, enrolled.root]).toEqual([200, 'EnrolResponse'])
    expect(enrolled.names).toEqual(['status', 'subject_id', 'quality_score', 'model_id'])

    const same = await post('verify', manA[0], of('person-001'))
    expect(same.names).toEqual(['status', 'match', 'score', 'subject_id', 'quality_score', 'model_id'])
    expect([same.root, same.body.match]).toEqual(['VerifyResponse', 'true'])
    expect(Number(same.body.score)).toBeGreaterThanOrEqual(0.99)

    const another = await post('verify', manA[1], of('person-001'))
    expect(another.body.match).toBe('true')
    const strict = await post('verify', manA[1], of('person-001', { threshold: 0.99 }))
    expect([strict.body.match, strict.body.score]).toEqual(['false', another.body.score])
    const stranger = await post('verify', manB[0], of('person-001'))
    expect([stranger.status, stranger.body.match]).toEqual([200, 'false'])

    await post('enrol', manB[0], of('person-002'))
    const found = await post('search', manA[1], { partition, top_k: 5, threshold: 0.4 })
    expect(found.names).toEqual(['status', 'candidates', 'quality_score', 'model_id'])
    expect(found.body.candidates.candidate).toEqual([
      { subject_id: 'person-001', score: expect.stringMatching(/^0\.\d{3}$/), rank: '1' },
    ])
    const all = await post('search', manA[1], { partition, top_k: 1, threshold: 0 })
    expect(all.body.candidates.candidate).toHaveLength(1)

    const before = (await get('/api/v1/stats')).body as { total_subjects?: number }
    const deleted = await remove(of('person-001'))
    expect([deleted.root, deleted.names]).toEqual(['DeleteResponse', ['status', 'subject_id']])
    const after = (await get('/api/v1/stats')).body as { total_subjects?: number }
    expect(after.total_subjects).toBe(before.total_subjects! - 1)
    const gone = await post('search', manA[1], { partition, threshold: 0.4 })
    expect(gone.body.candidates).toBe('')
    await remove(of('person-002'))
  })

  test('[UF1] a blank picture, no picture and text: 400', async () => {
    const blank = await sharp({ create: { width: 640, height: 480, channels: 3, background: 'grey' } })
      .jpeg()
      .toBuffer()
    for (const image of [blank, 'no picture', manA[0]!.subarray(0, 5000)]) {
      expect((await post('search', image)).status).toBe(400)
    }
    expect((await post('search', undefined)).status).toBe(400)
    expect((await post('verify', manA[0])).status).toBe(400)
    expect((await post('enrol', manA[0])).status).toBe(400)
  })

  test('[UF2] a blurred face: 422', async () => {
    const blurred = await sharp(manA[0]).blur(12).jpeg().toBuffer()
    expect([400, 422]).toContain((await post('enrol', blurred, of('blurred'))).status)
  })

  test('[UF4] health, partitions and stats', async () => {
    expect(await get('/health')).toEqual({
      status: 200,
      body: {
        status: 'healthy',
        components: {
          faiss_index: true,
          onnx_detection: true,
          onnx_recognition: true,
          onnx_quality: true,
          onnx_pad: true,
        },
      },
    })
    expect((await get('/api/v1/partitions')).body.partitions).toContain('default')
    expect((await get('/api/v1/stats')).body).toMatchObject({ total_subjects: expect.any(Number) })
  })
})

onlyOurs('[UF2] an attack is refused with 451 where the threshold says so', async () => {
  const { application_id: id } = application
  await server!.admin.changeSettings(id, { ufme_pad_threshold: 1 })
  expect((await post('search', manA[0])).status).toBe(451)
  await server!.admin.changeSettings(id, { ufme_pad_threshold: 0.15 })
  expect((await post('search', manA[0])).status).toBe(200)
})

onlyOurs('[UF5] the key in a header, as a bearer and in the base URL; without one 401', async () => {
  const url = `${base}/api/v1/partitions`
  const basic = Buffer.from(`ufme:${key}`).toString('base64')
  for (const headers of [{ 'x-api-key': key! }, authorization(), { authorization: `Basic ${basic}` }]) {
    expect((await fetch(url, { headers })).status).toBe(200)
  }
  for (const headers of [{}, { 'x-api-key': 'x' }, { 'x-api-key': application.secret_key }]) {
    const refused = await fetch(url, { headers })
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('Basic')])
  }
  expect((await fetch(`${base}/health`)).status).toBe(200)
})

onlyOurs('[UF5] [ER9] the key is in no log, and nothing went wrong inside', () => {
  expect(server!.log()).not.toContain(key)
  expect(server!.log()).not.toContain('"msg":"failed"')
})
