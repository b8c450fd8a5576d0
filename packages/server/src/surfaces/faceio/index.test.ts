import { describe, expect, test } from 'vitest'
import {
  ada,
  enrollAnyone,
  foreign,
  get,
  gone,
  key,
  post,
  received,
  rig,
  send,
  shop,
  useFaceioRig,
  withKey,
} from '../../../../../test/contract/faceio-rig.ts'
import { openTestApp } from '../../../../../test/contract/test-app.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'
import { type Endpoint, methods } from './wire.ts'

useFaceioRig()

describe('[FA1] each endpoint answers as documented', () => {
  test.each(['GET', 'POST'])('deletefacialid by %s: purged, then unknown', async (method) => {
    const id = await enrollAnyone()
    const path = `deletefacialid?${withKey({ fid: id })}`
    expect((await send(method, path)).json).toEqual({ status: 200, payload: true })
    expect((await send(method, path)).status).toBe(404)
    expect((await get('checkfacialid', { fid: id })).json).toEqual({ status: 200, valid: false })
    expect((await shop.backend('GET', `/v1/subjects/${id}`)).status).toBe(410)
  })

  test('a deletion is told to webhooks, with the address of the backend that asked', async () => {
    const added = await shop.backend('POST', '/v1/webhooks', { url: 'https://receiver.example/hook' })
    const id = await enrollAnyone()
    await send('GET', `deletefacialid?${withKey({ fid: id })}`, { from: '192.0.2.7' })
    await rig.dispatcher.runDue()
    await shop.backend('DELETE', `/v1/webhooks/${added.json.webhook_id}`)
    const bodies = received.map(({ body }) => JSON.parse(body))
    expect(bodies.at(-1)).toMatchObject({ eventName: 'deletion', facialId: id, clientIp: '192.0.2.7' })
  })

  test('checkfacialid: true for who is there, false for anybody else', async () => {
    expect((await get('checkfacialid', { fid: ada })).json).toEqual({ status: 200, valid: true })
    for (const id of [gone, foreign, crypto.randomUUID()]) {
      expect((await get('checkfacialid', { fid: id })).json).toEqual({ status: 200, valid: false })
    }
  })

  test('a facial id may come as `fid` or `facialid`, with dashes or without', async () => {
    const plain = ada.replaceAll('-', '')
    for (const parameters of [{ fid: plain }, { facialid: ada }, { facialid: plain }, { fid: ada, facialid: ada }]) {
      expect((await get('checkfacialid', parameters as never)).json.valid).toBe(true)
      expect((await post('checkfacialid', parameters)).json.valid).toBe(true)
    }
    expect((await get('checkfacialid', { fid: ada, facialid: gone })).status).toBe(400)
  })

  test('an id that FACEIO gave out is nobody here, not a mistake', async () => {
    const fid = '7689058114b74dc989d5b02f4799a40bfioa715c'
    expect((await get('checkfacialid', { fid })).json).toEqual({ status: 200, valid: false })
    expect((await get('deletefacialid', { fid })).status).toBe(404)
  })

  test('stat counts calls and people, newest first', async () => {
    const fresh = await rig.createApplication()
    const ask = () => send('GET', `stat?key=${fresh.credentials.faceio.api_key}`)
    expect((await ask()).json).toEqual({
      status: 200,
      total_api_calls: 1,
      total_indexed_faces: 0,
      last_indexed_faces: [],
    })
    const ids: string[] = []
    for (let i = 0; i < 12; i++) {
      rig.clock.advance(1)
      ids.unshift(await fresh.enroll(syntheticPerson(400 + i)))
    }
    await send('GET', `checkfacialid?key=${fresh.credentials.faceio.api_key}`)
    expect((await ask()).json).toEqual({
      status: 200,
      total_api_calls: 3,
      total_indexed_faces: 12,
      last_indexed_faces: ids.slice(0, 10),
    })
  })

  test.each(['GET', 'POST'])('about and status by %s need no key', async (method) => {
    expect((await send(method, 'about')).json).toEqual({ status: 200, payload: expect.stringContaining('Mien') })
    expect((await send(method, 'status')).json).toEqual({ status: 200, payload: expect.any(String) })
  })

  test('a key of one application says nothing of another one', async () => {
    for (const name of ['deletefacialid', 'setfacialidpayload', 'setfacialidpincode'] as const) {
      const mine = await post(name, { fid: foreign, payload: 'x', pin: '8305' })
      const nobody = await post(name, { fid: crypto.randomUUID(), payload: 'x', pin: '8305' })
      expect(mine.text).toBe(nobody.text)
      expect(mine.status).toBe(404)
    }
  })

  test.each(Object.keys(methods) as Endpoint[])(
    'H13 H16 %s: other methods are 405 and change nothing',
    async (name) => {
      const id = await enrollAnyone()
      const pin = { pin: '8305', payload: 'x', fid: id }
      const allowed: readonly string[] = methods[name]
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].filter((m) => !allowed.includes(m))) {
        const answer = await send(method, `${name}?${withKey(pin)}`)
        expect(answer.status).toBe(405)
        expect(answer.headers.get('allow')).toBe(allowed.join(', '))
      }
      expect((await rig.send('HEAD', `/compat/faceio/${name}?${withKey(pin)}`)).status).toBe(405)
      expect((await shop.backend('GET', `/v1/subjects/${id}`)).json).toMatchObject({ payload: null, has_pin: false })
    },
  )

  test('H8 a preflight gets no permission', async () => {
    const headers = { origin: 'https://shop.example', 'access-control-request-method': 'POST' }
    expect((await send('OPTIONS', 'stat', { headers })).status).toBe(405)
  })

  test.each(['', 'unknown', 'stat/', 'STAT', 'v1/stat', '%00', '..%2fstat'])('404: /%s', async (path) => {
    expect((await send('GET', `${path}?key=${key}`)).status).toBe(404)
  })

  test.each(['application/xml', 'text/html', '*/*', 'nonsense'])('H15 Accept %s: JSON all the same', async (accept) => {
    expect((await send('GET', 'about', { headers: { accept } })).status).toBe(200)
  })
})

describe('identifiers', () => {
  const bad: [string, string][] = [
    ['D1 quotes', "' OR 1=1--"],
    ['D1 a statement', '"; DROP TABLE subjects'],
    ['D1 a placeholder', '$1'],
    ['D1 a backslash', '\\'],
    ['D2 markup', `<x/>&"']]>`],
    ['D3 10 000 characters', 'a'.repeat(10_000)],
    ['D4 NUL', '\0'],
    ['D5 upper case', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'],
    ['D5 braces', '{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}'],
    ['D5 dashes elsewhere', 'a0eebc999-c0b-4ef8-bb6d-6bb9bd380a11'],
    ['D6 full width', 'ａ0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
    ['D6 Cyrillic', 'а0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
    ['missing', ''],
  ]
  test.each(bad)('400: %s', async (_, fid) => {
    for (const name of ['deletefacialid', 'checkfacialid'] as const) {
      expect((await post(name, { fid })).status).toBe(400)
    }
    if (fid.length < 100) expect((await get('checkfacialid', { fid })).status).toBe(400)
    expect((await post('setfacialidpayload', { fid, payload: 'x' })).status).toBe(400)
    expect((await post('setfacialidpincode', { fid, pin: '8305' })).status).toBe(400)
  })

  test.each(['%ff', '%ZZ', '%'])('D4 %s in a query is no text: 400', async (text) => {
    expect((await send('GET', `checkfacialid?key=${key}&fid=${text}`)).status).toBe(400)
  })

  test.each([[1], [null], [true], [[]], [{}]])('J8 %j instead of text: 400', async (fid) => {
    expect((await post('checkfacialid', { fid })).status).toBe(400)
  })

  test('D7 D8 another application’s, an unknown and a deleted id look alike', async () => {
    const [a, b, c] = await Promise.all(
      [foreign, crypto.randomUUID(), gone].map((fid) => get('deletefacialid', { fid })),
    )
    expect([a!.status, b!.status, c!.status]).toEqual([404, 404, 404])
    expect(a!.text).toBe(b!.text)
  })

  test('D9 a parameter twice: 400', async () => {
    expect((await send('GET', `checkfacialid?key=${key}&fid=${ada}&fid=${ada}`)).status).toBe(400)
    expect((await send('GET', `checkfacialid?key=${key}&fid[]=${ada}`)).status).toBe(400)
    expect((await send('POST', `checkfacialid?key=${key}&fid=${ada}`, { body: { fid: gone } })).status).toBe(400)
  })

  test('parameters that nobody asked for are passed over', async () => {
    expect((await get('checkfacialid', { fid: ada, level: 'A3' })).json.valid).toBe(true)
  })
})

describe('[FA9] where the dialect lives', () => {
  test('a host name may stand for its root', async () => {
    const hosted = await openTestApp({ hosts: new Map([['api.faceio.example', 'faceio']]) })
    try {
      const { credentials } = await hosted.createApplication()
      const statusOf = async (url: string) => (await hosted.fetch(new Request(url))).status
      const query = `?key=${credentials.faceio.api_key}`
      expect(await statusOf(`https://api.faceio.example/stat${query}`)).toBe(200)
      expect(await statusOf(`https://API.faceio.example:8443/stat${query}`)).toBe(200)
      expect(await statusOf(`https://api.faceio.example./stat${query}`)).toBe(200)
      // Nothing else is there, not even the native surface.
      expect(await statusOf('https://api.faceio.example/healthz')).toBe(404)
      expect(await statusOf(`https://api.faceio.example/compat/faceio/stat${query}`)).toBe(404)
      expect(await statusOf(`https://mien.example/compat/faceio/stat${query}`)).toBe(200)
      expect(await statusOf(`https://mien.example/stat${query}`)).toBe(404)
    } finally {
      await hosted.close()
    }
  })

  test('switched off it is not there', async () => {
    const off = await openTestApp({ dialects: [] })
    try {
      expect((await off.send('GET', '/compat/faceio/about')).status).toBe(404)
    } finally {
      await off.close()
    }
  })
})
