import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { colourAnalyser } from '../../../../../test/contract/colour-analyser.ts'
import { openTestApp } from '../../../../../test/contract/test-app.ts'
import {
  checked,
  createFace,
  fileOf,
  formOf,
  newTerminal,
  otherApplication,
  otherGroup,
  photoOf,
  rig,
  sameGroup,
  send,
  shop,
  success,
  terminal,
  useTicosRig,
} from '../../../../../test/contract/ticos-rig.ts'
import { syntheticPerson } from '../../../../../test/fixtures/synthetic-templates.ts'

useTicosRig()

const unknownId = 'ab'.repeat(16)

describe('[TI1] each operation answers as documented', () => {
  test('create, list, read: exactly one new face with four keys', async () => {
    const before = (await send('GET', '')).json
    const created = await send('POST', '', await formOf({ name: 'Ada', image: await photoOf({ person: 2 }) }))
    expect([created.status, created.json]).toEqual([200, success])
    const after = (await send('GET', '')).json
    expect(after.slice(0, -1)).toEqual(before)
    const face = after.at(-1)
    expect(face).toEqual({
      face_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      group_id: 'default',
      id: expect.any(Number),
      name: 'Ada',
    })
    expect(Number.isInteger(face.id)).toBe(true)
    expect((await send('GET', `/${face.face_id}`)).json).toEqual(face)
  })

  test('an empty group is an empty list', async () => {
    await shop.backend('POST', '/v1/galleries', { name: 'empty' })
    const secret = await newTerminal(shop, { name: 'empty', gallery: 'empty' })
    expect((await send('GET', '', { secret })).text).toBe('[]')
  })

  test('the list is whole, in the order of ids, also when it is read in two batches', async () => {
    await shop.backend('POST', '/v1/galleries', { name: 'crowd' })
    const secret = await newTerminal(shop, { name: 'crowd', gallery: 'crowd' })
    const { application, credential } = (await rig.services.applications.authenticate('ticos', secret))!
    for (let i = 0; i < 101; i++) {
      await rig.services.faceEnrolments.enroll({
        application,
        galleryId: credential.galleryId,
        face: { vector: syntheticPerson(5000 + i), sample: null },
        owner: { kind: 'new', subject: { name: `${i}` } },
        minQuality: null,
        refuseMorphs: false,
        mayRepeat: true,
        clientAddress: null,
      })
    }
    const names = (await send('GET', '', { secret })).json.map(({ name }: { name: string }) => name)
    expect(names).toEqual(Array.from({ length: 101 }, (_, i) => `${i}`))
  })

  test('a new name alone keeps the face and the picture to the last byte', async () => {
    const { face_id: id, person } = await createFace()
    const before = await rig.send('GET', `/compat/ticos/v1/api/faces/${id}/image`, {
      authorization: `Bearer ${terminal}`,
    })
    const renamed = await send('PUT', `/${id}`, await formOf({ name: 'Grace' }))
    expect([renamed.status, renamed.json]).toEqual([200, success])
    expect((await send('GET', `/${id}`)).json.name).toBe('Grace')
    expect((await send('GET', `/${id}/image`)).text).toBe(before.text)
    expect((await shop.run('authenticate', syntheticPerson(person))).status).toBe('ok')
  })

  test('a new picture replaces the face and the picture that was kept', async () => {
    const { face_id: id, person } = await createFace()
    const before = (await send('GET', `/${id}/image`)).text
    const image = await photoOf({ person: 240 })
    expect((await send('PUT', `/${id}`, await formOf({ name: 'Grace', image }))).json).toEqual(success)
    expect((await send('GET', `/${id}/image`)).text).not.toBe(before)
    expect(await shop.run('authenticate', syntheticPerson(240))).toMatchObject({ status: 'ok' })
    expect(await shop.run('authenticate', syntheticPerson(person))).toMatchObject({ reason: 'not_recognised' })
  })

  test('a picture that is refused changes neither face nor name', async () => {
    const [mine, taken] = [await createFace(), await createFace()]
    const before = (await send('GET', `/${mine.face_id}/image`)).text
    for (const picture of [{ faces: 0 }, { faces: 2 }, { person: taken.person }]) {
      const sent = await formOf({ name: 'Mallory', image: await photoOf(picture) })
      expect((await send('PUT', `/${mine.face_id}`, sent)).status).toBe(400)
    }
    expect((await send('GET', `/${mine.face_id}`)).json.name).toBe(mine.name)
    expect((await send('GET', `/${mine.face_id}/image`)).text).toBe(before)
    expect((await shop.run('authenticate', syntheticPerson(mine.person))).status).toBe('ok')
  })

  test('delete: 204 without a body, and then the face is nowhere', async () => {
    const { face_id: id, person } = await createFace()
    const deleted = await send('DELETE', `/${id}`)
    expect([deleted.status, deleted.text]).toEqual([204, ''])
    for (const [method, path] of [
      ['GET', `/${id}`],
      ['GET', `/${id}/image`],
      ['DELETE', `/${id}`],
    ] as const) {
      expect((await send(method, path)).status).toBe(404)
    }
    expect((await send('PUT', `/${id}`, await formOf({ name: 'x' }))).status).toBe(404)
    expect(await shop.run('authenticate', syntheticPerson(person))).toMatchObject({ reason: 'not_recognised' })
  })

  test('an image is a JPEG that shows what was sent', async () => {
    const { face_id: id } = await createFace()
    const answer = await rig.fetch(
      new Request(`https://mien.example/compat/ticos/v1/api/faces/${id}/image`, {
        headers: { authorization: `Bearer ${terminal}` },
      }),
    )
    expect(answer.headers.get('content-type')).toBe('image/jpeg')
    expect(await sharp(await answer.arrayBuffer()).metadata()).toMatchObject({
      format: 'jpeg',
      width: 100,
      height: 100,
    })
  })
})

describe('[TI2] a group', () => {
  test('its terminals see the same faces, and those of other groups and applications see none of them', async () => {
    const face = await createFace()
    expect((await send('GET', '', { secret: sameGroup })).json).toContainEqual({
      face_id: face.face_id,
      group_id: 'default',
      id: face.id,
      name: face.name,
    })
    for (const secret of [otherGroup, otherApplication]) {
      expect((await send('GET', '', { secret })).json).toEqual([])
      const rename = await formOf({ name: 'Mallory' })
      const replace = await formOf({ name: 'Mallory', image: await photoOf({ person: 250 }) })
      const answers = [
        await send('GET', `/${face.face_id}`, { secret }),
        await send('GET', `/${face.face_id}/image`, { secret }),
        await send('PUT', `/${face.face_id}`, { secret, ...rename }),
        await send('PUT', `/${face.face_id}`, { secret, ...replace }),
        await send('DELETE', `/${face.face_id}`, { secret }),
      ]
      const nobody = await send('GET', `/${unknownId}`, { secret })
      expect(answers.map(({ status, text }) => [status, text])).toEqual(answers.map(() => [404, nobody.text]))
    }
    expect((await send('GET', `/${face.face_id}`, { secret: sameGroup })).json.name).toBe(face.name)
  })

  test('who was enrolled by the widget is a face, who has none is not', async () => {
    const id = (await shop.enroll(syntheticPerson(777))).replaceAll('-', '')
    expect((await send('GET', `/${id}`)).json).toMatchObject({ face_id: id, name: '' })
    expect((await send('GET', '')).json).toContainEqual(expect.objectContaining({ face_id: id }))
    const { application, credential } = (await rig.services.applications.authenticate('ticos', terminal))!
    const faceless = await rig.services.subjects.create(application, credential.galleryId, { name: 'Faceless' })
    const plain = faceless.id.replaceAll('-', '')
    expect((await send('GET', `/${plain}`)).status).toBe(404)
    expect((await send('PUT', `/${plain}`, await formOf({ name: 'x' }))).status).toBe(404)
    expect((await send('DELETE', `/${plain}`)).status).toBe(404)
    expect((await send('GET', '')).text).not.toContain(plain)
    expect(await rig.services.subjects.find(application.id, faceless.id)).toMatchObject({ name: 'Faceless' })
  })

  test('the same person twice: 400 where the application prevents it, another face where it does not', async () => {
    const { person } = await createFace()
    const again = await formOf({ name: 'Again', image: await photoOf({ person }) })
    expect((await send('POST', '', again)).status).toBe(400)
    expect((await send('POST', '', { ...again, secret: otherGroup })).status).toBe(200)
    const lax = await rig.createApplication({ prevent_duplicates: false })
    const secret = lax.credentials.ticos.terminal_secret
    for (let i = 0; i < 2; i++) expect((await send('POST', '', { ...again, secret })).status).toBe(200)
    expect((await send('GET', '', { secret })).json).toHaveLength(2)
  })

  test('whoever may have no more people is told so: 400', async () => {
    const small = await rig.createApplication({ max_subjects: 1 })
    const secret = small.credentials.ticos.terminal_secret
    await createFace(secret)
    const sent = await formOf({ name: 'x', image: await photoOf({ person: 249 }) })
    expect((await send('POST', '', { ...sent, secret })).status).toBe(400)
  })
})

describe('[TI3] names', () => {
  test.each([
    ['of another script', 'Ада Лавлейс'],
    ['right to left', 'محمد'],
    ['beyond the first plane', '👩‍🔬𝕬𝖉𝖆'],
    ['combined and composed', 'Zoe\u0308 Zoë'],
    ['markup and quotes', `<b>&"'; DROP TABLE subjects--`],
    ['a line break', 'two\nlines'],
    ['the replacement character itself', 'a\ufffdb'],
    ['a hundred characters', '𝕬'.repeat(100)],
  ])('%s: comes back as it was', async (_, name) => {
    const { face_id: id } = await createFace()
    expect((await send('PUT', `/${id}`, await formOf({ name }))).status).toBe(200)
    expect((await send('GET', `/${id}`)).json.name).toBe(name.replaceAll('\n', '\r\n'))
  })

  const bad: [string, (name?: string) => Promise<object>][] = [
    ['missing', () => formOf({})],
    ['empty', () => formOf({ name: '' })],
    ['101 characters', () => formOf({ name: 'a'.repeat(101) })],
    ['NUL', () => formOf({ name: 'a\0b' })],
    ['M3 a file', async () => formOf({ name: fileOf(Buffer.from('Ada'), 'text/plain') })],
  ]
  test.each(bad)('%s: 400, and nothing changes', async (_, make) => {
    const { face_id: id, name } = await createFace()
    expect((await send('PUT', `/${id}`, await make())).status).toBe(400)
    expect((await send('GET', `/${id}`)).json.name).toBe(name)
  })

  test('D4 what is not UTF-8: 400', async () => {
    const { face_id: id } = await createFace()
    const head = '--b\r\ncontent-disposition: form-data; name="name"\r\n\r\n'
    const raw = Buffer.concat([Buffer.from(head), Buffer.from([0x61, 0xff]), Buffer.from('\r\n--b--\r\n')])
    const headers = { 'content-type': 'multipart/form-data; boundary=b' }
    expect((await send('PUT', `/${id}`, { raw, headers })).status).toBe(400)
  })
})

describe('[TI4] pictures', () => {
  test('none is kept unless the application asks for it: 404 that says so', async () => {
    const plain = await rig.createApplication()
    const secret = plain.credentials.ticos.terminal_secret
    const { face_id: id } = await createFace(secret)
    const answer = await send('GET', `/${id}/image`, { secret })
    expect([answer.status, answer.json]).toEqual([404, { detail: 'No image is kept' }])
    expect((await send('GET', `/${id}`, { secret })).status).toBe(200)
  })

  test('a photograph that does not look alive is enrolled all the same', async () => {
    const analyse: typeof colourAnalyser.analyse = async (...given) => {
      const facts = await colourAnalyser.analyse(...given)
      const primary = { ...facts.primary!, pad: { live: 0, modelId: 'pad' } }
      return { ...facts, primary }
    }
    const flat = await openTestApp({ analyser: { ...colourAnalyser, analyse } })
    try {
      const { credentials } = await flat.createApplication({ pad_threshold: 0.9, ufme_pad_threshold: 0.9 })
      const answer = await flat.send('POST', '/compat/ticos/v1/api/faces', {
        authorization: `Bearer ${credentials.ticos.terminal_secret}`,
        ...(await formOf({ name: 'Ada', image: await photoOf() })),
      })
      expect(checked(answer).status).toBe(200)
    } finally {
      await flat.close()
    }
  })
})
