import { isWaiting } from './authenticator-status.ts'
import type { Decision } from './decision.ts'
import type { Application, Session } from './model.ts'
import type { Stores } from './ports.ts'

/** A subject that somebody waits for got its face, whichever way. Who was switched off stays so. */
export async function completeActivation(
  stores: Stores,
  applicationId: string,
  subjectId: string,
  status: 'active' | 'review',
): Promise<void> {
  const authenticator = await stores.authenticators.findBySubject(applicationId, subjectId)
  if (authenticator === undefined || !isWaiting(authenticator)) return
  await stores.authenticators.update(applicationId, authenticator.id, { status, expiresAt: null })
}

/** Refusals after which an invitation is of no more use. */
const fatalRefusals: readonly string[] = ['duplicate', 'minor', 'too_many']

/** What a decision means for the one who was invited. Inside the deciding transaction. */
export async function settleInvitation(
  stores: Stores,
  { settings }: Application,
  { operation, applicationId, id: sessionId, subjectId }: Session,
  decision: Decision,
): Promise<void> {
  if (operation !== 'enroll' || subjectId === null) return
  if (decision.kind === 'granted') {
    const status = settings.review_enrolments ? 'review' : 'active'
    return completeActivation(stores, applicationId, subjectId, status)
  }
  if (decision.kind !== 'refused' || !fatalRefusals.includes(decision.reason)) return
  const authenticator = await stores.authenticators.findBySession(applicationId, sessionId)
  if (authenticator?.status !== 'activating') return
  await stores.authenticators.update(applicationId, authenticator.id, { status: 'failed' })
  // Nobody else may try on what has failed.
  await stores.sessions.useUp(applicationId, sessionId)
}
