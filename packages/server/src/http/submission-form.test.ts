import { describe, expect, test } from 'vitest'
import { readSubmissionForm } from './submission-form.ts'

const envelope = ['envelope', '{"a":1}', 'application/json'] as const
const crop = (i: number, size = 9) => [`crop${i}`, 'x'.repeat(size), 'image/jpeg'] as const
type Part = readonly [name: string, content: string, type: string, file?: string]

const form = (parts: readonly Part[]): FormData => {
  const form = new FormData()
  for (const [name, content, type, file = 'blob'] of parts) form.append(name, new Blob([content], { type }), file)
  return form
}
const post = (body: BodyInit, headers: Record<string, string> = {}) =>
  new Request('http://mien.example', { method: 'POST', body, headers })
const read = (parts: readonly Part[]) => readSubmissionForm(post(form(parts)))

test('[SV5] the envelope comes byte for byte, the pictures in their order', async () => {
  const text = '{ "b" :"ü",\r\n"a":1}'
  const parts = await read([['envelope', text, 'application/json'], crop(0), ['crop1', 'yy', 'image/jpeg']])
  expect(Buffer.from(parts.envelope).toString()).toBe(text)
  expect(parts.crops.map((bytes) => Buffer.from(bytes).toString())).toEqual(['xxxxxxxxx', 'yy'])
})

test('[SV5] names of files mean nothing', async () => {
  const names = ['../../etc/passwd', 'envelope', 'x'.repeat(5000), 'a"b']
  for (const name of names) expect((await read([envelope, [...crop(0), name]])).crops).toHaveLength(1)
})

describe('[SV5] is refused', () => {
  const cases: [string, readonly Part[], string][] = [
    ['no part at all', [], 'REQUEST_INVALID'],
    ['no envelope', [crop(0)], 'REQUEST_INVALID'],
    ['an envelope that is not first', [crop(0), envelope], 'REQUEST_INVALID'],
    ['two envelopes', [envelope, envelope], 'UNKNOWN_FIELD'],
    ['another part', [envelope, crop(0), ['pin', '1234', 'text/plain']], 'UNKNOWN_FIELD'],
    ['a part __proto__', [envelope, ['__proto__', 'x', 'image/jpeg']], 'UNKNOWN_FIELD'],
    ['a gap', [envelope, crop(0), crop(2)], 'REQUEST_INVALID'],
    ['one picture twice', [envelope, crop(0), crop(0)], 'REQUEST_INVALID'],
    ['another order', [envelope, crop(1), crop(0)], 'REQUEST_INVALID'],
    ['an envelope that is text', [['envelope', '{}', 'text/plain'], crop(0)], 'CONTENT_TYPE_UNSUPPORTED'],
    ['a picture of another type', [envelope, ['crop0', 'x', 'image/png']], 'CONTENT_TYPE_UNSUPPORTED'],
    ['a large picture', [envelope, crop(0, 40 * 1024 + 1)], 'BODY_TOO_LARGE'],
    ['a large envelope', [['envelope', 'x'.repeat(129 * 1024), 'application/json']], 'BODY_TOO_LARGE'],
    ['13 pictures', [envelope, ...Array.from({ length: 13 }, (_, i) => crop(i))], 'REQUEST_INVALID'],
    ['more than fits', [envelope, ...Array.from({ length: 14 }, (_, i) => crop(i, 40_000))], 'BODY_TOO_LARGE'],
  ]
  test.for(cases)('%s', async ([, parts, code]) => {
    await expect(read(parts)).rejects.toMatchObject({ code })
  })

  test('an envelope without a type', async () => {
    const form = new FormData()
    form.append('envelope', '{}')
    await expect(readSubmissionForm(post(form))).rejects.toMatchObject({ code: 'CONTENT_TYPE_UNSUPPORTED' })
  })
  test('what is no form', async () => {
    for (const type of ['multipart/form-data', 'multipart/form-data; boundary=x']) {
      const code = { code: 'REQUEST_INVALID' }
      await expect(readSubmissionForm(post('no form', { 'content-type': type }))).rejects.toMatchObject(code)
    }
  })
  test('a compressed one', async () => {
    const request = post(form([envelope]), { 'content-encoding': 'gzip' })
    await expect(readSubmissionForm(request)).rejects.toMatchObject({ code: 'CONTENT_ENCODING_UNSUPPORTED' })
  })
})
