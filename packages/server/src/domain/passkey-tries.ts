import type { AttemptRule } from './attempts.ts'
import type { Digest } from './model.ts'
import { maxPinTries } from './pins.ts'
import type { Stores } from './ports.ts'

/** As of a PIN: so many failures in a row, over all sessions, and then nothing until a backend opens it. */
const rule: AttemptRule = {
  freeFailures: maxPinTries,
  firstWaitSeconds: 0,
  maxFailures: maxPinTries,
  lapseSeconds: null,
  isResetBySuccess: true,
}

/** Of all passkeys of a person together. */
export const passkeyScope = (subjectId: string): string => `subject|${subjectId}|passkey`

export const passkeyScopeDigest = async (stores: Stores, applicationId: string, subjectId: string): Promise<Digest> =>
  (await stores.applicationKeys.of(applicationId)).digest('attempt', Buffer.from(passkeyScope(subjectId)))

/** Takes a try before the passkey is looked at. @returns whether there was one left */
export async function reservePasskeyTry(
  stores: Stores,
  applicationId: string,
  subjectId: string,
  now: Date,
): Promise<boolean> {
  const scopeDigest = await passkeyScopeDigest(stores, applicationId, subjectId)
  return (await stores.attempts.count({ applicationId, scopeDigest, failed: true, rule, now })) !== undefined
}
