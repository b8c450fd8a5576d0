import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode } from '@opentelemetry/api'
import type { MiddlewareHandler } from 'hono'
import type { ProxyTrust } from '../http/identify-client.ts'
import { describe } from './request-facts.ts'
import { inSpan } from './spans.ts'

/** Each request as a span; below the one of whoever called only where a proxy stands in front, since anyone can write a `traceparent`. */
export function traceRequests({ hops }: Pick<ProxyTrust, 'hops'>): MiddlewareHandler {
  return (c, next) => {
    const above = hops === 0 ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, Object.fromEntries(c.req.raw.headers))
    const work = () =>
      inSpan('request', { kind: SpanKind.SERVER }, async (span) => {
        await next()
        if (!span.isRecording()) return
        const { method, route, dialect, requestId } = describe(c)
        span.updateName(`${method} ${route}`)
        span.setAttributes({
          'http.request.method': method,
          'http.route': route,
          'http.response.status_code': c.res.status,
          'mien.dialect': dialect,
          'mien.request_id': requestId,
        })
        if (c.res.status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
      })
    return context.with(above, work)
  }
}
