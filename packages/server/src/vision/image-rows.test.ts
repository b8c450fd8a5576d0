import { crc32, deflateSync } from 'node:zlib'
import type { ErrorCode } from '@mien/shared/errors'
import type { RgbaImage } from '@mien/shared/vision/types'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { decodeImage } from './decode-image.ts'
import { keepPicture } from './keep-picture.ts'

const [width, height] = [160, 120]
/** Smooth, so that lossy codecs keep it, and different along each side and in each colour. */
const pixels = Buffer.from(
  Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)]
    return [40 + x, 200 - y, 60 + ((x + y) >> 1)]
  }).flat(),
)
const picture = () => sharp(pixels, { raw: { width, height, channels: 3 } })
const refuses = (file: Uint8Array, code: ErrorCode, options = {}) =>
  expect(decodeImage(file, options)).rejects.toMatchObject({ code })

/** Mean difference of the colours, 0..255. */
const difference = (a: RgbaImage, b: RgbaImage): number => {
  expect([b.width, b.height]).toEqual([a.width, a.height])
  return (a.data as Uint8Array).reduce((sum, value, i) => sum + Math.abs(value - b.data[i]!), 0) / a.data.length
}

const signature = Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}
const header = (side: number, depth: number, colour: number) => {
  const data = Buffer.alloc(13)
  data.writeUInt32BE(side, 0)
  data.writeUInt32BE(side, 4)
  data.set([depth, colour, 0, 0, 0], 8)
  return chunk('IHDR', data)
}

describe('is read as it looks', () => {
  test.for([
    ['I10 a progressive JPEG', () => picture().jpeg({ quality: 95, progressive: true })],
    ['I10 an interlaced PNG', () => picture().png({ progressive: true })],
    ['I10 a palette', () => picture().png({ palette: true })],
    ['I7 a PNG of 16 bits', () => picture().toColourspace('rgb16').png()],
    ['I5 a CMYK JPEG', () => picture().toColourspace('cmyk').jpeg({ quality: 95 })],
    ['I24 Display P3', () => picture().withIccProfile('p3').jpeg({ quality: 95 })],
  ] as const)('%s', async ([, make]) => {
    const plain = await decodeImage(await picture().png().toBuffer())
    expect(difference(plain, await decodeImage(await make().toBuffer()))).toBeLessThan(6)
  })

  test('I8 grey', async () => {
    const { data } = await decodeImage(await picture().greyscale().jpeg().toBuffer())
    expect(data.every((value, i) => i % 4 === 3 || value === data[i - (i % 4)])).toBe(true)
  })

  test('I24 with a damaged colour profile, as if it had none', async () => {
    const profile = deflateSync(Buffer.alloc(60_000, 0xee))
    const damaged = chunk('iCCP', Buffer.concat([Buffer.from('x\0\0', 'latin1'), profile]))
    const plain = await picture().png().toBuffer()
    const withProfile = Buffer.concat([plain.subarray(0, 33), damaged, plain.subarray(33)])
    expect(difference(await decodeImage(plain), await decodeImage(withProfile))).toBe(0)
  })

  test.each([2, 3, 4, 5, 6, 7, 8])('I22 EXIF orientation %i', async (orientation) => {
    const upright = await decodeImage(await picture().png().toBuffer())
    const file = await turnedBack(orientation).withMetadata({ orientation }).png().toBuffer()
    expect(difference(upright, await decodeImage(file))).toBe(0)
  })

  test('I19 with 64 MB of text inside, which is left alone', async () => {
    const plain = await picture().png().toBuffer()
    const bomb = chunk('zTXt', Buffer.concat([Buffer.from('a\0\0', 'latin1'), deflateSync(Buffer.alloc(64_000_000))]))
    const file = Buffer.concat([plain.subarray(0, 33), bomb, plain.subarray(33)])
    expect(difference(await decodeImage(plain), await decodeImage(file))).toBe(0)
  })

  test.each(['jpeg', 'png'] as const)('I21 a %s with another file behind it', async (format) => {
    const plain = await picture().toFormat(format).toBuffer()
    const polyglot = Buffer.concat([
      plain,
      Buffer.from('PK\x03\x04<script>alert(1)</script>'),
      Buffer.alloc(1_000_000, 65),
    ])
    expect(difference(await decodeImage(plain), await decodeImage(polyglot))).toBe(0)
  })
})

/** Where in the upright picture a stored pixel lies: rows and columns as EXIF 2.32 names them for each orientation. */
const uprightPlace: Readonly<Record<number, (x: number, y: number) => readonly [number, number]>> = {
  2: (x, y) => [width - 1 - x, y],
  3: (x, y) => [width - 1 - x, height - 1 - y],
  4: (x, y) => [x, height - 1 - y],
  5: (x, y) => [y, x],
  6: (x, y) => [width - 1 - y, x],
  7: (x, y) => [width - 1 - y, height - 1 - x],
  8: (x, y) => [y, height - 1 - x],
}

/** The picture as a camera writes it that notes how it was held. */
function turnedBack(orientation: number) {
  const [w, h] = orientation < 5 ? [width, height] : [height, width]
  const stored = Array.from({ length: w * h }, (_, i) => {
    const [x, y] = uprightPlace[orientation]!(i % w, Math.floor(i / w))
    const at = (y * width + x) * 3
    return [...pixels.subarray(at, at + 3)]
  })
  return sharp(Buffer.from(stored.flat()), { raw: { width: w, height: h, channels: 3 } })
}

describe('is refused', () => {
  const fourBytes = (text: string) => Buffer.concat([Buffer.from(text, 'latin1'), Buffer.alloc(200)])
  test.each([
    ['BMP', fourBytes('BM')],
    ['ICO', Buffer.from([0, 0, 1, 0, 1, 0])],
    ['PSD', fourBytes('8BPS')],
    ['HEIC', fourBytes('\0\0\0\x18ftypheic')],
    ['JPEG XL', Buffer.of(0xff, 0x0a, 1, 2, 3)],
    ['a RIFF that is no WebP', fourBytes('RIFF\x10\0\0\0WAVE')],
    ['ZIP', fourBytes('PK\x03\x04')],
  ])('I16 %s', (_, file) => refuses(file, 'IMAGE_TYPE_UNSUPPORTED'))

  test('I16 WebP where a dialect does not take it, whatever it is called', async () => {
    const file = await picture().webp().toBuffer()
    const acceptedTypes = ['image/jpeg', 'image/png'] as const
    await refuses(file, 'IMAGE_TYPE_UNSUPPORTED', { acceptedTypes })
    await refuses(file, 'IMAGE_TYPE_UNSUPPORTED', { acceptedTypes, declaredType: 'image/jpeg' })
    await expect(decodeImage(await picture().png().toBuffer(), { acceptedTypes })).resolves.toBeDefined()
  })

  test('I10 a JPEG of 12 bits a colour', async () => {
    const file = await picture().jpeg().toBuffer()
    const frame = file.indexOf(Buffer.of(0xff, 0xc0))
    // Extended sequential, the only kind that may have 12 bits (ITU-T T.81, table B.2).
    file[frame + 1] = 0xc1
    file[frame + 4] = 12
    await refuses(file, 'IMAGE_TYPE_UNSUPPORTED')
  })

  test('I17 900 megapixels of one bit in 109 KB', async () => {
    const rows = deflateSync(Buffer.alloc(30_000 * 3751))
    const file = Buffer.concat([signature, header(30_000, 1, 0), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))])
    expect(file.length).toBeLessThan(120_000)
    await refuses(file, 'IMAGE_TOO_LARGE')
  })

  test('I18 900 megapixels that are not there', async () => {
    const row = deflateSync(Buffer.alloc(3751))
    await refuses(
      Buffer.concat([signature, header(30_000, 1, 0), chunk('IDAT', row), chunk('IEND', Buffer.alloc(0))]),
      'IMAGE_TOO_LARGE',
    )
  })

  test('I20 a PNG whose sums do not add up', async () => {
    const file = await picture().png().toBuffer()
    const data = file.indexOf('IDAT')
    const end = data + 4 + file.readUInt32BE(data - 4)
    file.writeUInt32BE((file.readUInt32BE(end) ^ 1) >>> 0, end)
    await refuses(file, 'IMAGE_CORRUPT')
  })

  test('I33 a byte more than a dialect takes', async () => {
    const file = await picture().png().toBuffer()
    await expect(decodeImage(file, { maxBytes: file.length })).resolves.toBeDefined()
    await refuses(file, 'BODY_TOO_LARGE', { maxBytes: file.length - 1 })
  })
})

describe('what is kept of a picture', () => {
  test('I23 is upright and without any metadata', async () => {
    const place = {
      IFD0: { Make: 'secret-camera', ImageDescription: 'x'.repeat(30_000) },
      IFD3: { GPSLatitude: '51/1' },
    }
    const file = await turnedBack(6).withExif(place).withMetadata({ orientation: 6 }).withExif(place).jpeg().toBuffer()
    const kept = Buffer.from(await keepPicture(await decodeImage(file)))
    const found = await sharp(kept).metadata()
    expect(found).toMatchObject({ format: 'jpeg', width, height, channels: 3 })
    expect([found.exif, found.icc, found.xmp, found.iptc, found.orientation]).toEqual(Array(5).fill(undefined))
    expect(kept.includes('secret-camera')).toBe(false)
    expect(difference(await decodeImage(await picture().png().toBuffer()), await decodeImage(kept))).toBeLessThan(6)
  })

  test('I21 has nothing of what came behind the picture', async () => {
    const file = Buffer.concat([await picture().jpeg().toBuffer(), Buffer.from('<script>')])
    expect(Buffer.from(await keepPicture(await decodeImage(file))).includes('<script>')).toBe(false)
  })

  test.each([
    [2560, 1920, 1280, 960],
    [900, 1800, 640, 1280],
    [1280, 400, 1280, 400],
    [100, 80, 100, 80],
  ])('%i x %i becomes %i x %i', async (w, h, keptWidth, keptHeight) => {
    const file = await picture().resize(w, h, { fit: 'fill' }).jpeg().toBuffer()
    const { width: found, height: high } = await sharp(await keepPicture(await decodeImage(file))).metadata()
    expect([found, high]).toEqual([keptWidth, keptHeight])
  })
})
