import { MienError } from './errors.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const sextetOf = new Int8Array(128).fill(-1)
for (let i = 0; i < alphabet.length; i++) sextetOf[alphabet.charCodeAt(i)] = i

/** base64url without padding, RFC 4648 section 5. */
export function encodeBase64Url(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    text += alphabet[group >> 18]! + alphabet[(group >> 12) & 63]!
    if (i + 1 < bytes.length) text += alphabet[(group >> 6) & 63]!
    if (i + 2 < bytes.length) text += alphabet[group & 63]!
  }
  return text
}

/**
 * Strict decoder: no padding, no white space, no `+` or `/`, and the unused bits of the last character
 * must be zero (RFC 4648 section 3.5), so that each byte string has exactly one spelling.
 *
 * @throws MienError BASE64_INVALID
 */
export function decodeBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const tail = text.length % 4
  if (tail === 1) throw new MienError('BASE64_INVALID')
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let buffer = 0
  let bits = 0
  let at = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const value = code < 128 ? sextetOf[code]! : -1
    if (value < 0) throw new MienError('BASE64_INVALID')
    buffer = ((buffer << 6) | value) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[at++] = (buffer >> bits) & 0xff
    }
  }
  if ((buffer & ((1 << bits) - 1)) !== 0) throw new MienError('BASE64_INVALID')
  return bytes
}

export function bytesEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!
  return difference === 0
}

const hexDigits = '0123456789abcdef'

export function encodeHex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += hexDigits[byte >> 4]! + hexDigits[byte & 15]!
  return text
}
