import { MienError } from '@mien/shared/errors'

/** A byte order mark stays. @throws MienError UTF8_INVALID */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new MienError('UTF8_INVALID')
  }
}
