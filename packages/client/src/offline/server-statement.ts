import type { Jwks } from '@mien/shared/api/results'
import { decodeBase64Url } from '@mien/shared/bytes'
import { MienError } from '@mien/shared/errors'
import type { ZodMiniType } from 'zod/mini'

type ServerKey = Jwks['keys'][number]

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const
const signature = { name: 'ECDSA', hash: 'SHA-256' } as const

/** Which of the server's keys a statement says it was signed with; undefined: it is none that we know of. */
export function keyOfStatement(token: string, keys: readonly ServerKey[]): ServerKey | undefined {
  const kid = partsOf(token)?.header.kid
  return keys.find((key) => key.kid === kid)
}

/**
 * What the server signed: an ES256 JWS in its compact form (RFC 7515 section 3.1), of one type, by one of these keys. Whether it has
 * ended is the caller's to say, by the device's own clock.
 *
 * @throws MienError SIGNATURE_INVALID
 */
export async function readStatement<T>(
  token: string,
  type: string,
  keys: readonly ServerKey[],
  schema: ZodMiniType<T>,
): Promise<T> {
  const parts = partsOf(token)
  const key = keyOfStatement(token, keys)
  if (parts === undefined || key === undefined || parts.header.typ !== type || parts.header.alg !== 'ES256')
    throw new MienError('SIGNATURE_INVALID')
  const { kty, crv, x, y } = key
  const imported = await crypto.subtle.importKey('jwk', { kty, crv, x, y }, algorithm, false, ['verify'])
  if (!(await crypto.subtle.verify(signature, imported, parts.signature, parts.signed)))
    throw new MienError('SIGNATURE_INVALID')
  const claims = schema.safeParse(parts.claims)
  if (!claims.success) throw new MienError('SIGNATURE_INVALID')
  return claims.data
}

interface Parts {
  readonly header: { readonly alg?: unknown; readonly kid?: unknown; readonly typ?: unknown }
  readonly claims: unknown
  readonly signature: Uint8Array<ArrayBuffer>
  readonly signed: Uint8Array<ArrayBuffer>
}

function partsOf(token: string): Parts | undefined {
  const [header, claims, signed, ...others] = token.split('.')
  if (header === undefined || claims === undefined || signed === undefined || others.length > 0) return undefined
  try {
    return {
      header: Object(parse(header)),
      claims: parse(claims),
      signature: decodeBase64Url(signed),
      signed: new TextEncoder().encode(`${header}.${claims}`),
    }
  } catch {
    return undefined
  }
}

const parse = (text: string): unknown => JSON.parse(new TextDecoder().decode(decodeBase64Url(text)))
