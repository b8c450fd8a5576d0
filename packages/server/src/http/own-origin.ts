import type { Context } from 'hono'

const loopback = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * Whether an origin is this server's own: the address that it was told to have, or this machine's loopback on the port that was
 * asked. Any other `Host` is the client's word alone: a name that an attacker's DNS points here would make its pages ours.
 */
export function isOwnOrigin(c: Context, origin: string, publicUrl: string | null): boolean {
  if (publicUrl !== null && URL.canParse(publicUrl) && new URL(publicUrl).origin === origin) return true
  const asked = new URL(c.req.url)
  return loopback.has(asked.hostname) && (origin === `http://${asked.host}` || origin === `https://${asked.host}`)
}
