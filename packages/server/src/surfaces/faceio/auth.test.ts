import { describe, expect, test } from 'vitest'
import { colouredPicture } from '../../../../../test/contract/colour-analyser.ts'
import {
  checked,
  form,
  key,
  multipart,
  rig,
  send,
  shop,
  urlEncoded,
  useFaceioRig,
} from '../../../../../test/contract/faceio-rig.ts'
import { type Answer, openTestApp, type Sent } from '../../../../../test/contract/test-app.ts'

useFaceioRig()

describe('[FA2] the key opens the same door wherever it stands', () => {
  const ways: [string, () => Promise<Answer>][] = [
    ['WWW-Authenticate', () => send('GET', 'stat', { headers: { 'www-authenticate': `Bearer ${key}` } })],
    ['Authorization', () => send('GET', 'stat', { authorization: `Bearer ${key}` })],
    ['H3 any case of the scheme', () => send('GET', 'stat', { authorization: `bearer ${key}` })],
    ['H5 the query', () => send('GET', `stat?key=${key}`)],
    ['the query of a POST without a body', () => send('POST', `stat?key=${key}`)],
    ['a URL-encoded form', () => send('POST', 'stat', urlEncoded(`key=${key}`))],
    ['a multipart form', async () => send('POST', 'stat', await multipart(form({ key })))],
    ['JSON', () => send('POST', 'stat', { body: { key } })],
    ['several places alike', () => send('POST', `stat?key=${key}`, { authorization: `Bearer ${key}`, body: { key } })],
  ]
  test.each(ways)('%s', async (_, call) => {
    expect(await call()).toMatchObject({ status: 200, json: { total_indexed_faces: 1 } })
  })

  const missing: [string, () => Promise<Answer>][] = [
    ['H1 none', () => send('GET', 'stat')],
    ['H1 none in a body', () => send('POST', 'stat', { body: {} })],
    ['H3 no token', () => send('GET', 'stat', { authorization: 'Bearer' })],
    ['H3 Basic', () => send('GET', 'stat', { authorization: `Basic ${key}` })],
    ['H3 extra spaces', () => send('GET', 'stat', { authorization: `Bearer  ${key}` })],
    ['H3 10 KB', () => send('GET', 'stat', { authorization: `Bearer ${'a'.repeat(10_000)}` })],
    ['H3 not ASCII', () => send('GET', `stat?key=${encodeURIComponent('ключ')}`)],
    ['H3 a bad header beside a good parameter', () => send('GET', `stat?key=${key}`, { authorization: 'Basic x' })],
    ['H4 unknown', () => send('GET', `stat?key=${'0'.repeat(32)}`)],
    ['H4 upper case', () => send('GET', `stat?key=${'ABCDEF0123456789'.repeat(2)}`)],
    ['H4 empty', () => send('GET', 'stat?key=')],
    ['H4 the native secret key', () => send('GET', 'stat', { authorization: `Bearer ${shop.credentials.secret_key}` })],
    ['H4 the key of another dialect', () => send('GET', `stat?key=${shop.credentials.ufme.api_key}`)],
    ['H6 the public id', () => send('GET', `stat?key=${shop.credentials.public_id}`)],
    ['a number', () => send('POST', 'stat', { body: { key: 12 } })],
    ['null', () => send('POST', 'stat', { body: { key: null } })],
  ]
  test.each(missing)('401: %s', async (_, call) => {
    const answer = await call()
    expect(answer.json).toEqual({ status: 401, error: 'Credentials are missing or not valid' })
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="mien"')
  })

  const wrong = 'f'.repeat(32)
  const twice: [string, () => Promise<Answer>][] = [
    ['H2 two in one header', () => send('GET', 'stat', { authorization: `Bearer ${key}, Bearer ${key}` })],
    [
      'two headers',
      () => send('GET', 'stat', { authorization: `Bearer ${key}`, headers: { 'www-authenticate': `Bearer ${wrong}` } }),
    ],
    ['header and body', () => send('POST', 'stat', { authorization: `Bearer ${key}`, body: { key: wrong } })],
    ['query and body', () => send('POST', `stat?key=${key}`, { body: { key: wrong } })],
    ['D9 twice in the query', () => send('GET', `stat?key=${key}&key=${wrong}`)],
    ['D9 as an array', () => send('GET', `stat?key[]=${key}`)],
    ['J12 twice in JSON', () => send('POST', 'stat', { raw: `{"key":"${key}","key":"${wrong}"}` })],
    [
      'twice in a multipart form',
      async () => {
        const data = form({ key })
        data.append('key', wrong)
        return send('POST', 'stat', await multipart(data))
      },
    ],
  ]
  test.each(twice)('400, two of them: %s', async (_, call) => {
    expect((await call()).status).toBe(400)
  })

  test('H4 a replaced key stops at once', async () => {
    const shed = await rig.createApplication()
    const { application_id: id, faceio } = shed.credentials
    const admin = { authorization: `Bearer ${rig.adminToken}` }
    const rotated = await rig.send('POST', `/v1/admin/applications/${id}/keys`, { ...admin, body: { kind: 'faceio' } })
    expect((await send('GET', `stat?key=${faceio.api_key}`)).status).toBe(401)
    expect((await send('GET', `stat?key=${rotated.json.secret}`)).status).toBe(200)
  })
})

describe('[FA3] the key reaches no log', () => {
  test('not from the query, a header or a body, when all goes wrong inside', async () => {
    const analyse = () => Promise.reject(new Error('broken'))
    const check = () => Promise.reject(new Error('broken'))
    const reported: string[] = []
    const ill = await openTestApp({
      analyser: { analyse, check },
      onFailure: (failure) =>
        reported.push(JSON.stringify(failure), String(failure.error.stack), String(failure.error.cause)),
    })
    const { credentials } = await ill.createApplication()
    const secret = credentials.faceio.api_key
    const img = await colouredPicture()
    const call = (path: string, sent: Sent) => ill.send('POST', `/compat/faceio/${path}`, sent)
    await call('agecheck', { body: { key: secret, img } })
    await ill.close()
    // Now the database is away as well.
    const answers = [
      await call('agecheck', { body: { key: secret, img } }),
      await call(`agecheck?key=${secret}`, { body: { img } }),
      await call(`stat?key=${secret}`, {}),
      await call('stat', { headers: { 'www-authenticate': `Bearer ${secret}` } }),
      await call('stat', { authorization: `Bearer ${secret}` }),
      await call(`status?key=${secret}`, {}),
      await call(`nothing/${secret}?key=${secret}`, {}),
    ]
    expect(reported.length).toBeGreaterThan(3 * 5)
    expect(reported.join()).toContain('/compat/faceio/stat')
    expect(reported.join()).not.toContain(secret)
    expect(answers.map(({ text }) => text).join()).not.toContain(secret)
    expect(answers.map((answer) => checked(answer).status)).toEqual([500, 500, 500, 500, 500, 500, 404])
  })
})
