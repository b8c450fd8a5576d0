import type { PasskeyAnswer, PasskeyRegistration } from '@mien/shared/api/passkeys'
import {
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { decodeAttestationObject, decodeClientDataJSON, isoBase64URL } from '@simplewebauthn/server/helpers'
import type { Passkey } from './model.ts'

/** What an answer has to fit. */
export interface ExpectedPasskey {
  readonly challenge: string
  readonly origin: string
  readonly relyingParty: string
}

export type NewCredential = Pick<Passkey, 'credentialId' | 'publicKey' | 'signCount'>

/** ES256, EdDSA and RS256: what authenticators have. COSE (RFC 9053, RFC 8812). */
export const passkeyAlgorithms = [-7, -8, -257]

/**
 * Looks at a passkey that was just made. The person was verified by the authenticator; who made that is not asked.
 *
 * @returns undefined for whatever does not fit or cannot be read
 */
export const readNewPasskey = (
  answer: PasskeyRegistration,
  expected: ExpectedPasskey,
): Promise<NewCredential | undefined> =>
  unlessUnreadable(async () => {
    if (isFramed(answer.client_data) || !isUnattested(answer.attestation_object)) return undefined
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: toRegistration(answer),
      expectedChallenge: expected.challenge,
      expectedOrigin: expected.origin,
      expectedRPID: expected.relyingParty,
      requireUserVerification: true,
      supportedAlgorithmIDs: passkeyAlgorithms,
    })
    if (!verified) return undefined
    const { id: credentialId, publicKey, counter: signCount } = registrationInfo.credential
    return credentialId === answer.credential_id ? { credentialId, publicKey, signCount } : undefined
  })

/**
 * Looks at what a passkey signed.
 *
 * @returns the authenticator's counter, which says by itself whether the passkey was copied; undefined for whatever does not fit
 */
export const readPasskeyAnswer = (
  answer: PasskeyAnswer,
  { credentialId: id, publicKey }: Pick<Passkey, 'credentialId' | 'publicKey'>,
  expected: ExpectedPasskey,
): Promise<number | undefined> =>
  unlessUnreadable(async () => {
    if (isFramed(answer.client_data)) return undefined
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: {
        id,
        rawId: id,
        type: 'public-key',
        response: {
          clientDataJSON: answer.client_data,
          authenticatorData: answer.authenticator_data,
          signature: answer.signature,
        },
        clientExtensionResults: {},
      },
      expectedChallenge: expected.challenge,
      expectedOrigin: expected.origin,
      expectedRPID: expected.relyingParty,
      requireUserVerification: true,
      // Whoever writes the use down compares: between here and there it may have been used once more.
      credential: { id, publicKey: new Uint8Array(publicKey), counter: 0 },
    })
    return verified ? authenticationInfo.newCounter : undefined
  })

const toRegistration = (answer: PasskeyRegistration): RegistrationResponseJSON => ({
  id: answer.credential_id,
  rawId: answer.credential_id,
  type: 'public-key',
  response: {
    clientDataJSON: answer.client_data,
    attestationObject: answer.attestation_object,
    transports: answer.transports ?? [],
  },
  clientExtensionResults: {},
})

/** A page inside somebody else's frame: the person may not see where they are. */
const isFramed = (clientData: string): boolean => decodeClientDataJSON(clientData).crossOrigin === true

/**
 * None was asked for. Certificates are refused before anything reads them: to see whether one was revoked, the library would fetch an
 * address that stands in it. A key that attests itself brings none (WebAuthn section 5.1.3, step 22).
 */
function isUnattested(attestationObject: string): boolean {
  const decoded = decodeAttestationObject(isoBase64URL.toBuffer(attestationObject))
  const format = decoded.get('fmt')
  return format === 'none' || (format === 'packed' && decoded.get('attStmt').get('x5c') === undefined)
}

/** The library throws for whatever does not fit, and so does what it reads CBOR and keys with. */
async function unlessUnreadable<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch {
    return undefined
  }
}
