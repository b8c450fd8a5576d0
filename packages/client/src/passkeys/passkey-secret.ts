import { encodeBase64Url } from '@mien/shared/bytes'
import { MienError } from '@mien/shared/errors'
import { type PublicKeyCredentialRequestOptionsJSON, startAuthentication } from '@simplewebauthn/browser'
import type { PasskeySecret } from '../storage/record-lock.ts'
import { failWith } from './passkey-failure.ts'

/** Milliseconds. */
const timeout = 120_000

/**
 * Has the person's passkey for this site compute a secret, by the extension `prf` (WebAuthn Level 3 section 10.1.4). No server is
 * asked. To be called in the handler of a press.
 *
 * @param salt 32 bytes: the same passkey gives the same secret for it
 * @param credentialId of the one to ask, base64url; undefined: whichever the person chooses
 * @throws MienError ABORTED (declined, nobody verified, no passkey), BROWSER_UNSUPPORTED (`details.passkey` is `prf`: the browser or the
 *   authenticator has no such extension, or the passkey was made without it)
 */
export async function askPasskeySecret(salt: Uint8Array<ArrayBuffer>, credentialId?: string): Promise<PasskeySecret> {
  if (!('PublicKeyCredential' in globalThis)) throw withoutPrf()
  const optionsJSON: PublicKeyCredentialRequestOptionsJSON = {
    // Nobody verifies what is signed: what counts is what is computed.
    challenge: encodeBase64Url(crypto.getRandomValues(new Uint8Array(32))),
    timeout,
    userVerification: 'required',
    extensions: { prf: { eval: { first: salt } } },
    ...(credentialId === undefined ? {} : { allowCredentials: [{ type: 'public-key', id: credentialId }] }),
  }
  const { id, clientExtensionResults } = await startAuthentication({ optionsJSON }).catch(failWith)
  const first = clientExtensionResults.prf?.results?.first
  // By the standard a buffer of its own.
  if (!(first instanceof ArrayBuffer)) throw withoutPrf()
  return { credentialId: id, secret: new Uint8Array(first) }
}

const withoutPrf = () =>
  new MienError('BROWSER_UNSUPPORTED', { message: 'No passkey here can keep a secret', details: { passkey: 'prf' } })
