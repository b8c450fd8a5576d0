import { describe, expect, test } from 'vitest'
import { colouredPicture } from '../../../../../test/contract/colour-analyser.ts'
import {
  call,
  enrol,
  form,
  formOf,
  get,
  picture,
  remove,
  send,
  useUfmeRig,
  withKey,
} from '../../../../../test/contract/ufme-rig.ts'

useUfmeRig()

const json = (raw: BodyInit, type = 'application/json') =>
  send('POST', 'search', { raw, headers: { ...withKey(), 'content-type': type } })

describe('[UF8] metadata', () => {
  const bad: [string, object | string][] = [
    ['J1 nothing', ''],
    ['J2 a trailing comma', '{"top_k":5,}'],
    ['J2 NaN', '{"threshold":NaN}'],
    ['J10 too deep', `{"partition":${'['.repeat(40)}${']'.repeat(40)}}`],
    ['J11 __proto__', '{"__proto__":{"polluted":true}}'],
    ['J12 a key twice', '{"top_k":1,"top_k":2}'],
    ['J15 NUL', '{"subject_id":"\\u0000"}'],
    ['J16 half a character', '{"subject_id":"\\ud800"}'],
    ['J18 1e999', '{"threshold":1e999}'],
    ['J19 an array', '[]'],
    ['J19 null', 'null'],
    ['J19 text', '"default"'],
    ['J22 a name that is not known', { treshold: 0.9 }],
    ['a threshold as text', { threshold: '0.4' }],
    ['a threshold above 1', { threshold: 1.01 }],
    ['a threshold below 0', { threshold: -0.01 }],
    ['D10 top_k 0', { top_k: 0 }],
    ['D10 top_k 101', { top_k: 101 }],
    ['D10 top_k 1.5', { top_k: 1.5 }],
    ['D10 top_k as text', { top_k: '5' }],
    ['a partition that is no name', { partition: '../default' }],
    ['a partition in capitals', { partition: 'Default' }],
    ['a partition of 65 characters', { partition: 'p'.repeat(65) }],
    ['a partition that is a number', { partition: 5 }],
    ['D3 a subject of 10 000 characters', { subject_id: 'x'.repeat(10_000) }],
    ['a subject that is a number', { subject_id: 5 }],
    ['an empty subject', { subject_id: '' }],
    ['a subject with a line break', { subject_id: 'a\nb' }],
    ['what XML cannot hold', { subject_id: '\uffff' }],
    ['null', { top_k: null }],
  ]
  test.each(bad)('%s: 400 on every operation', async (_, metadata) => {
    const file = await picture({ person: 2 })
    for (const path of ['search', 'verify', 'enrol', 'enroll', 'delete']) {
      expect((await send('POST', path, await form(file, metadata))).status).toBe(400)
    }
    if (typeof metadata === 'object') expect((await remove(metadata)).status).toBe(400)
  })

  test('verify, enrol and delete want a subject, and all but delete a picture', async () => {
    for (const path of ['verify', 'enrol', 'delete']) {
      const answer = await send('POST', path, await form(await picture(), {}))
      expect([answer.status, answer.xml.message]).toEqual([400, 'subject_id is missing'])
    }
    await enrol('picture-less', 3)
    for (const path of ['search', 'verify', 'enrol']) {
      const answer = await send('POST', path, await form(undefined, { subject_id: 'picture-less' }))
      expect([answer.status, answer.xml.message]).toEqual([400, 'image is missing'])
    }
    const stranger = await form(undefined, { subject_id: 'nobody', partition: 'nowhere' })
    const answer = await send('POST', 'verify', stranger)
    expect([answer.status, answer.xml.message]).toEqual([400, 'image is missing'])
  })

  test('what was refused has changed nothing', async () => {
    const before = (await get('stats')).text
    await call('enrol', { person: 9 }, { subject_id: 'x', treshold: 1 })
    await remove({ subject_id: 'picture-less', partition: 5 })
    expect((await get('stats')).text).toBe(before)
  })
})

describe('[UF8] bodies', () => {
  test.each([
    ['J1 an empty one', ''],
    ['J14 a byte order mark', '\ufeff{}'],
    ['J13 no UTF-8', Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d)],
    ['J17 a million parts', `{"image":${'['.repeat(1_000_000)}`],
    ['a picture that is a number', '{"image":5}'],
    ['a picture that is null', '{"image":null}'],
    ['I34 no base64', '{"image":"***"}'],
    ['I34 an SVG in a data URL', '{"image":"data:image/svg+xml;base64,PHN2Zy8+"}'],
    ['I35 a URL', '{"image":"http://169.254.169.254/"}'],
    ['I1 an empty picture', '{"image":""}'],
  ])('%s: 400', async (_, raw) => {
    expect((await json(raw)).status).toBe(400)
  })

  test.each(['text/plain', '', 'application/json; charset=utf-16', 'image/jpeg', 'application/x-www-form-urlencoded'])(
    'J20 of type %s: 400',
    async (type) => {
      expect((await json('{}', type)).status).toBe(400)
    },
  )

  test('J21 a compressed one: 400', async () => {
    const headers = { ...withKey(), 'content-encoding': 'gzip' }
    expect((await send('POST', 'search', { body: {}, headers })).status).toBe(400)
  })

  test('I33 a picture, or a body, that is too large: 413', async () => {
    expect((await send('POST', 'search', await form(Buffer.alloc(10_000_001)))).status).toBe(413)
    expect((await send('POST', 'search', await form(Buffer.alloc(12_000_000)))).status).toBe(413)
    expect((await json(`{"image":"${'A'.repeat(14_000_000)}"}`)).status).toBe(413)
  })

  test('I12 a type that the content is not: 400', async () => {
    const image = `data:image/jpeg;base64,${await colouredPicture()}`
    expect((await send('POST', 'search', { body: { image }, headers: withKey() })).xml.code).toBe('IMAGE_TYPE_MISMATCH')
    const data = new FormData()
    data.set('image', new Blob([Uint8Array.from(await picture())], { type: 'image/jpeg' }), 'x.jpg')
    expect((await send('POST', 'search', await formOf(data))).xml.code).toBe('IMAGE_TYPE_MISMATCH')
  })

  test('M3 metadata as a file, and a part that nobody knows: 400', async () => {
    const data = new FormData()
    data.set('image', new Blob([Uint8Array.from(await picture())]), 'x.png')
    data.set('metadata', new Blob(['{}']), 'metadata.json')
    expect((await send('POST', 'search', await formOf(data))).status).toBe(400)
    data.delete('metadata')
    data.set('meta', '{}')
    expect((await send('POST', 'search', await formOf(data))).xml.code).toBe('UNKNOWN_FIELD')
  })
})
