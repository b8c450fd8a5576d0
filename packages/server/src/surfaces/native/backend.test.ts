import { randomUUID } from 'node:crypto'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { colourAnalyser, colouredPicture, drawPicture } from '../../../../../test/contract/colour-analyser.ts'
import {
  consentGiven,
  openTestApp,
  type TestApp,
  type TestApplication,
  wireTemplate,
} from '../../../../../test/contract/test-app.ts'
import { syntheticFrame, syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'
import { createMienServerClient, type MienServerClient } from '../../client/mien-server-client.ts'

let rig: TestApp
let shop: TestApplication
let other: TestApplication
let mien: MienServerClient
let isVisionUp = true

beforeAll(async () => {
  const check = async () => {
    if (!isVisionUp) throw new Error('no networks')
  }
  rig = await openTestApp({ analyser: { ...colourAnalyser, check } })
})
beforeEach(async () => {
  shop = await rig.createApplication({ retain_images: true })
  other = await rig.createApplication()
  mien = clientOf(shop)
})
afterEach(() => expect(rig.failures.splice(0)).toEqual([]))
afterAll(() => rig.close())

const clientOf = ({ credentials }: TestApplication) =>
  createMienServerClient({
    baseUrl: 'http://localhost',
    secretKey: credentials.secret_key,
    fetch: (url, init) => rig.fetch(new Request(url, init)),
  })
const picture = async (person: number) => Buffer.from(await colouredPicture({ person }), 'base64')
const template = (person: number) => wireTemplate(syntheticFrame(syntheticPerson(person), person))
const code = (expected: string) => expect.objectContaining({ code: expected })
const statement = () => {
  const { method: _, ...rest } = consentGiven(rig.clock.now())
  return rest
}
const add = async (person: number, changes = {}) => {
  const { facial_id: id } = await mien.subjects.create(changes)
  await mien.faces.add(id, { image: await picture(person) })
  return id
}

describe('[NA1] people', () => {
  test('a person without a face is created, found by reference, changed and erased', async () => {
    const request = { name: 'Ada', user_ref: 'user-1', payload: { role: 'guest' }, pin: '7294' }
    const ada = await mien.subjects.create(request)
    expect(ada).toMatchObject({ name: 'Ada', user_ref: 'user-1', has_pin: true, faces: 0, payload: { role: 'guest' } })
    expect((await mien.subjects.list({ userRef: 'user-1', gallery: 'default' })).subjects).toMatchObject([
      { facial_id: ada.facial_id, name: 'Ada' },
    ])
    expect((await mien.subjects.list({ userRef: 'nobody' })).subjects).toEqual([])
    expect(await mien.subjects.update(ada.facial_id, { name: 'Ada L.', user_ref: null })).toMatchObject({
      name: 'Ada L.',
      user_ref: null,
    })
    await mien.subjects.remove(ada.facial_id)
    await expect(mien.subjects.get(ada.facial_id)).rejects.toEqual(code('GONE'))
  })

  test('a bad PIN, a taken reference, an unknown gallery and a full application create nobody', async () => {
    await mien.subjects.create({ user_ref: 'taken' })
    await expect(mien.subjects.create({ pin: '1111' })).rejects.toEqual(code('PIN_WEAK'))
    await expect(mien.subjects.create({ user_ref: 'taken' })).rejects.toEqual(code('CONFLICT'))
    await expect(mien.subjects.create({ gallery: 'nowhere' })).rejects.toEqual(code('NOT_FOUND'))
    const second = await mien.subjects.create({ user_ref: 'second' })
    await expect(mien.subjects.update(second.facial_id, { user_ref: 'taken' })).rejects.toEqual(code('CONFLICT'))
    expect((await mien.stats()).subjects).toBe(2)
  })
})

describe('[NA2] faces', () => {
  test('a photograph is enrolled as a form, as a body, as base64 and as a template', async () => {
    const jpeg = await picture(1)
    const authorization = `Bearer ${shop.credentials.secret_key}`
    const { facial_id: id } = await mien.subjects.create({})
    const path = `/v1/subjects/${id}/faces`
    const form = await mien.faces.add(id, { image: jpeg })
    expect(form).toMatchObject({ model_id: 'test-512', created_at: expect.any(String), quality: expect.any(Number) })
    const headers = { 'content-type': 'image/png' }
    const raw = await rig.send('POST', `${path}?mode=replace`, { authorization, headers, raw: new Uint8Array(jpeg) })
    expect(raw.status).toBe(201)
    const json = await shop.backend('POST', path, { image: jpeg.toString('base64') })
    expect(json.status).toBe(201)
    expect(await mien.faces.add(id, { template: template(1) })).toMatchObject({ quality: null })
    expect((await mien.faces.list(id)).length).toBe(3)
    expect((await mien.subjects.get(id)).faces).toBe(3)
  })

  test('one face goes, and the kept picture with the newest', async () => {
    const id = await add(1)
    const kept = await mien.subjects.image(id)
    expect((await sharp(kept).metadata()).format).toBe('jpeg')
    const [face] = await mien.faces.list(id)
    await expect(mien.faces.remove(id, randomUUID())).rejects.toEqual(code('NOT_FOUND'))
    await mien.faces.remove(id, face!.face_id)
    expect(await mien.faces.list(id)).toEqual([])
    await expect(mien.subjects.image(id)).rejects.toEqual(code('IMAGE_NOT_KEPT'))
    await expect(mien.subjects.removeImage(id)).rejects.toEqual(code('IMAGE_NOT_KEPT'))
  })

  test('the picture is removed alone, and never another application’s', async () => {
    const id = await add(1)
    await expect(clientOf(other).subjects.image(id)).rejects.toEqual(code('NOT_FOUND'))
    await mien.subjects.removeImage(id)
    await expect(mien.subjects.image(id)).rejects.toEqual(code('IMAGE_NOT_KEPT'))
    expect((await mien.faces.list(id)).length).toBe(1)
  })

  test('somebody else’s face is refused, unless the application lets people repeat', async () => {
    await add(1)
    const { facial_id: id } = await mien.subjects.create({})
    await expect(mien.faces.add(id, { image: await picture(1) })).rejects.toEqual(code('FACE_DUPLICATE'))
    expect((await mien.faces.list(id)).length).toBe(0)
    const open = clientOf(await rig.createApplication({ prevent_duplicates: false }))
    for (const _ of [1, 2]) {
      const { facial_id: each } = await open.subjects.create({})
      expect(await open.faces.add(each, { image: await picture(1) })).toHaveProperty('face_id')
    }
  })

  test('consent is written down with the face, and not without it', async () => {
    const { facial_id: id } = await mien.subjects.create({})
    const consent = statement()
    const empty = await drawPicture({ faces: 0 }).toBuffer()
    await expect(mien.faces.add(id, { image: empty }, { consent })).rejects.toEqual(code('NO_FACE'))
    expect(await mien.consents.list(id)).toEqual([])
    await mien.faces.add(id, { image: await picture(1) }, { consent })
    expect(await mien.consents.list(id)).toMatchObject([{ ...consent, method: 'integrator', withdrawn_at: null }])
  })

  test.each([
    ['neither picture nor template', {}, 422, 'request_invalid'],
    ['both', { image: 'AAAA', template: 'AAAA' }, 422, 'request_invalid'],
    ['an unknown field', { image: 'AAAA', name: 'x' }, 422, 'unknown_field'],
    ['a template of another model', { template: wireTemplate(syntheticPerson(1), 'other') }, 409, 'model_mismatch'],
    ['a template that is none', { template: 'AAAA' }, 422, 'template_malformed'],
    ['text that is no base64', { image: 'AA A' }, 400, 'base64_invalid'],
    ['an unknown mode', { image: 'AAAA', mode: 'x' }, 422, 'request_invalid'],
    ['nothing in the picture', { image: '' }, 400, 'image_empty'],
  ])('%s is refused and changes nothing', async (_, body, status, wireCode) => {
    const { facial_id: id } = await mien.subjects.create({})
    const answer = await shop.backend('POST', `/v1/subjects/${id}/faces`, body)
    expect([answer.status, answer.json.error.code]).toEqual([status, wireCode])
    expect(await mien.faces.list(id)).toEqual([])
  })

  test('fields beside a body that is JSON are refused in the query, and unknown ones beside a picture', async () => {
    const { facial_id: id } = await mien.subjects.create({})
    const authorization = `Bearer ${shop.credentials.secret_key}`
    const twice = await shop.backend('POST', `/v1/subjects/${id}/faces?mode=add`, { template: template(1) })
    expect([twice.status, twice.json.error.code]).toEqual([400, 'param_invalid'])
    const headers = { 'content-type': 'image/png' }
    const raw = new Uint8Array(await picture(1))
    const odd = await rig.send('POST', `/v1/subjects/${id}/faces?colour=red`, { authorization, headers, raw })
    expect([odd.status, odd.json.error.code]).toEqual([400, 'param_invalid'])
    const text = await rig.send('POST', '/v1/verify', { authorization, headers: { 'content-type': 'text/plain' }, raw })
    expect([text.status, text.json.error.code]).toEqual([415, 'content_type_unsupported'])
  })

  test('a body of more than 13.5 MB is refused, and other routes go on taking 128 KB', async () => {
    const { facial_id: id } = await mien.subjects.create({})
    const large = await shop.backend('POST', `/v1/subjects/${id}/faces`, { image: 'A'.repeat(14_200_000) })
    expect([large.status, large.json.error.code]).toEqual([413, 'body_too_large'])
    const other = await shop.backend('POST', '/v1/subjects', { name: 'A'.repeat(200_000) })
    expect([other.status, other.json.error.code]).toEqual([413, 'body_too_large'])
  })
})

describe('[NA3] comparisons', () => {
  test('verify: the person, somebody else, somebody without a face, nobody', async () => {
    const id = await add(1, { user_ref: 'ada' })
    const same = await mien.verify({ user_ref: 'ada' }, { image: await picture(1) })
    expect(same).toMatchObject({ facial_id: id, match: true })
    expect(same.score).toBeGreaterThan(same.threshold)
    expect(await mien.verify({ facial_id: id }, { template: template(2) })).toMatchObject({
      match: false,
      quality: null,
    })
    const { facial_id: faceless } = await mien.subjects.create({})
    for (const claim of [{ facial_id: faceless }, { facial_id: randomUUID() }, { user_ref: 'nobody' }]) {
      await expect(mien.verify(claim, { template: template(1) })).rejects.toEqual(code('NOT_FOUND'))
    }
    for (const claim of [{}, { facial_id: id, user_ref: 'ada' }, { facial_id: id, gallery: 'default' }]) {
      await expect(mien.verify(claim, { template: template(1) })).rejects.toEqual(code('REQUEST_INVALID'))
    }
    await expect(clientOf(other).verify({ facial_id: id }, { template: template(1) })).rejects.toEqual(
      code('NOT_FOUND'),
    )
  })

  test('identify: a match, nobody, everybody above a score, and only in the gallery', async () => {
    const [ada, bob] = [await add(1, { name: 'Ada', user_ref: 'a' }), await add(2)]
    const found = await mien.identify({ image: await picture(1) })
    expect(found).toMatchObject({ verdict: 'match', facial_id: ada })
    expect(found.candidates).toEqual([{ facial_id: ada, name: 'Ada', user_ref: 'a', score: expect.any(Number) }])
    const all = await mien.identify({ image: await picture(1) }, { min_score: -1, limit: 100 })
    expect(all.candidates.map(({ facial_id: id }) => id)).toEqual([ada, bob])
    expect((await mien.identify({ image: await picture(1) }, { min_score: -1, limit: 1 })).candidates.length).toBe(1)
    expect(await mien.identify({ template: template(3) })).toMatchObject({ verdict: 'none', candidates: [] })
    await mien.galleries.create('staff')
    expect(await mien.identify({ template: template(1) }, { gallery: 'staff' })).toMatchObject({ verdict: 'none' })
    await expect(mien.identify({ template: template(1) }, { limit: 101 })).rejects.toEqual(code('REQUEST_INVALID'))
    expect((await clientOf(other).identify({ template: template(1) }, { min_score: -1 })).candidates).toEqual([])
  })
})

test('[NA4] consent outlives the person as withdrawn, and is never somebody else’s to read', async () => {
  const id = await add(1)
  const given = await mien.consents.add(id, statement())
  expect(given).toMatchObject({ method: 'integrator', withdrawn_at: null })
  expect((await mien.subjects.get(id)).consent).toMatchObject({ policy_version: '1' })
  await expect(clientOf(other).consents.list(id)).rejects.toEqual(code('NOT_FOUND'))
  await mien.subjects.remove(id)
  expect(await mien.consents.list(id)).toMatchObject([{ ...given, withdrawn_at: expect.any(String) }])
  await expect(mien.consents.add(id, statement())).rejects.toEqual(code('GONE'))
  await expect(mien.consents.list(randomUUID())).rejects.toEqual(code('NOT_FOUND'))
})

test('[NA5] a gallery goes only when it is empty, no credential works on it and it is not `default`', async () => {
  await mien.galleries.create('staff')
  const { facial_id: id } = await mien.subjects.create({ gallery: 'staff' })
  expect(await mien.galleries.get('staff')).toMatchObject({ name: 'staff', subjects: 1 })
  await expect(mien.galleries.remove('staff')).rejects.toEqual(code('CONFLICT'))
  await mien.subjects.remove(id)
  const admin = { authorization: `Bearer ${rig.adminToken}` }
  const keys = `/v1/admin/applications/${shop.credentials.application_id}/keys`
  const body = { kind: 'ticos', name: 'gate-2', gallery: 'staff' }
  const key = await rig.send('POST', keys, { ...admin, body })
  await expect(mien.galleries.remove('staff')).rejects.toEqual(code('CONFLICT'))
  await rig.send('DELETE', `${keys}/${key.json.credential_id}`, admin)
  await mien.galleries.remove('staff')
  await expect(mien.galleries.get('staff')).rejects.toEqual(code('NOT_FOUND'))
  await expect(mien.galleries.remove('default')).rejects.toEqual(code('CONFLICT'))
})

describe('[NA6] what goes on', () => {
  test('settings, audit in pages, counts', async () => {
    const id = await add(1)
    expect(await mien.settings()).toMatchObject({
      public_id: shop.credentials.public_id,
      settings: { retain_images: true },
    })
    const first = await mien.audit({ subject: id, limit: 1 })
    expect(first.records).toMatchObject([{ event: 'enroll', outcome: 'granted', facial_id: id }])
    const second = await mien.audit({ subject: id, limit: 1, cursor: first.next_cursor! })
    expect(second).toMatchObject({ records: [{ event: 'subject_created' }], next_cursor: null })
    expect((await clientOf(other).audit({ subject: id })).records).toEqual([])
    const counted = await mien.stats()
    expect(counted).toMatchObject({ subjects: 1, faces: 1, galleries: [{ name: 'default', subjects: 1 }] })
    expect(counted.calls).toEqual([{ dialect: 'native', calls: expect.any(Number) }])
  })

  test('health says which part is down, to nobody without a key', async () => {
    expect(await mien.health()).toEqual({ status: 'ok', database: 'up', vision: 'up', model_id: 'test-512' })
    isVisionUp = false
    expect(await mien.health()).toMatchObject({ status: 'degraded', database: 'up', vision: 'down' })
    expect((await shop.backend('GET', '/v1/health')).status).toBe(503)
    isVisionUp = true
    expect((await rig.send('GET', '/v1/health')).status).toBe(401)
  })
})

test.each([
  ['POST', '/v1/subjects'],
  ['PATCH', '/v1/subjects/{id}'],
  ['POST', '/v1/subjects/{id}/faces'],
  ['GET', '/v1/subjects/{id}/faces'],
  ['GET', '/v1/subjects/{id}/image'],
  ['DELETE', '/v1/subjects/{id}/image'],
  ['GET', '/v1/subjects/{id}/export'],
  ['GET', '/v1/erasures/{id}'],
  ['GET', '/v1/subjects/{id}/consents'],
  ['POST', '/v1/subjects/{id}/consents'],
  ['POST', '/v1/verify'],
  ['POST', '/v1/identify'],
  ['GET', '/v1/galleries/default'],
  ['PATCH', '/v1/galleries/default'],
  ['DELETE', '/v1/galleries/default'],
  ['GET', '/v1/settings'],
  ['GET', '/v1/audit'],
  ['GET', '/v1/stats'],
  ['GET', '/v1/health'],
])('[ER4] %s %s opens to the secret key alone: a public id is 403, anything else 401', async (method, pattern) => {
  const path = pattern.replace('{id}', randomUUID())
  const body = ['POST', 'PATCH'].includes(method) ? { body: path.endsWith('/consents') ? statement() : {} } : {}
  const { credentials } = shop
  const asked = (authorization: string) => rig.send(method, path, { authorization, ...body })
  expect((await asked(`Public ${credentials.public_id}`)).status).toBe(403)
  for (const secret of [credentials.faceio.api_key, credentials.ufme.api_key, rig.adminToken]) {
    expect((await asked(`Bearer ${secret}`)).status).toBe(401)
  }
})
