import { passkeyTransport } from '@mien/shared/api/passkeys'
import { type ErrorCode, MienError } from '@mien/shared/errors'
import {
  platformAuthenticatorIsAvailable,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
} from '@simplewebauthn/browser'
import type { BrowserPasskeys } from '../ceremony/browser-passkeys.ts'
import { createPasskeyChoice, type PasskeyChoiceOptions } from '../storage/passkey-choice.ts'

export const openWebPasskeys = (application: PasskeyChoiceOptions): BrowserPasskeys => ({
  ...createPasskeyChoice(application),
  async create(challengeId, optionsJSON) {
    const { id, response } = await startRegistration({ optionsJSON }).catch(failWith)
    return {
      challenge_id: challengeId,
      credential_id: id,
      client_data: response.clientDataJSON,
      attestation_object: response.attestationObject,
      // Words that browsers found since: the server would refuse them.
      transports: (response.transports ?? []).flatMap((each) => passkeyTransport.safeParse(each).data ?? []),
    }
  },
  async use(challengeId, optionsJSON) {
    const { id, response } = await startAuthentication({ optionsJSON }).catch(failWith)
    return {
      challenge_id: challengeId,
      credential_id: id,
      client_data: response.clientDataJSON,
      authenticator_data: response.authenticatorData,
      signature: response.signature,
    }
  },
  cancel: () => WebAuthnAbortService.cancelCeremony(),
  // The library takes for granted that a browser with passkeys can say so.
  isDeviceAble: async () => {
    try {
      return await platformAuthenticatorIsAvailable()
    } catch {
      return false
    }
  },
})

/** By the names of WebAuthn sections 5.1.3 and 5.1.4; all others may be otherwise the next time. */
const codes: Readonly<Record<string, ErrorCode>> = {
  SecurityError: 'ORIGIN_FORBIDDEN',
  NotSupportedError: 'BROWSER_UNSUPPORTED',
  InvalidStateError: 'CONFLICT',
}

/** The library's own error has the name of the browser's. */
function failWith(cause: unknown): never {
  const name = cause instanceof Error ? cause.name : ''
  throw new MienError(codes[name] ?? 'ABORTED', { cause })
}
