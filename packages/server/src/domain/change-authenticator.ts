import { MienError } from '@mien/shared/errors'
import type { EffectiveStatus } from './authenticator-status.ts'
import type { Authenticator } from './model.ts'

export interface AuthenticatorChanges {
  readonly status?: EffectiveStatus
  readonly expiresAt?: Date
}

/**
 * What a change makes of an authenticator.
 *
 * @param isActivated whether there is a face
 * @throws MienError CONFLICT
 */
export function changeAuthenticator(
  known: Authenticator,
  changes: AuthenticatorChanges,
  isActivated: boolean,
  now: Date,
): Authenticator {
  const { status, expiresAt = known.expiresAt } = changes
  if (status === undefined) return { ...known, expiresAt }
  if (status === 'expired') {
    const ended = known.status === 'review' ? 'review' : 'active'
    return { ...known, status: isActivated ? ended : 'activating', expiresAt: now }
  }
  const fits = status === 'activating' ? !isActivated : isActivated || status === 'disabled' || status === 'failed'
  if (!fits) {
    throw new MienError('CONFLICT', { message: isActivated ? 'There is a face already' : 'There is no face yet' })
  }
  // Who is let in again is not kept out by an expiry that has passed.
  const isOver = expiresAt !== null && !(expiresAt > now)
  const isLetIn = status === 'active' && changes.expiresAt === undefined && isOver
  return { ...known, status, expiresAt: isLetIn ? null : expiresAt }
}
