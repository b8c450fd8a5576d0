import type { HttpBindings } from '@hono/node-server'
import type { Context, MiddlewareHandler } from 'hono'
import ipaddr from 'ipaddr.js'

/** What may be believed of who stands in front of this server. */
export interface ProxyTrust {
  /** Proxies of the operator in front, each of which adds the peer that it saw to `X-Forwarded-For`. 0: the header is anyone's to write. */
  readonly hops: number
  /** Header in which a proxy states the client's country, overwriting what a client sent; null: none does. */
  readonly countryHeader: string | null
}

interface Client {
  readonly address: string | null
  readonly statedCountry: string | null
}

/** Finds out once a request who sent it; `clientOf` reads it. */
export function identifyClient({ hops, countryHeader }: ProxyTrust): MiddlewareHandler {
  return async (c, next) => {
    const stated = countryHeader === null ? undefined : c.req.header(countryHeader)?.trim().toUpperCase()
    const client: Client = {
      address: addressOf(c, hops),
      statedCountry: stated !== undefined && /^[A-Z]{2}$/.test(stated) ? stated : null,
    }
    c.set('client', client)
    return next()
  }
}

export const clientOf = (c: Context): Client => c.get('client')

/**
 * The peer of the connection, or what the outermost trusted proxy saw: entries further left are whatever the client wrote.
 * An entry that is no address falls back to the peer.
 */
function addressOf(c: Context, hops: number): string | null {
  const peer = canonical((c.env as Partial<HttpBindings> | undefined)?.incoming?.socket?.remoteAddress)
  if (hops === 0) return peer
  const forwarded = (c.req.header('x-forwarded-for') ?? '').split(',').filter((entry) => entry.trim() !== '')
  const seen = forwarded.at(-Math.min(hops, forwarded.length))
  return canonical(seen) ?? peer
}

/** One spelling an address: an IPv4 address inside IPv6 as IPv4, no brackets, no port, no zone. */
function canonical(text: string | undefined): string | null {
  const bare = text
    ?.trim()
    .replace(/^\[(.+)\](:\d+)?$/, '$1')
    .replace(/^([\d.]+):\d+$/, '$1')
    .replace(/%.*$/, '')
  if (bare === undefined || !(ipaddr.IPv4.isValidFourPartDecimal(bare) || ipaddr.IPv6.isValid(bare))) return null
  return ipaddr.process(bare).toString()
}
