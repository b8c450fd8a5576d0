import type { ErrorCode } from '@mien/shared/errors'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { decodeImage } from './decode-image.ts'

/** Noise does not compress, so that a cut anywhere cuts pixels. */
const noise = Buffer.from(Array.from({ length: 200 * 160 * 3 }, (_, i) => (Math.imul(i + 1, 2654435761) >>> 24) & 255))
const picture = () => sharp(noise, { raw: { width: 200, height: 160, channels: 3 } })
const formats = ['jpeg', 'png', 'webp'] as const
const refuses = (file: Uint8Array, code: ErrorCode, options = {}) =>
  expect(decodeImage(file, options)).rejects.toMatchObject({ code })

describe.for(formats)('%s', (format) => {
  test('is decoded to opaque RGBA of its size', async () => {
    const image = await decodeImage(await picture().toFormat(format).toBuffer())
    expect([image.width, image.height, image.data.length]).toEqual([200, 160, 200 * 160 * 4])
    expect(image.data.every((value, i) => i % 4 !== 3 || value === 255)).toBe(true)
  })

  test.for([30, 100, 0.3, 0.7, 0.95, 0.999])('cut after %d of it: IMAGE_TRUNCATED', async (share) => {
    const file = await picture().toFormat(format).toBuffer()
    await refuses(file.subarray(0, share < 1 ? Math.floor(file.length * share) : share), 'IMAGE_TRUNCATED')
  })

  test('declared as another type: IMAGE_TYPE_MISMATCH', async () => {
    const file = await picture().toFormat(format).toBuffer()
    await refuses(file, 'IMAGE_TYPE_MISMATCH', { declaredType: format === 'png' ? 'image/jpeg' : 'image/png' })
    await expect(decodeImage(file, { declaredType: `IMAGE/${format}; q=1` })).resolves.toBeDefined()
  })

  test('garbage inside: IMAGE_CORRUPT or IMAGE_TRUNCATED, never another failure', async () => {
    const file = await picture().toFormat(format).toBuffer()
    for (let at = 12; at < 400; at += 13) {
      const broken = Buffer.from(file)
      broken.fill(7, at, at + 40)
      const outcome = await decodeImage(broken).then(
        () => 'decoded',
        (error: { code: string }) => error.code,
      )
      const known = [
        'decoded',
        'IMAGE_CORRUPT',
        'IMAGE_TRUNCATED',
        'IMAGE_TOO_LARGE',
        'IMAGE_DIMENSIONS',
        'IMAGE_ANIMATED',
      ]
      expect(known).toContain(outcome)
    }
  })
})

test('lossless pixels come out as they went in', async () => {
  const { data } = await decodeImage(await picture().png().toBuffer())
  expect(Buffer.from(data.filter((_, i) => i % 4 !== 3))).toEqual(noise)
})

test('nothing: IMAGE_EMPTY', () => refuses(new Uint8Array(), 'IMAGE_EMPTY'))

test.for(['gif', 'tiff', 'avif'] as const)('%s: IMAGE_TYPE_UNSUPPORTED', async (format) => {
  await refuses(await picture().toFormat(format).toBuffer(), 'IMAGE_TYPE_UNSUPPORTED')
})

test.for(['<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"/>', '%PDF-1.7', 'hello'])(
  'text (%s): IMAGE_TYPE_UNSUPPORTED',
  (text) => refuses(Buffer.from(text), 'IMAGE_TYPE_UNSUPPORTED'),
)

test('more bytes than allowed: BODY_TOO_LARGE', async () => {
  await refuses(await picture().png().toBuffer(), 'BODY_TOO_LARGE', { maxBytes: 1000 })
})

test('a small file of very many pixels: IMAGE_TOO_LARGE, without decoding it', async () => {
  const create = { width: 9000, height: 9000, channels: 3, background: 'red' } as const
  const bomb = await sharp({ create, limitInputPixels: false }).png({ compressionLevel: 9 }).toBuffer()
  expect(bomb.length).toBeLessThan(1_000_000)
  await refuses(bomb, 'IMAGE_TOO_LARGE')
})

test.for([
  [63, 100],
  [100, 63],
  [401, 100],
  [100, 401],
])('%d x %d: IMAGE_DIMENSIONS', async ([width, height]) => {
  await refuses(await picture().resize(width!, height!, { fit: 'fill' }).png().toBuffer(), 'IMAGE_DIMENSIONS')
})

test.for([
  [64, 64],
  [400, 100],
])('%d x %d is accepted', async ([width, height]) => {
  await expect(
    decodeImage(await picture().resize(width!, height!, { fit: 'fill' }).png().toBuffer()),
  ).resolves.toMatchObject({ width, height })
})

test('an animated WebP: IMAGE_ANIMATED', async () => {
  const frames = [await picture().png().toBuffer(), await picture().negate().png().toBuffer()]
  await refuses(
    await sharp(frames, { join: { animated: true } })
      .webp()
      .toBuffer(),
    'IMAGE_ANIMATED',
  )
})

test('an animated PNG: IMAGE_ANIMATED', async () => {
  const file = await picture().png().toBuffer()
  const header = file.subarray(0, 33)
  const control = Buffer.alloc(20)
  control.writeUInt32BE(8, 0)
  control.write('acTL', 4, 'latin1')
  await refuses(Buffer.concat([header, control, file.subarray(33)]), 'IMAGE_ANIMATED')
})

test('a turned photograph stands upright: EXIF orientation is applied', async () => {
  const red = { create: { width: 100, height: 80, channels: 3, background: 'white' } } as const
  const left = await sharp({ create: { width: 20, height: 80, channels: 3, background: 'red' } })
    .png()
    .toBuffer()
  const file = await sharp(red)
    .composite([{ input: left, left: 0, top: 0 }])
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer()
  const { width, height, data } = await decodeImage(file)
  expect([width, height]).toEqual([80, 100])
  // Orientation 6: what was at the left is now at the top.
  expect([...data.subarray(0, 3)].map((value) => value > 128)).toEqual([true, false, false])
  expect(data[(99 * 80 + 40) * 4 + 1]! > 200).toBe(true)
})

test('what is transparent shows mid-grey, not the colour hidden in it', async () => {
  const create = { width: 100, height: 100, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0 } } as const
  const { data } = await decodeImage(await sharp({ create }).png().toBuffer())
  expect([...data.subarray(0, 4)]).toEqual([128, 128, 128, 255])
})

test.for([
  ['grey', () => picture().greyscale().jpeg()],
  ['CMYK', () => picture().toColourspace('cmyk').jpeg()],
  ['16 bits', () => picture().toColourspace('rgb16').png()],
  ['palette', () => picture().png({ palette: true })],
] as const)('%s is decoded to four bytes a pixel', async ([, make]) => {
  expect((await decodeImage(await make().toBuffer())).data.length).toBe(200 * 160 * 4)
})

test('a JPEG without its last two bytes: IMAGE_TRUNCATED, whatever the data before them end with; with its thumbnail it is whole', async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const values = Buffer.from(
      Array.from({ length: 64 * 64 }, (_, i) => (Math.imul(i + seed, 2654435761) >>> 23) & 255),
    )
    const file = await sharp(values, { raw: { width: 64, height: 64, channels: 1 } })
      .jpeg()
      .toBuffer()
    await refuses(file.subarray(0, -2), 'IMAGE_TRUNCATED')
  }
  // A thumbnail is a JPEG inside a header, with an end of its own.
  const thumbnail = Buffer.of(0xff, 0xe1, 0x00, 0x06, 0xff, 0xd8, 0xff, 0xd9)
  const file = await picture().jpeg().toBuffer()
  const withThumbnail = Buffer.concat([file.subarray(0, 2), thumbnail, file.subarray(2)])
  await expect(decodeImage(withThumbnail)).resolves.toMatchObject({ width: 200 })
  await refuses(withThumbnail.subarray(0, -2), 'IMAGE_TRUNCATED')
})
