import { MienError } from '@mien/shared/errors'
import type { Context } from 'hono'
import type { Caller } from '../../domain/applications.ts'
import type { Services } from '../../domain/services.ts'
import type { RequestParameters } from '../../http/request-parameters.ts'

/** The first is the dialect's own, a challenge header used in a request; the second is everybody's. */
const keyHeaders = ['www-authenticate', 'authorization']

/** One scheme in any case, one space, one `b64token` (RFC 6750 section 2.1). */
const bearer = /^bearer ([A-Za-z0-9._~+/-]{1,128}=*)$/i

/**
 * The key that a request carries in its headers and these parameters; undefined when there is none.
 *
 * @throws MienError PARAM_DUPLICATE when there are two; UNAUTHORIZED when what stands in its place cannot be one
 */
export function presentedKey(c: Context, parameters: RequestParameters): string | undefined {
  const fromHeaders = keyHeaders.map((name) => c.req.header(name)).filter((value) => value !== undefined)
  const keys = new Set(fromHeaders.map(keyInHeader))
  const parameter = parameters.get('key')
  if (parameter !== undefined) keys.add(keyInParameter(parameter))
  if (keys.size > 1) throw new MienError('PARAM_DUPLICATE', { message: 'The request carries two different keys' })
  return [...keys][0]
}

function keyInHeader(value: string): string {
  const match = bearer.exec(value)
  if (match === null) throw new MienError('UNAUTHORIZED')
  return match[1]!
}

function keyInParameter(value: unknown): string {
  if (typeof value !== 'string') throw new MienError('UNAUTHORIZED')
  return value
}

/**
 * Whose key it is. The same answer, after the same work, for a missing, malformed, unknown or replaced one.
 *
 * @throws MienError UNAUTHORIZED
 */
export async function authenticate({ applications }: Services, key: string | undefined): Promise<Caller> {
  const known = await applications.authenticate('faceio', key ?? '')
  if (known === undefined) throw new MienError('UNAUTHORIZED')
  return known
}
