import type { JsonValue } from '@mien/shared/api/fields'
import { MienError } from '@mien/shared/errors'
import { decodeUtf8 } from './decode-utf8.ts'
import { type FormField, parseMultipart, parseUrlEncoded } from './form-fields.ts'
import { parseJsonObject } from './json-body.ts'
import { readLimited } from './read-limited.ts'

/** Parameters by name, wherever they came from. Text, unless JSON said otherwise. */
export type RequestParameters = ReadonlyMap<string, JsonValue>

export interface BodyLimits {
  readonly maxBytes: number
  /** Commas, brackets and braces that a JSON body may have; a large body with many of them costs more to read than to send. */
  readonly maxJsonSeparators: number
}

/** @throws MienError PARAM_DUPLICATE, UTF8_INVALID, REQUEST_INVALID */
export const readQuery = (url: string): RequestParameters => fromFields(parseUrlEncoded(new URL(url).search.slice(1)))

/**
 * The parameters of a body: JSON object, URL-encoded or multipart form. None at all without a body.
 *
 * @throws MienError BODY_TOO_LARGE, CONTENT_TYPE_UNSUPPORTED, CONTENT_ENCODING_UNSUPPORTED, PARAM_DUPLICATE, UTF8_INVALID,
 *   REQUEST_INVALID, JSON_OBJECT_REQUIRED and those of parseStrictJson
 */
export async function readBody(request: Request, limits: BodyLimits): Promise<RequestParameters> {
  const bytes = await readLimited(request, limits.maxBytes)
  const contentType = request.headers.get('content-type')
  if (bytes.length === 0 && contentType === null) return new Map()
  const [type, ...attributes] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase())
  if (type === 'multipart/form-data') {
    // Text only, so all of it is UTF-8.
    decodeUtf8(bytes)
    return fromFields((await parseMultipart(bytes, contentType!)).map(textOnly))
  }
  const isUtf8 = attributes.every((part) => /^(charset="?utf-8"?)?$/.test(part))
  if (type === 'application/json' && isUtf8) return fromJson(bytes, limits.maxJsonSeparators)
  if (type === 'application/x-www-form-urlencoded' && isUtf8) return fromFields(parseUrlEncoded(decodeUtf8(bytes)))
  throw new MienError('CONTENT_TYPE_UNSUPPORTED')
}

/** One set out of several: what two of them say of one parameter must be the same. @throws MienError PARAM_DUPLICATE */
export function mergeParameters(...sets: readonly RequestParameters[]): RequestParameters {
  const merged = new Map<string, JsonValue>()
  for (const [name, value] of sets.flatMap((set) => [...set])) {
    if (merged.has(name) && merged.get(name) !== value) throw new MienError('PARAM_DUPLICATE')
    merged.set(name, value)
  }
  return merged
}

function textOnly([name, content]: readonly [string, string | File]): FormField {
  if (typeof content === 'string') return [name, content]
  throw new MienError('REQUEST_INVALID', { message: 'Files are not accepted: send the field as text' })
}

function fromFields(fields: readonly FormField[]): RequestParameters {
  const parameters = new Map(fields)
  const isArray = fields.some(([name]) => name.includes('['))
  if (isArray || parameters.size !== fields.length) throw new MienError('PARAM_DUPLICATE')
  return parameters
}

const fromJson = (bytes: Uint8Array, maxSeparators: number): RequestParameters =>
  new Map(Object.entries(parseJsonObject(bytes, maxSeparators)))
