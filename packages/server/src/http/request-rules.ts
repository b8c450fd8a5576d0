import type { HttpBindings } from '@hono/node-server'
import { MienError } from '@mien/shared/errors'
import type { Context, MiddlewareHandler } from 'hono'

/** Parameters in which people and other services put secrets. A URL ends up in logs and histories. */
const secretNames =
  /^(key|api[_-]?key|apikey|token|secret|password|pin|authorization|access[_-]?token|client[_-]?(token|secret))$/i

/** Headers of which one request has at most one; a second one is how two readers come to disagree. */
const singleHeaders = ['authorization', 'www-authenticate', 'content-type', 'content-length', 'host', 'origin']

/** Rules that hold for every request to the API, before any route is looked at. */
export const requestRules: MiddlewareHandler = async (c, next) => {
  checkQuery(new URL(c.req.url).searchParams)
  checkHeaders(c)
  checkAccept(c.req.header('accept'), c.req.path.endsWith('/image') ? producesPicture : producesJson)
  return next()
}

/** @throws MienError SECRET_IN_URL, PARAM_DUPLICATE */
export function checkQuery(params: URLSearchParams): void {
  const names = [...params.keys()]
  if (names.some((name) => secretNames.test(name))) throw new MienError('SECRET_IN_URL')
  if (names.some((name) => name.includes('['))) throw new MienError('PARAM_DUPLICATE')
  if (new Set(names).size !== names.length) throw new MienError('PARAM_DUPLICATE')
}

/** @throws MienError HEADER_DUPLICATE */
export function checkHeaders(c: Context): void {
  const incoming = (c.env as Partial<HttpBindings> | undefined)?.incoming
  const names = (incoming?.rawHeaders ?? []).filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase())
  const isRepeated = singleHeaders.some((name) => names.indexOf(name) !== names.lastIndexOf(name))
  // Where headers were joined before they came here, a comma tells: no credential of ours has one.
  const isJoined = ['authorization', 'www-authenticate'].some((name) => c.req.header(name)?.includes(','))
  if (isRepeated || isJoined) throw new MienError('HEADER_DUPLICATE')
}

const producesJson = /^(\*\/\*|application\/(\*|json))\s*(;.*)?$/i
/** Its failures are JSON all the same. */
const producesPicture = /^(\*\/\*|image\/(\*|jpeg)|application\/(\*|json))\s*(;.*)?$/i

function checkAccept(accept: string | undefined, producible: RegExp): void {
  if (accept !== undefined && !accept.split(',').some((part) => producible.test(part.trim()))) {
    throw new MienError('NOT_ACCEPTABLE')
  }
}

/** The segments of a path as they came: nothing that decodes to another path, to NUL or to no text at all. */
export const pathRules: MiddlewareHandler = async (c, next) => {
  const path = new URL(c.req.url).pathname
  let decoded: string
  try {
    decoded = decodeURIComponent(path)
  } catch (cause) {
    throw new MienError('ID_FORMAT', { cause })
  }
  const isAltered = /%2f|%5c/i.test(path) || decoded.includes('\0') || decoded.includes('\\')
  if (isAltered || path.length > 512) throw new MienError('ID_FORMAT')
  return next()
}
