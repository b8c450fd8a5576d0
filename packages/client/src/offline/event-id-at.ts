import { encodeHex } from '@mien/shared/bytes'

/** UUIDv7 (RFC 9562 section 5.7). @param atMs milliseconds since 1970 */
export function eventIdAt(atMs: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(atMs / 2 ** (8 * (5 - i))) % 256
  bytes[6] = (bytes[6]! & 0x0f) | 0x70
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return encodeHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** Milliseconds since 1970, out of an id that `eventIdAt` made. */
export const timeOfEvent = (eventId: string): number => Number.parseInt(eventId.replace(/-/g, '').slice(0, 12), 16)
