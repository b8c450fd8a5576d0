import type { SubmissionRequest } from '@mien/shared/api/submissions'
import { type ErrorCode, MienError } from '@mien/shared/errors'
import type { Session } from './model.ts'
import type { SpentChallenge, Stores } from './ports.ts'
import { challengeSeconds } from './sessions.ts'

export interface ConsumedChallenge extends SpentChallenge {
  readonly issuedAt: Date
}

/**
 * Spends a challenge: one conditional update, so that of many concurrent uses one succeeds.
 *
 * @returns when it was issued, and what it asked for
 * @throws MienError CHALLENGE_UNKNOWN, BINDING_MISMATCH, CHALLENGE_USED, CHALLENGE_EXPIRED
 */
export async function consumeChallenge(
  stores: Stores,
  session: Session,
  request: SubmissionRequest,
  now: Date,
): Promise<ConsumedChallenge> {
  const { applicationId, id: sessionId } = session
  const { challenge_id: id, nonce, operation, level, model_id: modelId } = request
  const binding = { applicationId, id, sessionId, nonce, operation, level, modelId }
  const consumed = await stores.challenges.consume(binding, now)
  if (consumed !== undefined) {
    return { ...consumed, issuedAt: issuedAt(consumed) }
  }
  throw new MienError(await reason(stores, session, request, now))
}

/**
 * Looks whether a challenge could be spent, before dear work that has to be done first. It is still there afterwards.
 *
 * @returns as `consumeChallenge`
 * @throws MienError as `consumeChallenge`
 */
export async function refuseUnfitChallenge(
  stores: Stores,
  session: Session,
  request: SubmissionRequest,
  now: Date,
): Promise<ConsumedChallenge> {
  const challenge = await stores.challenges.find(session.applicationId, request.challenge_id)
  const fits =
    challenge?.sessionId === session.id &&
    challenge.nonce === request.nonce &&
    challenge.operation === request.operation &&
    challenge.level === request.level &&
    challenge.usedAt === null &&
    challenge.expiresAt > now
  if (!fits) throw new MienError(await reason(stores, session, request, now))
  return { ...challenge, issuedAt: issuedAt(challenge) }
}

const issuedAt = ({ expiresAt }: Pick<SpentChallenge, 'expiresAt'>): Date =>
  new Date(expiresAt.getTime() - challengeSeconds * 1000)

/** Why it could not be spent; asked only after it was not. */
async function reason(stores: Stores, session: Session, request: SubmissionRequest, now: Date): Promise<ErrorCode> {
  const challenge = await stores.challenges.find(session.applicationId, request.challenge_id)
  if (challenge === undefined) return 'CHALLENGE_UNKNOWN'
  const isBound = challenge.sessionId === session.id && challenge.nonce === request.nonce
  if (!isBound || challenge.operation !== request.operation) return 'BINDING_MISMATCH'
  if (challenge.usedAt !== null) return 'CHALLENGE_USED'
  return challenge.expiresAt > now ? 'BINDING_MISMATCH' : 'CHALLENGE_EXPIRED'
}
