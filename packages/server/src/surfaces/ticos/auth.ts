import { MienError } from '@mien/shared/errors'
import type { Context } from 'hono'
import type { Caller } from '../../domain/applications.ts'
import type { Services } from '../../domain/services.ts'
import { bearerToken } from '../../http/bearer-token.ts'
import { dialectName } from './wire.ts'

/**
 * The terminal whose secret it is. The same answer, after the same work, for a missing, malformed, unknown or replaced one.
 *
 * @throws MienError UNAUTHORIZED
 */
export async function authenticate({ applications }: Services, c: Context): Promise<Caller> {
  const caller = await applications.authenticate(dialectName, bearerToken(c) ?? '')
  if (caller === undefined) throw new MienError('UNAUTHORIZED')
  return caller
}
