import { MienError } from '../errors.ts'
import type { JsonValue } from './fields.ts'

/** 16 KB, the limit that FACEIO documents for a user's payload. */
export const maxPayloadBytes = 16_384

/** Length of a well-formed string in UTF-8, without allocating it. */
export function utf8Length(text: string): number {
  let bytes = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) bytes += 1
    else if (unit < 0x800) bytes += 2
    else if (unit >= 0xd800 && unit < 0xdc00) {
      bytes += 4
      i++
    } else bytes += 3
  }
  return bytes
}

/**
 * The canonical text of a payload (`JSON.stringify` without spaces), of which the limit counts the UTF-8 bytes.
 *
 * @throws MienError PAYLOAD_TOO_LARGE, REQUEST_INVALID (not JSON: undefined, a function, a cycle)
 */
export function payloadText(value: JsonValue): string {
  const text = stringify(value)
  checkPayloadSize(text)
  return text
}

/** @throws MienError PAYLOAD_TOO_LARGE */
export function checkPayloadSize(text: string): void {
  if (utf8Length(text) > maxPayloadBytes) throw new MienError('PAYLOAD_TOO_LARGE')
}

function stringify(value: JsonValue): string {
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch (cause) {
    throw new MienError('REQUEST_INVALID', { cause })
  }
  if (text === undefined) throw new MienError('REQUEST_INVALID')
  return text
}
