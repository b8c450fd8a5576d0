import { MienError } from '@mien/shared/errors'

/** A UUID as four words, in the order of its text. */
export type UuidWords = Int32Array

/** Values of the digits by character code; -1 for what is none. */
const digits = new Int8Array(128).fill(-1)
for (const [value, digit] of [...'0123456789abcdef'].entries()) digits[digit.charCodeAt(0)] = value

const dash = 0x2d
const isDashAt = (i: number) => i === 8 || i === 13 || i === 18 || i === 23

/**
 * Lower case, with dashes. No text is made on the way: a gallery has a million of them.
 *
 * @throws MienError ID_FORMAT
 */
export function readUuid(text: string, into: UuidWords): void {
  let digit = 0
  let word = 0
  let bad = text.length === 36 ? 0 : 1
  for (let i = 0; i < 36; i++) {
    const code = text.charCodeAt(i)
    if (isDashAt(i)) {
      bad |= code ^ dash
      continue
    }
    const value = code < 128 ? digits[code]! : -1
    bad |= value >> 4
    word = (word << 4) | value
    if ((++digit & 7) === 0) into[(digit >> 3) - 1] = word
  }
  if (bad !== 0) throw new MienError('ID_FORMAT')
}

const hex = (word: number) => (word >>> 0).toString(16).padStart(8, '0')

export function writeUuid(words: UuidWords): string {
  const [a, b, c, d] = [hex(words[0]!), hex(words[1]!), hex(words[2]!), hex(words[3]!)]
  return `${a}-${b.slice(0, 4)}-${b.slice(4)}-${c.slice(0, 4)}-${c.slice(4)}${d}`
}
