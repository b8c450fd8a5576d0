import { MienError } from '@mien/shared/errors'
import type { Context } from 'hono'
import type { Caller } from '../../domain/applications.ts'
import type { Services } from '../../domain/services.ts'

/** One scheme in any case, one space, one `b64token` (RFC 6750 section 2.1; RFC 7617 section 2 for Basic). */
const schemePattern = /^(bearer|basic) ([A-Za-z0-9._~+/-]{1,256}=*)$/i

/**
 * The key in the headers of a request, in any of three places. UFME itself documents none; as the password of HTTP Basic it fits
 * into a base URL, with any user name.
 *
 * @throws MienError PARAM_DUPLICATE when there are two different ones, UNAUTHORIZED when what stands there cannot be one
 */
export function presentedKey(c: Context): string | undefined {
  const authorization = c.req.header('authorization')
  const own = c.req.header('x-api-key')
  const keys = new Set([
    ...(own === undefined ? [] : [own]),
    ...(authorization === undefined ? [] : [keyInAuthorization(authorization)]),
  ])
  if (keys.size > 1) throw new MienError('PARAM_DUPLICATE', { message: 'The request carries two different keys' })
  return [...keys][0]
}

function keyInAuthorization(value: string): string {
  const match = schemePattern.exec(value)
  if (match === null) throw new MienError('UNAUTHORIZED')
  const [, scheme, token] = match
  return scheme!.toLowerCase() === 'bearer' ? token! : passwordOf(token!)
}

function passwordOf(token: string): string {
  const pair = Buffer.from(token, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  if (colon < 0) throw new MienError('UNAUTHORIZED')
  return pair.slice(colon + 1)
}

/**
 * Whose key it is. The same answer, after the same work, for a missing, malformed, unknown or replaced one.
 *
 * @throws MienError UNAUTHORIZED
 */
export async function authenticate({ applications }: Services, key: string | undefined): Promise<Caller> {
  const known = await applications.authenticate('ufme', key ?? '')
  if (known === undefined) throw new MienError('UNAUTHORIZED')
  return known
}
