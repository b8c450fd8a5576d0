import type { Authenticator, AuthenticatorStatus } from './model.ts'
import type { Stores } from './ports.ts'

/** An authenticator as it stands now: time may have ended it. */
export type EffectiveStatus = AuthenticatorStatus | 'expired'

export function effectiveStatus({ status, expiresAt }: Authenticator, now: Date): EffectiveStatus {
  const mayExpire = status === 'activating' || status === 'active' || status === 'review'
  return mayExpire && expiresAt !== null && !(expiresAt > now) ? 'expired' : status
}

export const hasFace = async (stores: Stores, applicationId: string, subjectId: string): Promise<boolean> =>
  (await stores.faces.listOfSubject(applicationId, subjectId)).length > 0

/** Whether somebody may sign in by face: whoever has one, and either no managed authenticator or an active one. */
export async function maySignIn(stores: Stores, applicationId: string, subjectId: string, now: Date): Promise<boolean> {
  if (!(await hasFace(stores, applicationId, subjectId))) return false
  const authenticator = await stores.authenticators.findBySubject(applicationId, subjectId)
  return authenticator === undefined || effectiveStatus(authenticator, now) === 'active'
}

/** For a face that an invitation brings, or another one. */
export const isWaiting = ({ status }: Authenticator): boolean => status === 'activating' || status === 'failed'
