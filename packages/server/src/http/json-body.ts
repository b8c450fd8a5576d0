import { MienError } from '@mien/shared/errors'
import type { MiddlewareHandler } from 'hono'
import { occursMoreThan } from './form-fields.ts'
import { readLimited } from './read-limited.ts'
import { parseStrictJson } from './strict-json.ts'

/** A payload of 16 KB may be spelled with `\u` escapes, six bytes a character; five templates take 14 KB. */
export const maxBodyBytes = 128 * 1024

/** `application/json`, at most with `charset=utf-8`. Anything else a form on another site could send without a preflight. */
const jsonType = /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i

export const isJson = (contentType: string): boolean => jsonType.test(contentType)

/**
 * A body that is a JSON object.
 *
 * @param maxSeparators commas, brackets and braces that it may have; default: as many as fit
 * @throws MienError CONTENT_TYPE_UNSUPPORTED, CONTENT_ENCODING_UNSUPPORTED, BODY_TOO_LARGE, REQUEST_INVALID, JSON_OBJECT_REQUIRED and
 *   those of parseStrictJson
 */
export async function readJsonObject(
  request: Request,
  maxBytes: number,
  maxSeparators = Number.POSITIVE_INFINITY,
): Promise<object> {
  if (!isJson(request.headers.get('content-type') ?? '')) throw new MienError('CONTENT_TYPE_UNSUPPORTED')
  return parseJsonObject(await readLimited(request, maxBytes), maxSeparators)
}

/** @throws MienError REQUEST_INVALID, JSON_OBJECT_REQUIRED and those of parseStrictJson */
export function parseJsonObject(bytes: Uint8Array, maxSeparators: number): object {
  if ([',', '[', '{'].some((separator) => occursMoreThan(bytes, separator, maxSeparators))) {
    throw new MienError('REQUEST_INVALID', { message: 'The body has too many parts' })
  }
  const value = parseStrictJson(bytes)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new MienError('JSON_OBJECT_REQUIRED')
  return value
}

/** Reads the body of POST, PUT and PATCH strictly; handlers and validators then find it already read. */
export const strictJsonBody: MiddlewareHandler = async (c, next) => {
  if (!['POST', 'PUT', 'PATCH'].includes(c.req.method)) return next()
  const value = await readJsonObject(c.req.raw, maxBodyBytes)
  c.req.bodyCache = { json: Promise.resolve(value) as never }
  return next()
}
