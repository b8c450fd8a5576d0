import type { JsonValue } from '@mien/shared/api/fields'
import { type ErrorCode, MienError } from '@mien/shared/errors'
import { decodeUtf8 } from './decode-utf8.ts'

export interface StrictJsonLimits {
  readonly maxDepth: number
}

const defaultJsonLimits: StrictJsonLimits = { maxDepth: 32 }

/** Names that reach into prototypes when an object is merged somewhere later on. */
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * RFC 8259 JSON as two parties cannot read differently: well-formed UTF-8 without a byte order mark, no key twice, no NUL and no
 * lone surrogate (PostgreSQL stores neither), no number outside the range of a double, bounded depth. The size is the caller's to bound.
 *
 * @throws MienError UTF8_INVALID, JSON_INVALID, JSON_DEPTH, JSON_DUPLICATE_KEY, UNKNOWN_FIELD, REQUEST_INVALID
 */
export function parseStrictJson(bytes: Uint8Array, limits: StrictJsonLimits = defaultJsonLimits): JsonValue {
  const text = decodeUtf8(bytes)
  if (text.startsWith('\ufeff'))
    throw new MienError('JSON_INVALID', { message: 'The body starts with a byte order mark' })
  let value: JsonValue
  try {
    value = JSON.parse(text)
  } catch {
    // The engine's message quotes the input, which may be a secret: it is not kept as a cause.
    throw new MienError('JSON_INVALID')
  }
  checkTokens(text, limits.maxDepth)
  return value
}

/** One level of nesting: the keys seen so far in an object, null in an array. */
type Level = { readonly keys: Set<string> | null; atKey: boolean }

/** The quote of a string, a number or punctuation of JSON that is already known to be valid; literals and white space are skipped. */
const tokenPattern = /-?\d[\d.eE+-]*|["{}[\],:]/g

function* tokensOf(text: string): Generator<string> {
  const pattern = new RegExp(tokenPattern)
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    if (match[0] === '"') pattern.lastIndex = endOfString(text, match.index)
    yield text.slice(match.index, pattern.lastIndex)
  }
}

/** By hand: a pattern keeps a place to come back to for each escape, and millions of them overflow its stack. */
function endOfString(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1)
  while (isEscaped(text, quote)) quote = text.indexOf('"', quote + 1)
  return quote + 1
}

function isEscaped(text: string, at: number): boolean {
  let first = at
  while (text[first - 1] === '\\') first--
  return (at - first) % 2 === 1
}

function checkTokens(text: string, maxDepth: number): void {
  const levels: Level[] = []
  for (const token of tokensOf(text)) {
    const level = levels.at(-1)
    switch (token) {
      case '{':
      case '[':
        if (levels.length === maxDepth) throw new MienError('JSON_DEPTH')
        levels.push({ keys: token === '{' ? new Set() : null, atKey: token === '{' })
        break
      case '}':
      case ']':
        levels.pop()
        break
      case ',':
        if (level) level.atKey = level.keys !== null
        break
      case ':':
        break
      default:
        checkScalar(token, level)
    }
  }
}

function checkScalar(token: string, level: Level | undefined): void {
  if (!token.startsWith('"')) {
    refuseUnless(Number.isFinite(Number(token)), 'REQUEST_INVALID')
    return
  }
  const text: string = JSON.parse(token)
  refuseUnless(!/[\0\p{Cs}]/u.test(text), 'REQUEST_INVALID')
  if (!level?.atKey || level.keys === null) return
  refuseUnless(!level.keys.has(text), 'JSON_DUPLICATE_KEY')
  refuseUnless(!forbiddenKeys.has(text), 'UNKNOWN_FIELD')
  level.keys.add(text)
  level.atKey = false
}

function refuseUnless(condition: boolean, code: ErrorCode): void {
  if (!condition) throw new MienError(code)
}
