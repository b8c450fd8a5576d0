import { passkeyTransport } from '@mien/shared/api/passkeys'
import {
  platformAuthenticatorIsAvailable,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
} from '@simplewebauthn/browser'
import type { BrowserPasskeys } from '../ceremony/browser-passkeys.ts'
import { createPasskeyChoice, type PasskeyChoiceOptions } from '../storage/passkey-choice.ts'
import { failWith } from './passkey-failure.ts'

export const openWebPasskeys = (application: PasskeyChoiceOptions): BrowserPasskeys => ({
  ...createPasskeyChoice(application),
  async create(challengeId, options) {
    // So that it can also lock what the person's own device keeps (OF14), where the authenticator can.
    const optionsJSON = { ...options, extensions: { prf: {} } }
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
