import { type CredentialKind, credentialScopes } from '@mien/shared/api/applications'
import { MienError } from '@mien/shared/errors'
import type { Applications, Caller } from './applications.ts'
import type { Clock, Signer } from './ports.ts'
import { rowId } from './tokens.ts'

export interface AccessToken {
  /** A JWS (RFC 9068 in spirit): signed, short-lived, bound to the credential that it was given for. */
  readonly token: string
  readonly id: string
  readonly scopes: readonly string[]
  readonly issuedAt: Date
  readonly expiresAt: Date
}

export interface AccessTokens {
  /**
   * What the credential may do for a while, or some of it.
   *
   * @throws MienError FORBIDDEN when more is asked for
   */
  issue(caller: Caller, seconds: number, scopes?: readonly string[]): Promise<AccessToken>
  /**
   * Who shows it, with the token's scopes. The credential is looked up again: a token dies with it, and never does more.
   *
   * @throws MienError UNAUTHORIZED
   */
  read(kind: CredentialKind, token: string): Promise<Caller>
}

export interface AccessTokensOptions {
  readonly applications: Applications
  readonly signer: Signer
  readonly clock: Clock
  readonly issuer: string
}

/** All that a credential may do. */
const scopesOf = ({ credential: { kind, scopes } }: Caller): readonly string[] =>
  scopes.length > 0 ? scopes : credentialScopes[kind]

/** @throws MienError FORBIDDEN */
export function requireScope(caller: Caller, scope: string): void {
  if (!scopesOf(caller).includes(scope)) throw new MienError('FORBIDDEN')
}

/** Tokens for dialects whose credentials are exchanged for one. */
export function createAccessTokens({ applications, signer, clock, issuer }: AccessTokensOptions): AccessTokens {
  return {
    async issue(caller, seconds, scopes = scopesOf(caller)) {
      const { application, credential } = caller
      for (const scope of scopes) requireScope(caller, scope)
      const id = rowId()
      const issuedAt = clock.now()
      const expiresAt = new Date(issuedAt.getTime() + seconds * 1000)
      const token = await signer.sign(
        {
          iss: issuer,
          aud: audienceOf(credential.kind),
          sub: credential.id,
          client_id: credential.clientId,
          application_id: application.id,
          scope: scopes.join(' '),
          iat: Math.floor(issuedAt.getTime() / 1000),
          exp: Math.floor(expiresAt.getTime() / 1000),
          jti: id,
        },
        'at+jwt',
      )
      return { token, id, scopes, issuedAt, expiresAt }
    },

    async read(kind, token) {
      const claims = await signer.verify(token, 'at+jwt')
      const { aud, sub, application_id: applicationId, scope } = claims ?? {}
      const isForKind = aud === audienceOf(kind) && typeof sub === 'string' && typeof applicationId === 'string'
      const caller = isForKind ? await applications.findCredential(applicationId, sub) : undefined
      if (caller === undefined) throw new MienError('UNAUTHORIZED')
      const granted = String(scope).split(' ')
      const scopes = scopesOf(caller).filter((each) => granted.includes(each))
      // A credential without any would stand for all of them.
      if (scopes.length === 0) throw new MienError('UNAUTHORIZED')
      return { ...caller, credential: { ...caller.credential, scopes } }
    },
  }
}

const audienceOf = (kind: CredentialKind): string => `mien:${kind}`
