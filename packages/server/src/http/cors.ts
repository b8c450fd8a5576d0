import type { MiddlewareHandler } from 'hono'

/** What of a request a CORS preflight can know. */
export interface CrossOriginRequest {
  readonly origin: string
  readonly path: string
}

/** Seconds that a browser may remember a preflight. */
const maxAge = '600'

/** Lets pages of allowed origins read answers; never with credentials, and never `*`. */
export function cors(isAllowed: (request: CrossOriginRequest) => Promise<boolean>): MiddlewareHandler {
  return async (c, next) => {
    const origin = c.req.header('origin')
    const isListed = origin !== undefined && (await isAllowed({ origin, path: c.req.path }))
    const isPreflight = c.req.method === 'OPTIONS' && c.req.header('access-control-request-method') !== undefined
    if (isPreflight) c.res = new Response(null, { status: isListed ? 204 : 403 })
    else await next()
    c.res.headers.append('Vary', 'Origin')
    if (!isListed) return
    c.res.headers.set('Access-Control-Allow-Origin', origin)
    c.res.headers.set('Access-Control-Expose-Headers', 'X-Request-Id, Retry-After')
    if (!isPreflight) return
    c.res.headers.set('Access-Control-Allow-Methods', 'POST')
    c.res.headers.set('Access-Control-Allow-Headers', 'Authorization, Content-Type, Mien-Signature')
    c.res.headers.set('Access-Control-Max-Age', maxAge)
  }
}
