import { MienError } from '@mien/shared/errors'
import type { Context } from 'hono'
import { requireScope } from '../../domain/access-tokens.ts'
import type { Caller } from '../../domain/applications.ts'
import type { Services } from '../../domain/services.ts'
import { bearerToken } from '../../http/bearer-token.ts'
import { type RequestParameters, readBody } from '../../http/request-parameters.ts'
import { dialectName, type Scope, tokenBody, tokenSeconds, type WireToken } from './wire.ts'

/**
 * Who shows an access token that allows this.
 *
 * @throws MienError UNAUTHORIZED, always with the same answer; FORBIDDEN
 */
export async function authorize({ accessTokens }: Services, c: Context, scope: Scope): Promise<Caller> {
  const caller = await accessTokens.read(dialectName, bearerToken(c) ?? '')
  requireScope(caller, scope)
  return caller
}

/** A client, and what it wants its token to be good for; undefined: everything. */
interface TokenRequest {
  readonly caller: Caller
  readonly scopes: readonly string[] | undefined
}

/**
 * Client credentials, RFC 6749 section 4.4.
 *
 * @throws MienError UNAUTHORIZED; REQUEST_INVALID, with `details.oauth` where the standard has a code of its own; those of readBody
 */
export async function readTokenRequest({ applications }: Services, c: Context): Promise<TokenRequest> {
  const type = c.req.header('content-type') ?? ''
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) throw new MienError('CONTENT_TYPE_UNSUPPORTED')
  const parameters = await readBody(c.req.raw, tokenBody)
  const grantType = given(parameters, 'grant_type')
  if (grantType === undefined) throw new MienError('REQUEST_INVALID', { message: 'grant_type is missing' })
  const { id, secret } = clientOf(c, parameters)
  const caller = await applications.authenticateClient(dialectName, id, secret)
  if (caller === undefined) throw new MienError('UNAUTHORIZED')
  if (grantType !== 'client_credentials') {
    throw new MienError('REQUEST_INVALID', {
      message: 'grant_type must be client_credentials',
      details: { oauth: 'unsupported_grant_type' },
    })
  }
  return { caller, scopes: given(parameters, 'scope')?.split(' ') }
}

/** What is sent without a value counts as not sent (section 3.2). */
const given = (parameters: RequestParameters, name: string): string | undefined =>
  String(parameters.get(name) ?? '') || undefined

interface Client {
  readonly id: string
  readonly secret: string
}

/** Of the header or of the body, never of both (section 2.3). @throws MienError UNAUTHORIZED, REQUEST_INVALID */
function clientOf(c: Context, parameters: RequestParameters): Client {
  const [id, secret] = [given(parameters, 'client_id'), given(parameters, 'client_secret')]
  const header = c.req.header('authorization')
  if (header === undefined) return { id: id ?? '', secret: secret ?? '' }
  const basic = basicClient(header)
  if (secret !== undefined || (id !== undefined && id !== basic.id)) {
    throw new MienError('REQUEST_INVALID', { message: 'The client shows who it is twice' })
  }
  return basic
}

/** RFC 7617; id and secret are form-encoded inside (RFC 6749 section 2.3.1). @throws MienError UNAUTHORIZED */
function basicClient(header: string): Client {
  const encoded = /^basic ([A-Za-z0-9+/]{1,2048}={0,2})$/i.exec(header)?.[1]
  const pair = /^([^:]*):(.*)$/.exec(Buffer.from(encoded ?? '', 'base64').toString('utf8'))
  if (pair === null) throw new MienError('UNAUTHORIZED')
  try {
    const [id, secret] = [pair[1]!, pair[2]!].map((part) => decodeURIComponent(part.replaceAll('+', ' ')))
    return { id: id!, secret: secret! }
  } catch {
    throw new MienError('UNAUTHORIZED')
  }
}

/** @throws MienError FORBIDDEN when more is asked for than the client may do */
export async function issueToken({ accessTokens }: Services, { caller, scopes }: TokenRequest): Promise<WireToken> {
  const token = await accessTokens.issue(caller, tokenSeconds, scopes)
  return {
    access_token: token.token,
    token_type: 'bearer',
    expires_in: tokenSeconds,
    scope: token.scopes.join(' '),
    jti: token.id,
  }
}
