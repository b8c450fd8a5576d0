import type { Context } from 'hono'
import ipaddr from 'ipaddr.js'
import { clientOf } from './identify-client.ts'

/** IP address of whoever sent the request, see `identifyClient`; null when not known. */
export const clientAddress = (c: Context): string | null => clientOf(c).address

/**
 * What limits are counted for: an IPv4 address, or the first 64 bits of an IPv6 one, since every connection is given as many
 * addresses as it likes below those (RFC 6177).
 */
export function clientNetwork(c: Context): string {
  const address = clientAddress(c)
  if (address === null || !ipaddr.IPv6.isValid(address)) return String(address)
  return ipaddr.IPv6.parse(address).parts.slice(0, 4).join(':')
}
