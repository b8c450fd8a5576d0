import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { colourAnalyser, colouredPicture } from '../../../../../test/contract/colour-analyser.ts'
import { openTestApp, type TestApp, type TestApplication } from '../../../../../test/contract/test-app.ts'
import { leaseSeconds } from '../../domain/idempotency.ts'
import type { ImageAnalyser } from '../../domain/image-analyser.ts'
import { sha256 } from '../../domain/tokens.ts'

let rig: TestApp
let shop: TestApplication
/** What holds up whoever looks at a picture. */
let gate: Promise<void> = Promise.resolve()

const analyser: ImageAnalyser = {
  ...colourAnalyser,
  async analyse(file, options) {
    await gate
    return colourAnalyser.analyse(file, options)
  },
}

beforeAll(async () => {
  rig = await openTestApp({ analyser })
})
beforeEach(async () => {
  gate = Promise.resolve()
  shop = await rig.createApplication()
})
afterEach(() => expect(rig.failures.splice(0)).toEqual([]))
afterAll(() => rig.close())

const post = (path: string, key: string, body: object, from = shop) =>
  rig.send('POST', path, {
    authorization: `Bearer ${from.credentials.secret_key}`,
    headers: { 'idempotency-key': key },
    body,
  })
const people = async () => (await shop.backend('GET', '/v1/subjects')).json.subjects.length
const newPerson = async () => (await shop.backend('POST', '/v1/subjects', {})).json.facial_id as string

describe('[NA7] [H17] a repeat of a request', () => {
  test('gets the same answer and does nothing', async () => {
    const first = await post('/v1/subjects', 'a', { name: 'Ada' })
    const again = await post('/v1/subjects', 'a', { name: 'Ada' })
    expect([first.status, again.status]).toEqual([201, 201])
    expect(again.text).toBe(first.text)
    expect([first, again].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true'])
    expect(await people()).toBe(1)
  })

  test('with another body, or at another address, is a mismatch', async () => {
    await post('/v1/subjects', 'a', { name: 'Ada' })
    for (const answer of [
      await post('/v1/subjects', 'a', { name: 'Bob' }),
      await post('/v1/galleries', 'a', { name: 'x' }),
    ]) {
      expect([answer.status, answer.json.error.code]).toEqual([422, 'idempotency_mismatch'])
    }
    expect(await people()).toBe(1)
  })

  test('belongs to its application alone', async () => {
    const other = await rig.createApplication()
    const mine = await post('/v1/subjects', 'a', { name: 'Ada' })
    const theirs = await post('/v1/subjects', 'a', { name: 'Bob' }, other)
    expect(theirs.status).toBe(201)
    expect(theirs.json.facial_id).not.toBe(mine.json.facial_id)
  })

  test('is the same whichever boundary a form has, and another with another picture', async () => {
    const id = await newPerson()
    const send = async (person: number) => {
      const form = new FormData()
      form.set('image', new Blob([Buffer.from(await colouredPicture({ person }), 'base64')]), 'a.png')
      const request = new Request('http://localhost', { method: 'POST', body: form })
      return rig.send('POST', `/v1/subjects/${id}/faces`, {
        authorization: `Bearer ${shop.credentials.secret_key}`,
        headers: { 'content-type': request.headers.get('content-type')!, 'idempotency-key': 'f' },
        raw: await request.arrayBuffer(),
      })
    }
    const [first, again, another] = [await send(1), await send(1), await send(2)]
    expect(again.text).toBe(first.text)
    expect([first.status, again.status, another.status]).toEqual([201, 201, 422])
    expect((await shop.backend('GET', `/v1/subjects/${id}/faces`)).json.faces.length).toBe(1)
  })

  test('of galleries, consents, webhooks and sessions as well', async () => {
    const id = await newPerson()
    const consent = {
      policy_version: '1',
      text_sha256: 'ab'.repeat(32),
      locale: 'en',
      given_at: '2026-11-21T12:00:00Z',
    }
    const requests = [
      ['/v1/galleries', { name: 'staff' }],
      [`/v1/subjects/${id}/consents`, consent],
      ['/v1/webhooks', { url: 'https://shop.example/hook' }],
      ['/v1/sessions', { operation: 'authenticate' }],
    ] as const
    for (const [path, body] of requests) {
      const [first, again] = [await post(path, path, body), await post(path, path, body)]
      expect([path, first.status, again.text]).toEqual([path, 201, first.text])
    }
  })

  test('while the first is being answered is told to wait', async () => {
    const id = await newPerson()
    const body = { image: await colouredPicture() }
    let open = () => {}
    gate = new Promise((resolve) => {
      open = resolve
    })
    const first = post(`/v1/subjects/${id}/faces`, 'w', body)
    const early = await expect
      .poll(() => post(`/v1/subjects/${id}/faces`, 'w', body), { timeout: 5000 })
      .toMatchObject({ status: 409 })
      .then(() => post(`/v1/subjects/${id}/faces`, 'w', body))
    expect([early.json.error.code, early.headers.get('retry-after')]).toEqual(['conflict', '2'])
    open()
    expect((await first).status).toBe(201)
    expect((await post(`/v1/subjects/${id}/faces`, 'w', body)).text).toBe((await first).text)
  })

  test('of a face that was refused is refused again, without another look', async () => {
    await shop.backend('POST', `/v1/subjects/${await newPerson()}/faces`, { image: await colouredPicture() })
    const id = await newPerson()
    const body = { image: await colouredPicture() }
    const first = await post(`/v1/subjects/${id}/faces`, 'd', body)
    gate = Promise.reject(new Error('was looked at again'))
    gate.catch(() => {})
    const again = await post(`/v1/subjects/${id}/faces`, 'd', body)
    for (const answer of [first, again])
      expect([answer.status, answer.json.error.code]).toEqual([409, 'face_duplicate'])
    expect(again.headers.get('idempotency-replayed')).toBe('true')
  })

  test('of one that failed otherwise is tried again', async () => {
    expect((await post('/v1/subjects', 'n', { gallery: 'later' })).status).toBe(404)
    await shop.backend('POST', '/v1/galleries', { name: 'later' })
    expect((await post('/v1/subjects', 'n', { gallery: 'later' })).status).toBe(201)
  })

  test('is forgotten after a day, and a minute after a process died over the first', async () => {
    const first = await post('/v1/subjects', 'a', { name: 'Ada' })
    const { application_id: applicationId } = shop.credentials
    const never = { unansweredSince: new Date(0), answeredSince: new Date(0) }
    const key = sha256('died')
    await rig.database.stores.idempotency.begin(applicationId, key, sha256('x'), rig.clock.now(), never)
    rig.clock.advance(leaseSeconds - 1)
    expect((await post('/v1/subjects', 'died', {})).status).toBe(422)
    rig.clock.advance(2)
    expect((await post('/v1/subjects', 'died', {})).status).toBe(201)
    expect((await post('/v1/subjects', 'a', { name: 'Ada' })).text).toBe(first.text)
    rig.clock.advance(86_400)
    expect((await post('/v1/subjects', 'a', { name: 'Ada' })).text).not.toBe(first.text)
  })

  test.each([
    ['empty', ''],
    ['too long', 'a'.repeat(129)],
    ['with a space', 'a b'],
    ['beyond ASCII', 'ä'],
    ['twice, as proxies join them', 'a, b'],
  ])('%s: 400', async (_, key) => {
    const answer = await post('/v1/subjects', key, {})
    expect([answer.status, answer.json?.error.code]).toEqual([400, 'param_invalid'])
    expect(await people()).toBe(0)
  })

  test('of somebody who was erased since brings nothing of them back', async () => {
    const body = { name: 'Ada', payload: { secret: 'of Ada' } }
    const { facial_id: id } = (await post('/v1/subjects', 'e', body)).json
    await shop.backend('DELETE', `/v1/subjects/${id}`)
    const again = await post('/v1/subjects', 'e', body)
    expect([again.status, again.json.error.code]).toEqual([410, 'gone'])
    expect(again.text).not.toContain('of Ada')
    expect(await people()).toBe(0)
  })

  test('is recognised by a keyed digest: nobody who reads the table can try PINs at it', async () => {
    const body = { pin: '7319' }
    await post('/v1/subjects', 'pin', body)
    const stored = await rig.database.stores.idempotency.find(shop.credentials.application_id, sha256('pin'))
    const plain = sha256(`POST /v1/subjects\n${JSON.stringify(body)}`)
    expect(Buffer.from(stored!.requestDigest).equals(plain)).toBe(false)
  })
})
