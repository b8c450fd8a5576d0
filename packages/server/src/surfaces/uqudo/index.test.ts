import { decodeJwt } from 'jose'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { drawPicture } from '../../../../../test/contract/colour-analyser.ts'
import type { Sent } from '../../../../../test/contract/test-app.ts'
import {
  foreignToken,
  insertSomebody,
  likenessOf,
  other,
  photoOf,
  post,
  rig,
  runPage,
  send,
  shop,
  token,
  useUqudoRig,
} from '../../../../../test/contract/uqudo-rig.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'

useUqudoRig()

const nobody = crypto.randomUUID()

async function photoForm(name = 'idPhoto', person = 1): Promise<Sent> {
  const data = new FormData()
  const file = new Uint8Array(
    await drawPicture({ person }).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer(),
  )
  data.set(name, new File([file], 'id.jpg', { type: 'image/jpeg' }))
  data.set('somethingElse', 'x')
  const request = new Request('http://localhost', { method: 'POST', body: data })
  return { raw: await request.arrayBuffer(), headers: { 'content-type': request.headers.get('content-type')! } }
}

const openSession = async (person: number, as = token): Promise<string> =>
  (await post('/api/v1/face', { idPhoto: await photoOf({ person }) }, as)).json.sessionId

describe('[UQ3] a session for a photograph', () => {
  test('opens from a form and from JSON: 201 and another id each time', async () => {
    const answers = [
      await send('POST', '/api/v1/face', await photoForm()),
      await post('/api/v1/face', { idPhoto: await photoOf() }),
      await post('/api/v1/face', { idPhoto: `data:image/png;base64,${await photoOf()}` }),
    ]
    for (const { status, json } of answers) {
      expect(status).toBe(201)
      expect(json).toEqual({ sessionId: expect.any(String) })
    }
    expect(new Set(answers.map(({ json }) => json.sessionId)).size).toBe(3)
  })

  test('the live face is compared with the photograph, and the result is signed and names nobody', async () => {
    const person = syntheticPerson(60)
    await shop.enroll(person)
    const sessionId = await openSession(60)
    const granted = (await runPage(sessionId, person)).json
    expect(granted).toMatchObject({ status: 'ok', disclosed: null })
    const redeemed = (await shop.backend('POST', '/v1/results/redeem', { result_code: granted.result_code })).json
    expect(redeemed).toMatchObject({ facial_id: null, match_level: 5 })
    const claims = decodeJwt(redeemed.assertion)
    expect(claims).toMatchObject({ match_level: 5, operation: 'authenticate' })
    expect(claims.sub).toBeUndefined()
  })

  test('anybody else is refused, also who is enrolled', async () => {
    await shop.enroll(syntheticPerson(61))
    const sessionId = await openSession(62)
    for (const person of [61, 63]) {
      expect((await runPage(sessionId, syntheticPerson(person))).json).toEqual({
        status: 'refused',
        reason: 'not_recognised',
      })
    }
  })

  test('once used, after ten minutes and once deleted it grants nothing', async () => {
    const used = await openSession(64)
    expect((await runPage(used, syntheticPerson(64))).json.status).toBe('ok')
    expect((await runPage(used, syntheticPerson(64))).status).toBe(409)
    const deleted = await openSession(65)
    expect((await send('DELETE', `/api/v1/info/${deleted}`)).status).toBe(204)
    expect((await runPage(deleted, syntheticPerson(65))).status).toBe(401)
    const [expired, late] = [await openSession(66), await openSession(67)]
    rig.clock.advance(599)
    expect((await runPage(late, syntheticPerson(67))).json.status).toBe('ok')
    rig.clock.advance(2)
    expect((await runPage(expired, syntheticPerson(66))).status).toBe(401)
    expect((await send('GET', `/api/v1/info/img/${expired}`)).status).toBe(404)
    expect((await send('DELETE', `/api/v1/info/${expired}`)).status).toBe(404)
  })
})

describe('[UQ4] match', () => {
  const path = '/api/v1/face/match'
  const match = async (score: number, minimumMatchLevel?: unknown) =>
    (
      await post(path, {
        sourceImage: await photoOf(),
        targetImage: await likenessOf(score),
        ...(minimumMatchLevel === undefined ? {} : { minimumMatchLevel }),
      })
    ).json

  test('the same picture twice: level 5', async () => {
    const image = await photoOf()
    const answer = await post(path, { sourceImage: image, targetImage: image })
    expect([answer.status, answer.json]).toEqual([200, { match: true, matchLevel: 5 }])
  })

  test.each([
    [0.02, 1, []],
    [0.12, 1, []],
    [0.14, 1, [1]],
    [0.26, 2, [1, 2]],
    [0.34, 3, [1, 2, 3]],
    [0.42, 4, [1, 2, 3, 4]],
    [0.5, 5, [1, 2, 3, 4, 5]],
  ])('a cosine of %f is level %i, and a match from there down: %j', async (score, matchLevel, matchedBy) => {
    for (const minimum of [1, 2, 3, 4, 5]) {
      expect(await match(score, minimum)).toEqual({ match: matchedBy.includes(minimum as never), matchLevel })
    }
    for (const none of [undefined, null]) {
      expect(await match(score, none)).toEqual({ match: matchedBy.includes(3 as never), matchLevel })
    }
  })

  test.each([0, 6, 2.5, -1, '3', true, [], {}, 1e300])('J8 minimumMatchLevel %j: 400', async (minimum) => {
    const image = await photoOf()
    const body = { sourceImage: image, targetImage: image, minimumMatchLevel: minimum }
    expect((await post(path, body)).status).toBe(400)
  })

  test('either picture missing: 400', async () => {
    const image = await photoOf()
    for (const body of [{}, { sourceImage: image }, { targetImage: image }]) {
      expect((await post(path, body)).status).toBe(400)
    }
  })
})

describe('[UQ5] one to many', () => {
  const search = async (idPhoto: string, insert?: unknown) =>
    post('/api/v1/face/one-to-n/search', { idPhoto, ...(insert === undefined ? {} : { insert }) })
  const total = async () => (await shop.backend('GET', '/v1/galleries')).json.galleries[0].subjects

  test('a miss without insert changes nothing and has no id', async () => {
    const before = await total()
    for (const insert of [undefined, false, null]) {
      const answer = await search(await photoOf({ person: 100 }), insert)
      expect([answer.status, answer.json]).toEqual([200, { oneToNVerificationMatch: false }])
    }
    expect(await total()).toBe(before)
  })

  test('a miss with insert has a new id, which every later search finds without inserting again', async () => {
    const idPhoto = await photoOf({ person: 101 })
    const before = await total()
    const missed = (await search(idPhoto, true)).json
    expect(missed).toEqual({ oneToNVerificationId: expect.any(String), oneToNVerificationMatch: false })
    for (const insert of [false, true]) {
      expect((await search(idPhoto, insert)).json).toEqual({ ...missed, oneToNVerificationMatch: true })
    }
    expect(await total()).toBe(before + 1)
  })

  test('who was enrolled by the widget is found', async () => {
    const id = await shop.enroll(syntheticPerson(102))
    expect((await search(await photoOf({ person: 102 }))).json).toEqual({
      oneToNVerificationId: id,
      oneToNVerificationMatch: true,
    })
  })

  test('insert always inserts: 200 and another id', async () => {
    const { id, idPhoto } = await insertSomebody()
    const again = await post('/api/v1/face/one-to-n/insert', { idPhoto })
    expect([again.status, again.json]).toEqual([200, { oneToNVerificationId: expect.any(String) }])
    expect(again.json.oneToNVerificationId).not.toBe(id)
  })

  test('delete: 204 without a body; the face is erased and found by nobody', async () => {
    const { id, idPhoto, person } = await insertSomebody()
    const deleted = await send('DELETE', `/api/v1/face/one-to-n/search/${id}`)
    expect([deleted.status, deleted.text]).toEqual([204, ''])
    expect((await send('DELETE', `/api/v1/face/one-to-n/search/${id}`)).status).toBe(404)
    expect((await search(idPhoto)).json).toEqual({ oneToNVerificationMatch: false })
    expect((await send('GET', `/api/v1/info/img/${id}`)).status).toBe(404)
    expect((await shop.backend('GET', `/v1/subjects/${id}`)).status).toBe(410)
    expect((await shop.run('authenticate', syntheticPerson(person))).status).toBe('refused')
  })

  test('without strict deletion only the picture goes, as at uqudo', async () => {
    const lax = await rig.createApplication({ retain_images: true, uqudo_strict_delete: false })
    const issued = await rig.send('POST', '/compat/uqudo/api/oauth/token', {
      raw: new URLSearchParams({ grant_type: 'client_credentials', ...lax.credentials.uqudo }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    const as = issued.json.access_token
    const idPhoto = await photoOf({ person: 104 })
    const { oneToNVerificationId: id } = (await post('/api/v1/face/one-to-n/insert', { idPhoto }, as)).json
    expect((await send('GET', `/api/v1/info/img/${id}`, { token: as })).status).toBe(200)
    for (let i = 0; i < 2; i++) {
      expect((await send('DELETE', `/api/v1/face/one-to-n/search/${id}`, { token: as })).status).toBe(204)
    }
    expect((await send('GET', `/api/v1/info/img/${id}`, { token: as })).status).toBe(404)
    expect((await post('/api/v1/face/one-to-n/search', { idPhoto }, as)).json).toEqual({
      oneToNVerificationId: id,
      oneToNVerificationMatch: true,
    })
  })

  test.each([1, 'true', [], {}])('J8 insert %j: 400, and nobody is inserted', async (insert) => {
    const before = await total()
    expect((await search(await photoOf({ person: 105 }), insert)).status).toBe(400)
    expect(await total()).toBe(before)
  })

  test('of many at once with one face, one is inserted', async () => {
    const idPhoto = await photoOf({ person: 106 })
    const answers = await Promise.all(Array.from({ length: 5 }, () => search(idPhoto, true)))
    expect(new Set(answers.map(({ json }) => json.oneToNVerificationId)).size).toBe(1)
    expect(answers.filter(({ json }) => !json.oneToNVerificationMatch)).toHaveLength(1)
  })
})

describe('[UQ6] pictures and data that were kept', () => {
  test('the picture of an id and of a session is a JPEG', async () => {
    const { id } = await insertSomebody()
    for (const kept of [id, await openSession(70)]) {
      const answer = await rig.fetch(
        new Request(`https://mien.example/compat/uqudo/api/v1/info/img/${kept}`, {
          headers: { authorization: `Bearer ${token}` },
        }),
      )
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
      expect(await sharp(await answer.arrayBuffer()).metadata()).toMatchObject({ format: 'jpeg' })
    }
  })

  test('none is kept unless the application asks for it: 404', async () => {
    const { oneToNVerificationId: id } = (
      await post('/api/v1/face/one-to-n/insert', { idPhoto: await photoOf({ person: 71 }) }, foreignToken)
    ).json
    for (const kept of [id, await openSession(71, foreignToken)]) {
      const answer = await send('GET', `/api/v1/info/img/${kept}`, { token: foreignToken })
      expect([answer.status, answer.json]).toEqual([404, { error: 'image_not_kept', message: 'No image is kept' }])
    }
  })

  test('a session that is deleted takes its picture along: 204, then 404', async () => {
    const sessionId = await openSession(72)
    const deleted = await send('DELETE', `/api/v1/info/${sessionId}`)
    expect([deleted.status, deleted.text]).toEqual([204, ''])
    expect((await send('DELETE', `/api/v1/info/${sessionId}`)).status).toBe(404)
    expect((await send('GET', `/api/v1/info/img/${sessionId}`)).status).toBe(404)
  })

  test('sessions of other kinds are none of this dialect', async () => {
    const { session } = await shop.begin({ operation: 'authenticate' })
    expect((await send('DELETE', `/api/v1/info/${session.client_token}`)).status).toBe(404)
    expect((await send('GET', `/api/v1/info/img/${session.client_token}`)).status).toBe(404)
  })
})

describe('[UQ2] another application and what is nobody’s look alike', () => {
  test('D7 D8 ids and sessions: 404 with the same bytes', async () => {
    const { id } = await insertSomebody()
    const sessionId = await openSession(80)
    const pairs = [
      ['DELETE', '/api/v1/face/one-to-n/search/', id, nobody],
      ['GET', '/api/v1/info/img/', id, nobody],
      ['GET', '/api/v1/info/img/', sessionId, 'A'.repeat(43)],
      ['DELETE', '/api/v1/info/', sessionId, 'A'.repeat(43)],
    ] as const
    for (const [method, path, mine, unknown] of pairs) {
      const [a, b] = [
        await send(method, path + mine, { token: foreignToken }),
        await send(method, path + unknown, { token: foreignToken }),
      ]
      expect([a.status, a.text]).toEqual([404, b.text])
    }
    expect((await send('GET', `/api/v1/info/img/${id}`)).status).toBe(200)
    expect((await runPage(sessionId, syntheticPerson(80))).json.status).toBe('ok')
  })

  test('a search finds nobody of another application', async () => {
    const { idPhoto } = await insertSomebody()
    expect((await post('/api/v1/face/one-to-n/search', { idPhoto }, foreignToken)).json).toEqual({
      oneToNVerificationMatch: false,
    })
    expect(other.credentials.application_id).not.toBe(shop.credentials.application_id)
  })

  test.each([`' OR 1=1--`, '..%2f..', '%00', '%ff', 'a'.repeat(5000), nobody.toUpperCase(), `{${nobody}}`])(
    'D1 to D6 the id %s: 404',
    async (id) => {
      const path = encodeURI(id).replaceAll('%25', '%')
      expect((await send('DELETE', `/api/v1/face/one-to-n/search/${path}`)).status).toBe(404)
      expect((await send('GET', `/api/v1/info/img/${path}`)).status).toBe(404)
      expect((await send('DELETE', `/api/v1/info/${path}`)).status).toBe(404)
    },
  )
})
