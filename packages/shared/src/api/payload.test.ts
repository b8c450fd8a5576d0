import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maxPayloadBytes, payloadText, utf8Length } from './payload.ts'

test('[CE9] J9: the limit counts UTF-8 bytes of the canonical text', () => {
  const ascii = (bytes: number) => 'x'.repeat(bytes - 2)
  expect(payloadText(ascii(maxPayloadBytes))).toHaveLength(maxPayloadBytes)
  expect(() => payloadText(ascii(maxPayloadBytes + 1))).toThrow(expect.objectContaining({ code: 'PAYLOAD_TOO_LARGE' }))
  // 5461 characters of three bytes each are 16 383 bytes; with the quotes one too many.
  expect(() => payloadText('€'.repeat(5461))).toThrow(expect.objectContaining({ code: 'PAYLOAD_TOO_LARGE' }))
})

test('[CE9] the length is that of the encoder', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(utf8Length(text)).toBe(Buffer.byteLength(text, 'utf8'))
    }),
  )
})
