import type { Context, MiddlewareHandler } from 'hono'

/** Answers of the API are data: nothing in them may run, be framed or be kept, and only a page that CORS lets read may load them. */
const dataHeaders = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
}

/** A year, as OWASP ASVS 5.0 section 3.4.1 asks for. */
const strictTransport = 'max-age=31536000; includeSubDomains'

/** Every answer is closed like data, except where its handler has opened it. @param ownUrl where browsers reach the server */
export function securityHeaders(ownUrl: string): MiddlewareHandler {
  const isStrict = hasOwnName(ownUrl)
  return async (c, next) => {
    await next()
    for (const [name, value] of Object.entries(dataHeaders)) {
      if (!c.res.headers.has(name)) c.res.headers.set(name, value)
    }
    if (isStrict) c.res.headers.set('Strict-Transport-Security', strictTransport)
    if (isUnframed(c)) c.res.headers.set('X-Frame-Options', 'DENY')
  }
}

/** Behind TLS, under a name: on `localhost` other programs would be locked out of plain HTTP with us. */
function hasOwnName(ownUrl: string): boolean {
  if (!URL.canParse(ownUrl)) return false
  const { protocol, hostname } = new URL(ownUrl)
  const isAddress = hostname.startsWith('[') || /^[\d.]+$/.test(hostname)
  return protocol === 'https:' && !isAddress && hostname !== 'localhost' && !hostname.endsWith('.localhost')
}

/** Says the same twice, for browsers that do not know the newer word. */
const isUnframed = (c: Context): boolean =>
  c.res.headers.get('Content-Security-Policy')?.includes("frame-ancestors 'none'") === true
