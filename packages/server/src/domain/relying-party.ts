import { isIP } from 'node:net'

/**
 * The site that passkeys of an origin belong to: its host name, and nothing wider, so that no neighbouring site shares them.
 *
 * @returns null where browsers make none: without an origin, at an address instead of a name, and without TLS outside `localhost`
 */
export function relyingPartyOf(origin: string | null): string | null {
  if (origin === null || !URL.canParse(origin)) return null
  const { protocol, hostname } = new URL(origin)
  const isSecure = protocol === 'https:' || hostname === 'localhost' || hostname.endsWith('.localhost')
  const isAddress = isIP(hostname) !== 0 || hostname.startsWith('[')
  return isSecure && hostname !== '' && !isAddress ? hostname : null
}
