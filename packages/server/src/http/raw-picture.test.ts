import type { ErrorCode } from '@mien/shared/errors'
import { expect, test } from 'vitest'
import { readRawPicture } from './raw-picture.ts'

const read = (body: BodyInit, headers: Record<string, string>) =>
  readRawPicture(new Request('http://localhost', { method: 'POST', headers, body }), { maxBytes: 100 })

test('a body that is a picture is the picture, with its type', async () => {
  const picture = await read(Buffer.of(1, 2), { 'content-type': 'image/png' })
  expect(picture).toEqual({ file: Buffer.of(1, 2), declaredType: 'image/png', maxBytes: 100 })
})

const rows: [string, BodyInit, Record<string, string>, ErrorCode][] = [
  ['I1 nothing', '', { 'content-type': 'image/png' }, 'IMAGE_EMPTY'],
  ['I33 more than allowed', Buffer.alloc(101), { 'content-type': 'image/png' }, 'BODY_TOO_LARGE'],
  ['J20 text', 'x', { 'content-type': 'text/plain' }, 'CONTENT_TYPE_UNSUPPORTED'],
  ['J20 no type', Buffer.of(1), {}, 'CONTENT_TYPE_UNSUPPORTED'],
  ['J21 compressed', 'x', { 'content-type': 'image/png', 'content-encoding': 'gzip' }, 'CONTENT_ENCODING_UNSUPPORTED'],
]
test.each(rows)('%s: refused', (_, body, headers, code) => expect(read(body, headers)).rejects.toMatchObject({ code }))
