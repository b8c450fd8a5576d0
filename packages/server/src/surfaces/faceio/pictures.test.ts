import { randomBytes } from 'node:crypto'
import { type ErrorCode, errorMessages } from '@mien/shared/errors'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { colouredPicture, drawPicture } from '../../../../../test/contract/colour-analyser.ts'
import {
  form,
  key,
  multipart,
  post,
  send,
  urlEncoded,
  useFaceioRig,
  withKey,
} from '../../../../../test/contract/faceio-rig.ts'

useFaceioRig()

describe('[FA7] pictures', () => {
  const verify = async (src: string, target?: string) =>
    post('faceverify', { src, target: target ?? (await colouredPicture()) })
  const base64 = (file: Uint8Array) => Buffer.from(file).toString('base64')

  test('faceverify: the same person and somebody else', async () => {
    const same = (await verify(await colouredPicture())).json
    expect(same).toEqual({ status: 200, dist: expect.closeTo(0, 5), sim: expect.closeTo(1, 5), same_person: true })
    const { dist, sim, same_person } = (await verify(await colouredPicture({ person: 2 }))).json
    expect(same_person).toBe(false)
    expect(sim).toBeCloseTo(Math.max(0, 1 - dist), 10)
  })

  test.each([
    [21, { age: 21, gender: 'male' }],
    [34, { age: 34, gender: 'female' }],
  ])('agecheck: %i', async (person, expected) => {
    const img = await colouredPicture({ person })
    expect((await post('agecheck', { img })).json).toEqual({ status: 200, ...expected })
  })

  test('as a form, in a data URL, and with the key in a header', async () => {
    const img = await colouredPicture({ person: 9 })
    const url = `data:image/png;base64,${img}`
    expect((await send('POST', 'agecheck', await multipart(form({ key, img })))).json.age).toBe(9)
    expect((await send('POST', 'agecheck', urlEncoded(String(withKey({ img: url }))))).json.age).toBe(9)
    const header = { 'www-authenticate': `Bearer ${key}` }
    expect((await send('POST', 'agecheck', { headers: header, body: { img: url } })).json.age).toBe(9)
  })

  const noise = () => sharp(randomBytes(200 * 160 * 3), { raw: { width: 200, height: 160, channels: 3 } })
  const text = (content: string) => base64(Buffer.from(content))
  const notBase64 = 'The picture is not strict base64'
  const cut = (file: Buffer, share: number) => base64(file.subarray(0, Math.floor(file.length * share)))
  const bad: [string, ErrorCode, () => Promise<string> | string][] = [
    ['I1 nothing', 'IMAGE_EMPTY', () => ''],
    ['I1 a data URL of nothing', 'IMAGE_EMPTY', () => 'data:image/png;base64,'],
    ['I2 20 bytes of a JPEG', 'IMAGE_TRUNCATED', async () => base64((await noise().jpeg().toBuffer()).subarray(0, 20))],
    ['I3 half a JPEG', 'IMAGE_TRUNCATED', async () => cut(await noise().jpeg().toBuffer(), 0.5)],
    [
      'I4 a JPEG without its end',
      'IMAGE_TRUNCATED',
      async () => base64((await noise().jpeg().toBuffer()).subarray(0, -2)),
    ],
    ['I11 a GIF', 'IMAGE_TYPE_UNSUPPORTED', async () => base64(await noise().gif().toBuffer())],
    [
      'I12 a GIF that is called JPEG',
      'IMAGE_TYPE_UNSUPPORTED',
      async () => `data:image/jpeg;base64,${base64(await noise().gif().toBuffer())}`,
    ],
    [
      'I12 a PNG that is called JPEG',
      'IMAGE_TYPE_MISMATCH',
      async () => `data:image/jpeg;base64,${await colouredPicture()}`,
    ],
    [
      'I13 an SVG',
      'IMAGE_TYPE_UNSUPPORTED',
      () => text('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'),
    ],
    [
      'I14 a huge SVG',
      'IMAGE_TYPE_UNSUPPORTED',
      () => text('<svg xmlns="http://www.w3.org/2000/svg" width="100000" height="100000"/>'),
    ],
    ['I15 HTML', 'IMAGE_TYPE_UNSUPPORTED', () => text('<html>')],
    ['I15 PDF', 'IMAGE_TYPE_UNSUPPORTED', () => text('%PDF-1.7')],
    ['I16 TIFF', 'IMAGE_TYPE_UNSUPPORTED', async () => base64(await noise().tiff().toBuffer())],
    ['I16 AVIF', 'IMAGE_TYPE_UNSUPPORTED', async () => base64(await noise().avif().toBuffer())],
    ['I25 1 x 1', 'IMAGE_DIMENSIONS', async () => base64(await noise().resize(1, 1).png().toBuffer())],
    [
      'I25 a strip',
      'IMAGE_DIMENSIONS',
      async () => base64(await noise().resize(64, 1000, { fit: 'fill' }).png().toBuffer()),
    ],
    ['I26 no face', 'NO_FACE', () => colouredPicture({ faces: 0 })],
    ['I27 two faces', 'MANY_FACES', () => colouredPicture({ faces: 2 })],
    ['I28 a tiny face', 'FACE_TOO_SMALL', () => colouredPicture({ eyes: 20 })],
    ['I34 a bad alphabet', 'BASE64_INVALID', async () => `*${(await colouredPicture()).slice(1)}`],
    [
      'I34 white space',
      'BASE64_INVALID',
      async () => `${(await colouredPicture()).slice(0, 76)}\n${(await colouredPicture()).slice(76)}`,
    ],
    ['I34 URL-safe', 'BASE64_INVALID', () => `${Buffer.from([0xff, 0xd8, 0xff, 0xfb]).toString('base64url')}AA`],
    ['I34 no padding', 'BASE64_INVALID', async () => (await colouredPicture()).replace(/=+$/, '').slice(0, -1)],
    ['I34 too much padding', 'BASE64_INVALID', async () => `${await colouredPicture()}====`],
    ['I34 unused bits', 'BASE64_INVALID', () => '/9j/4R=='],
    ['I34 data:image/svg+xml', 'IMAGE_TYPE_UNSUPPORTED', () => `data:image/svg+xml;base64,${text('<svg/>')}`],
    ['I34 a data URL that is not base64', 'BASE64_INVALID', () => 'data:image/png,%89PNG'],
    ['I35 a URL', 'BASE64_INVALID', () => 'http://169.254.169.254/latest/meta-data'],
    ['I35 a file', 'BASE64_INVALID', () => 'file:///etc/passwd'],
  ]
  test.each(bad)('%s: 400 for %s, on either side', async (_, code, make) => {
    const picture = await make()
    const refused = { status: 400, error: code === 'BASE64_INVALID' ? notBase64 : errorMessages[code] }
    expect((await verify(picture)).json).toEqual(refused)
    expect((await verify(await colouredPicture(), picture)).json).toEqual(refused)
    expect((await post('agecheck', { img: picture })).json).toEqual(refused)
  })

  test('I17 a small file of very many pixels: 400, without decoding it', async () => {
    const create = { width: 9000, height: 9000, channels: 3, background: 'red' } as const
    const bomb = await sharp({ create, limitInputPixels: false }).png({ compressionLevel: 9 }).toBuffer()
    expect((await post('agecheck', { img: base64(bomb) })).status).toBe(400)
  })

  test.for([
    ['I5 CMYK', () => noise().toColourspace('cmyk').jpeg()],
    ['I7 16 bits', () => noise().toColourspace('rgb16').png()],
    ['I8 grey', () => noise().greyscale().jpeg()],
    ['I10 a palette', () => noise().png({ palette: true })],
    ['I21 bytes after the end', () => drawPicture()],
  ] as const)('%s is read', async ([, make]) => {
    const file = Buffer.concat([await make().toBuffer(), randomBytes(1000)])
    const { status, error } = (await post('agecheck', { img: base64(file) })).json
    // What the random colours stand for is another matter: it was decoded.
    expect(error ?? '').not.toMatch(/image/i)
    expect([200, 400]).toContain(status)
  })

  test('I33 J17 more than 12 MB: 400', async () => {
    expect((await post('agecheck', { img: 'A'.repeat(12 * 1024 * 1024) })).status).toBe(400)
  })

  test('J17 a large body of very many parts is refused before it is parsed', async () => {
    for (const raw of [`{"img":${'['.repeat(1_000_000)}`, `{"img":[${'1,'.repeat(1_000_000)}1]}`]) {
      expect((await send('POST', `agecheck?key=${key}`, { raw })).status).toBe(400)
    }
    expect((await send('POST', `agecheck?key=${key}`, urlEncoded('a=1&'.repeat(1_000_000)))).status).toBe(400)
  })

  test.each([
    ['missing', undefined],
    ['a number', 5],
    ['null', null],
    ['an object', {}],
  ])('%s: 400', async (_, img) => {
    expect((await post('agecheck', { img })).status).toBe(400)
  })
})
