import { MienError } from '@mien/shared/errors'
import type { Context } from 'hono'
import { requireScope } from '../../domain/access-tokens.ts'
import type { Caller } from '../../domain/applications.ts'
import type { Services } from '../../domain/services.ts'
import { readJsonObject } from '../../http/json-body.ts'
import { parseBody } from './map.ts'
import { authenticationParms, dialectName, maxBodyBytes, type Permission } from './wire.ts'

/** The token as it is, which is how the dialect has it, or after `Bearer`, which is how everybody else does. */
const tokenInHeader = /^(?:bearer )?([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/i

/**
 * The administrator who shows a token that allows this. The same answer for none, a malformed, a forged, an expired one, and one whose
 * credential is gone.
 *
 * @throws MienError UNAUTHORIZED, FORBIDDEN
 */
export async function authorize({ accessTokens }: Services, c: Context, permission: Permission): Promise<Caller> {
  const token = tokenInHeader.exec(c.req.header('authorization') ?? '')?.[1]
  const caller = await accessTokens.read(dialectName, token ?? '')
  requireScope(caller, permission)
  return caller
}

/** Who shows an application id and its secret. @throws MienError UNAUTHORIZED, and those of readJsonObject and parseBody */
export async function readCredentials({ applications }: Services, c: Context): Promise<Caller> {
  const body = parseBody(authenticationParms, await readJsonObject(c.req.raw, maxBodyBytes))
  const caller = await applications.authenticateClient(dialectName, body.applicationId, body.sharedSecret)
  if (caller === undefined) throw new MienError('UNAUTHORIZED')
  return caller
}
