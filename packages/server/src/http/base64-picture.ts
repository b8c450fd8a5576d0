import { MienError } from '@mien/shared/errors'
import type { Picture } from '../domain/pictures.ts'
import { type PictureRules, toPicture } from './to-picture.ts'

const dataUrl = /^data:([a-z0-9.+/-]{1,64});base64,/i

const acceptedTypes = ['image/jpeg', 'image/jpg', 'image/png', 'image/webp']

/**
 * A picture as text: base64, bare or in a `data:` URL.
 *
 * @throws MienError IMAGE_EMPTY, IMAGE_TYPE_UNSUPPORTED, BASE64_INVALID, BODY_TOO_LARGE
 */
export function decodePicture(text: string, rules: PictureRules = {}): Picture {
  const match = dataUrl.exec(text.slice(0, 100))
  const declaredType = match?.[1]?.toLowerCase()
  if (declaredType !== undefined && !acceptedTypes.includes(declaredType)) {
    throw new MienError('IMAGE_TYPE_UNSUPPORTED')
  }
  const encoded = text.slice(match?.[0].length ?? 0)
  return toPicture(decodeBase64(encoded), declaredType, rules)
}

/**
 * RFC 4648 section 4 to the letter: padded, without white space, unused bits zero. `Buffer.from` alone drops what it does not know.
 *
 * @throws MienError BASE64_INVALID
 */
function decodeBase64(text: string): Uint8Array {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const hasForeign = /[^A-Za-z0-9+/]/.test(text.slice(0, text.length - padding))
  const file = Buffer.from(text, 'base64')
  const tail = text.slice(-4)
  const isCanonical = file.subarray(file.length - (3 - padding)).toString('base64') === tail
  if (text.length % 4 !== 0 || hasForeign || !isCanonical) {
    throw new MienError('BASE64_INVALID', { message: 'The picture is not strict base64' })
  }
  return file
}
