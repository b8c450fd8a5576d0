import { gzipSync } from 'node:zlib'
import type { ErrorCode } from '@mien/shared/errors'
import { describe, expect, test } from 'vitest'
import { type PictureFormRules, readPictureForm } from './picture-form.ts'

const mark = 'mark-of-a-boundary'
const jpeg = Buffer.of(0xff, 0xd8, 0xff, 0x00, 0x80, 0xfe, 0x0d, 0x0a, 0x00)
const rules: PictureFormRules = { maxBytes: 10_000, maxFileBytes: 5000, files: ['image'], fields: ['name', 'note'] }
const textType = { 'content-type': `multipart/form-data; boundary=${mark}` }

/** One part, with a head as it is written. */
const part = (head: string, content: string | Buffer = '') =>
  Buffer.concat([
    Buffer.from(`--${mark}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`),
    Buffer.from(content),
    crlf,
  ])
const crlf = Buffer.from('\r\n')
const end = Buffer.from(`--${mark}--\r\n`)
const image = (head = '', content: string | Buffer = jpeg) => part(`name="image"; filename="a.jpg"${head}`, content)
const name = part('name="name"', 'Ada')

const send = (
  parts: readonly Buffer[],
  changes: Partial<PictureFormRules> = {},
  headers: Record<string, string> = {},
) =>
  readPictureForm(
    new Request('http://localhost', {
      method: 'POST',
      headers: { ...textType, ...headers },
      body: Buffer.concat([...parts]),
    }),
    { ...rules, ...changes },
  )
const refuses = (sent: Promise<unknown>, code: ErrorCode) => expect(sent).rejects.toMatchObject({ code })

describe('a form with pictures', () => {
  test('gives files with their bytes and fields with their text', async () => {
    const { files, fields } = await send([image(), part('name="name"', 'Ada Løvelace \ufffd 👩‍👩‍👧'), end])
    expect(Buffer.from(files.get('image')!.file)).toEqual(jpeg)
    expect(files.get('image')).toMatchObject({ declaredType: undefined, maxBytes: 5000 })
    expect(fields).toEqual(new Map([['name', 'Ada Løvelace \ufffd 👩‍👩‍👧']]))
  })

  test('is read as a browser and as other clients write it', async () => {
    const form = new FormData()
    form.set('image', new File([jpeg], '../../etc/passwd', { type: 'image/jpeg' }))
    form.set('name', 'Ada')
    const { files, fields } = await readPictureForm(
      new Request('http://localhost', { method: 'POST', body: form }),
      rules,
    )
    expect(files.get('image')).toMatchObject({ declaredType: 'image/jpeg' })
    expect(fields.get('name')).toBe('Ada')
    const quoted = { 'content-type': `Multipart/Form-Data; charset=utf-8; boundary="${mark}"` }
    expect((await send([name, end], {}, quoted)).fields.get('name')).toBe('Ada')
  })

  test.each([
    ['image/png', 'image/png'],
    ['IMAGE/JPEG', 'image/jpeg'],
    ['application/octet-stream', undefined],
    ['text/plain', undefined],
    ['application/pdf', 'application/pdf'],
  ])('a part of type %s is declared as %s', async (type, declared) => {
    const { files } = await send([image(`\r\nContent-Type: ${type}`), end])
    expect(files.get('image')?.declaredType).toBe(declared)
  })

  test("of no part has none: which ones there must be is the dialect's to say", async () => {
    expect(await send([end])).toEqual({ files: new Map(), fields: new Map() })
  })

  test('what a dialect takes travels with the picture', async () => {
    const { files } = await send([image(), end], { acceptedTypes: ['image/png'] })
    expect(files.get('image')?.acceptedTypes).toEqual(['image/png'])
  })

  test.each([
    ['a path', '../../x'],
    ['NUL', 'a\0b'],
    ['4000 letters', 'a'.repeat(4000)],
  ])('M2 the name of a file is ignored: %s', async (_, filename) => {
    const { files } = await send([part(`name="image"; filename="${filename}"`, jpeg), end])
    expect(Buffer.from(files.get('image')!.file)).toEqual(jpeg)
  })

  test('M2 others are left out where the dialect says so, and touch no prototype', async () => {
    const others = [part('name="__proto__"', 'x'), part('name="extra"; filename="f"', 'x')]
    const { files, fields } = await send([...others, name, end], { ignoresOthers: true })
    expect([files.size, [...fields]]).toEqual([0, [['name', 'Ada']]])
    expect(Object.prototype).not.toHaveProperty('x')
  })
})

describe('is refused', () => {
  const rows: [string, readonly Buffer[], ErrorCode][] = [
    ['M1 not terminated', [name], 'REQUEST_INVALID'],
    ['M1 cut inside a part', [name.subarray(0, -10)], 'REQUEST_INVALID'],
    ['nothing', [], 'REQUEST_INVALID'],
    ['M2 1 200 parts', [...Array.from({ length: 1200 }, (_, i) => part(`name="${i}"`)), end], 'BODY_TOO_LARGE'],
    ['M2 34 parts', [...Array.from({ length: 34 }, (_, i) => part(`name="${i}"`)), end], 'REQUEST_INVALID'],
    ['M2 two files of one name', [image(), image(), end], 'PARAM_DUPLICATE'],
    ['M2 two fields of one name', [name, name, end], 'PARAM_DUPLICATE'],
    [
      'M2 a form in the form',
      [part('name="image"\r\nContent-Type: multipart/mixed; boundary=q', '--q--'), end],
      'REQUEST_INVALID',
    ],
    ['M2 __proto__', [part('name="__proto__"', 'x'), end], 'UNKNOWN_FIELD'],
    ['J22 a name that is not known', [name, part('name="level"', 'A3'), end], 'UNKNOWN_FIELD'],
    ['M2 a name of a megabyte', [image(), part(`name="${'a'.repeat(5000)}"`, 'x'), end], 'REQUEST_INVALID'],
    ['M3 text for a file', [part('name="image"', 'text'), end], 'REQUEST_INVALID'],
    ['M3 a file for text', [part('name="name"; filename="a.txt"', 'Ada'), end], 'REQUEST_INVALID'],
    ['I1 an empty file', [image('', ''), end], 'IMAGE_EMPTY'],
    ['I33 a file that is too large', [image('', Buffer.alloc(5001)), end], 'BODY_TOO_LARGE'],
    ['I33 a body that is too large', [image('', Buffer.alloc(10_001)), end], 'BODY_TOO_LARGE'],
    ['J13 text that is not UTF-8', [image(), part('name="name"', Buffer.of(0x41, 0xff, 0xfe)), end], 'UTF8_INVALID'],
    ['J15 NUL in text', [part('name="name"', 'a\0b'), end], 'REQUEST_INVALID'],
    ['a part without a name', [part('filename="a.jpg"', jpeg), end], 'REQUEST_INVALID'],
  ]
  test.each(rows)('%s', (_, parts, code) => refuses(send(parts), code))

  test('M2 1 200 parts before any is parsed, M2 a megabyte for the name of a file only where a body may be that large', async () => {
    const many = [...Array.from({ length: 1200 }, (_, i) => part(`name="${i}"`)), end]
    await refuses(send(many, { maxBytes: 1_000_000 }), 'REQUEST_INVALID')
    const long = [part(`name="image"; filename="${'a'.repeat(1_000_000)}"`, jpeg), end]
    await refuses(send(long), 'BODY_TOO_LARGE')
    expect((await send(long, { maxBytes: 2_000_000 })).files.size).toBe(1)
  })

  test('J17 a field of more than 32 KB', () =>
    refuses(send([part('name="name"', 'a'.repeat(32_769)), end], { maxBytes: 100_000 }), 'BODY_TOO_LARGE'))

  const types: [string, string, ErrorCode][] = [
    ['M1 no boundary', 'multipart/form-data', 'REQUEST_INVALID'],
    ['M1 an empty boundary', 'multipart/form-data; boundary=', 'REQUEST_INVALID'],
    ['M1 a boundary of 10 KB', `multipart/form-data; boundary=${'a'.repeat(10_000)}`, 'REQUEST_INVALID'],
    ['M1 a boundary of characters that none has', 'multipart/form-data; boundary="a\\"b"', 'REQUEST_INVALID'],
    ['M1 another boundary', 'multipart/form-data; boundary=other', 'REQUEST_INVALID'],
    ['J20 text', 'text/plain', 'CONTENT_TYPE_UNSUPPORTED'],
    ['J20 JSON', 'application/json', 'CONTENT_TYPE_UNSUPPORTED'],
    ['J20 another multipart', `multipart/mixed; boundary=${mark}`, 'CONTENT_TYPE_UNSUPPORTED'],
    ['J20 a longer name', `multipart/form-database; boundary=${mark}`, 'CONTENT_TYPE_UNSUPPORTED'],
  ]
  test.each(types)('%s', (_, contentType, code) =>
    refuses(send([name, end], {}, { 'content-type': contentType }), code),
  )

  test('M1 of two boundaries the one that was counted is the one that is read', () => {
    const inner = Array.from({ length: 50 }, (_, i) => part(`name="${i}"`))
    const twice = { 'content-type': `multipart/form-data; x="; boundary=other"; boundary=${mark}` }
    return refuses(send([...inner, end], { ignoresOthers: true }, twice), 'REQUEST_INVALID')
  })

  test('J21 a compressed body, truly or not', async () => {
    for (const body of [gzipSync(Buffer.concat([name, end])), Buffer.concat([name, end])]) {
      await refuses(send([body], {}, { 'content-encoding': 'gzip' }), 'CONTENT_ENCODING_UNSUPPORTED')
    }
  })
})
