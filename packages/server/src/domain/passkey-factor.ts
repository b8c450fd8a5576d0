import type { PasskeyAnswer } from '@mien/shared/api/passkeys'
import { MienError } from '@mien/shared/errors'
import type { Digest, Passkey, PendingSubmission } from './model.ts'
import { passkeyScopeDigest, reservePasskeyTry } from './passkey-tries.ts'
import type { Stores } from './ports.ts'
import { relyingPartyOf } from './relying-party.ts'
import type { Fitting, SecondFactor, Unfit } from './second-factor.ts'
import { readPasskeyAnswer } from './webauthn.ts'

const wrong = (audited: string): Unfit => ({
  kind: 'unfit',
  reason: 'not_recognised',
  audited,
  error: 'PASSKEY_INVALID',
})

/** A passkey of one of those whom a face could be. Its challenge is spent with the try. */
export const passkeyFactor = (answer: PasskeyAnswer): SecondFactor => ({
  method: 'passkey',
  async reserve(stores, pending, now) {
    const { applicationId, sessionId, id: submissionId, origin } = pending
    const binding = {
      applicationId,
      id: answer.challenge_id,
      sessionId,
      purpose: 'authenticate',
      submissionId,
    } as const
    const relyingParty = relyingPartyOf(origin)
    const challenge = await stores.passkeyChallenges.consume(binding, now)
    if (challenge === undefined || relyingParty === null) throw new MienError('CHALLENGE_UNKNOWN')
    const passkey = await findAmong(stores, pending, answer.credential_id, relyingParty)
    if (passkey === undefined) return async () => wrong('passkey_unknown')
    const { subjectId } = passkey
    const isOpen = await reservePasskeyTry(stores, applicationId, subjectId, now)
    const scope = await passkeyScopeDigest(stores, applicationId, subjectId)
    return async () => {
      const signCount = await readPasskeyAnswer(answer, passkey, { challenge, origin, relyingParty })
      if (!isOpen) return { kind: 'unfit', reason: 'not_recognised', audited: 'locked' }
      return signCount === undefined ? wrong('passkey_invalid') : fitting(passkey, signCount, scope)
    }
  },
})

/** Of two that look alike both must have one: else the one without would lend the other its face. */
async function findAmong(
  stores: Stores,
  { applicationId, candidateIds }: PendingSubmission,
  credentialId: string,
  relyingParty: string,
): Promise<Passkey | undefined> {
  const passkey = await stores.passkeys.findByCredential(applicationId, credentialId)
  const holders = await stores.passkeys.having(applicationId, candidateIds, relyingParty)
  const isTheirs = passkey?.relyingParty === relyingParty && candidateIds.includes(passkey.subjectId)
  return isTheirs && holders.length === candidateIds.length ? passkey : undefined
}

const fitting = ({ applicationId, id, subjectId }: Passkey, signCount: number, scope: Digest): Fitting => ({
  kind: 'fits',
  subjectId,
  heldScopes: [scope],
  async use(stores, now) {
    // Two authenticators that both say they are this one: one is a copy (WebAuthn section 6.1.1).
    if (!(await stores.passkeys.used(applicationId, id, signCount, now))) return wrong('passkey_counter')
    await stores.attempts.clear(applicationId, [scope])
    return null
  },
})
