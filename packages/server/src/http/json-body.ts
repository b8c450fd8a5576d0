import { MienError } from '@mien/shared/errors'
import type { MiddlewareHandler } from 'hono'
import { readLimited } from './read-limited.ts'
import { parseStrictJson } from './strict-json.ts'

/** A payload of 16 KB may be spelled with `\u` escapes, six bytes a character; five templates take 14 KB. */
const maxBodyBytes = 128 * 1024

/** `application/json`, at most with `charset=utf-8`. Anything else a form on another site could send without a preflight. */
const jsonType = /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i

/** Reads the body of POST, PUT and PATCH strictly; handlers and validators then find it already read. */
export const strictJsonBody: MiddlewareHandler = async (c, next) => {
  if (!['POST', 'PUT', 'PATCH'].includes(c.req.method)) return next()
  if (!jsonType.test(c.req.header('content-type') ?? '')) throw new MienError('CONTENT_TYPE_UNSUPPORTED')
  const value = parseStrictJson(await readLimited(c.req.raw, maxBodyBytes))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new MienError('JSON_OBJECT_REQUIRED')
  c.req.bodyCache = { json: Promise.resolve(value) as never }
  return next()
}
