import { encodeBase64Url } from '@mien/shared/bytes'
import { encodeTemplate } from '@mien/shared/template/format'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { syntheticPerson } from '../fixtures/synthetic-templates.ts'
import { findPixels } from './find-pixels.ts'

const model = { modelId: 'test-512', dimension: 512 }
const template = (seed: number) =>
  encodeBase64Url(encodeTemplate({ modelId: model.modelId, vector: syntheticPerson(seed) }))
const json = (value: unknown) => Buffer.from(JSON.stringify(value))

/** As small as a face can be and still be one. */
const pixels = Buffer.from(Array.from({ length: 48 * 48 * 3 }, (_, i) => (Math.imul(i, 2_654_435_761) >>> 16) & 255))
const picture = sharp(pixels, { raw: { width: 48, height: 48, channels: 3 } })
const formats = ['jpeg', 'png', 'webp', 'gif'] as const

describe('WEB-08: what looks for pixels', () => {
  test.each(formats)('finds a %s as it is, encoded, and anywhere inside', async (format) => {
    const bytes = await picture.clone().toFormat(format).toBuffer()
    const shifted = ['', 'x', 'xx', 'xxx'].map((start) =>
      json({ templates: [template(1)], notes: start + bytes.toString('base64') }),
    )
    const bodies = [
      bytes,
      Buffer.concat([Buffer.from('--boundary\r\n\r\n'), bytes]),
      json({ frame: bytes.toString('base64url') }),
      json({ frame: `data:image/${format};base64,${bytes.toString('base64')}` }),
      json({ frame: bytes.toString('hex') }),
      ...shifted,
    ]
    for (const body of bodies) expect(findPixels(body, model)).not.toEqual([])
    for (const body of shifted) expect(findPixels(body, model).join()).toContain(`${format} inside`)
  })

  test('finds plain numbers of a picture, as text and as a list', () => {
    expect(findPixels(json({ frame: pixels.toString('base64') }), model)).not.toEqual([])
    expect(findPixels(json({ frame: [...pixels.subarray(0, 1024)] }), model)).toContain('a list of numbers')
    expect(findPixels(pixels, model)).not.toEqual([])
  })

  test('takes a picture that calls itself a template for a picture', async () => {
    const bytes = await picture.clone().jpeg().toBuffer()
    const head = encodeTemplate({ modelId: model.modelId, vector: syntheticPerson(1) }).subarray(0, 16)
    const body = Buffer.concat([head, bytes, Buffer.alloc(4096)]).subarray(0, 16 + 2048)
    expect(findPixels(json({ templates: [encodeBase64Url(body)] }), model)).not.toEqual([])
  })

  test('takes none of a thousand templates for one', () => {
    for (let i = 0; i < 200; i++) {
      const templates = [0, 1, 2, 3, 4].map((frame) => template(i * 5 + frame))
      const body = {
        challenge_id: 'a',
        templates,
        frames: templates.map(() => ({ at_ms: 200, live: 0.98, sharpness: 0.5 })),
      }
      expect(findPixels(json(body), model)).toEqual([])
    }
  })
})
