import type { MiddlewareHandler } from 'hono'
import { rowId } from '../domain/tokens.ts'
import type { ProxyTrust } from './identify-client.ts'

/** What proxies make: hexadecimal, UUIDs, base64url. Nothing that could break a line of a log. */
const wellFormed = /^[A-Za-z0-9._-]{8,64}$/

/**
 * Names every request, under `requestId` and in the answer's `X-Request-Id`. A proxy in front may bring the name along; without one, the
 * header is anyone's to write, and what it says is not looked at.
 */
export function nameRequests({ hops }: Pick<ProxyTrust, 'hops'>): MiddlewareHandler {
  return async (c, next) => {
    const brought = hops === 0 ? undefined : c.req.header('x-request-id')
    const requestId = brought !== undefined && wellFormed.test(brought) ? brought : rowId()
    c.set('requestId', requestId)
    await next()
    c.res.headers.set('X-Request-Id', requestId)
  }
}
