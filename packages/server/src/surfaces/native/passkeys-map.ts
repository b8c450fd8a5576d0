import type { PasskeyOptionsResponse, PasskeyTransport, Passkey as WirePasskey } from '@mien/shared/api/passkeys'
import type { Application, Passkey } from '../../domain/model.ts'
import type { PasskeyOptions } from '../../domain/passkey-ceremonies.ts'
import { randomToken } from '../../domain/tokens.ts'
import { passkeyAlgorithms } from '../../domain/webauthn.ts'

export function toPasskeyOptions(drawn: PasskeyOptions, { name }: Application): PasskeyOptionsResponse {
  const { challenge: row, timeoutMs: timeout, relyingParty, others } = drawn
  const { challenge } = row
  const offered = { challenge_id: row.id, expires_at: row.expiresAt.toISOString() }
  if (row.purpose === 'authenticate') {
    const options = { challenge, timeout, rpId: relyingParty, userVerification: 'required' } as const
    return { purpose: 'authenticate', ...offered, options }
  }
  return {
    purpose: 'register',
    ...offered,
    options: {
      challenge,
      timeout,
      rp: { id: relyingParty, name },
      // Neither the facial id nor anything else of the person: who reads a list of passkeys learns where, not who.
      user: { id: randomToken(), name, displayName: name },
      pubKeyCredParams: passkeyAlgorithms.map((alg) => ({ type: 'public-key', alg })),
      excludeCredentials: others.map(({ credentialId, transports }) => ({
        type: 'public-key',
        id: credentialId,
        // Only what the contract knows is ever written down.
        transports: [...transports] as PasskeyTransport[],
      })),
      authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
      attestation: 'none',
    },
  }
}

export const toPasskey = (passkey: Passkey): WirePasskey => ({
  passkey_id: passkey.id,
  credential_id: passkey.credentialId,
  relying_party: passkey.relyingParty,
  transports: [...passkey.transports],
  created_at: passkey.createdAt.toISOString(),
  last_used_at: passkey.lastUsedAt === null ? null : passkey.lastUsedAt.toISOString(),
})
