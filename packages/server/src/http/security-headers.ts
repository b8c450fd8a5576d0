import type { MiddlewareHandler } from 'hono'

/** Answers of the API are data: nothing in them may run, be framed or be kept. HSTS has no effect over plain HTTP. */
const dataHeaders = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
}

export const dataSecurityHeaders: MiddlewareHandler = async (c, next) => {
  await next()
  for (const [name, value] of Object.entries(dataHeaders)) {
    if (!c.res.headers.has(name)) c.res.headers.set(name, value)
  }
}
