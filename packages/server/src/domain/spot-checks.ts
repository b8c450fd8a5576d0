import { createHash, randomInt } from 'node:crypto'
import type { SubmissionRequest } from '@mien/shared/api/submissions'
import { MienError } from '@mien/shared/errors'
import type { ConsumedChallenge } from './consume-challenge.ts'
import type { BodySigner, SignedBody } from './device-signatures.ts'
import type { Application, Reveal, Session } from './model.ts'
import type { Stores } from './ports.ts'
import { refuseOtherSigner } from './signing-device.ts'
import { sameDigest } from './tokens.ts'

/** Time to send pictures that are there already. */
export const revealSeconds = 30

/** A submission of which pictures may be asked for. */
export interface DrawnCheck {
  readonly keyId: string
  /** Whoever it would let in shows pictures. */
  readonly isByLot: boolean
  /** Those who show them anyway: they were asked for before of what this key signed as this person, and none have come since that were right. */
  readonly owing: readonly string[]
}

/**
 * Draws by the system's generator, in the transaction that spends the submission: the same one draws once. Submissions of one key draw one
 * after the other, each with what the last one came to: else some that are sent at once would each draw for themselves.
 *
 * @returns undefined: not this one
 */
export async function drawSpotCheck(
  stores: Stores,
  { id, settings }: Application,
  { commitsCrops, deviceKeyId }: ConsumedChallenge,
): Promise<DrawnCheck | undefined> {
  if (!commitsCrops || deviceKeyId === null) return undefined
  await stores.devices.lockDraws(id, deviceKeyId)
  const owing = await stores.devices.owingReveal(id, deviceKeyId)
  const isByLot = randomInt(100) < settings.spot_check_percent
  return isByLot || owing.length > 0 ? { keyId: deviceKeyId, isByLot, owing } : undefined
}

/** Exactly what was sent, and in which session. */
export interface SentSubmission {
  readonly session: Session
  readonly request: SubmissionRequest
  readonly signed: SignedBody
}

const digestOf = ({ signed }: SentSubmission): Buffer => createHash('sha256').update(signed.bytes).digest()

/** Fixes what was submitted, and asks for its pictures: from here on those whom it would let in owe them. */
export async function askReveal(
  stores: Stores,
  sent: SentSubmission,
  now: Date,
  { keyId, owing }: DrawnCheck,
  subjectIds: readonly string[],
): Promise<void> {
  const { applicationId, id: sessionId } = sent.session
  const until = new Date(now.getTime() + revealSeconds * 1000)
  await stores.challenges.askReveal(applicationId, sent.request.challenge_id, digestOf(sent), until)
  await stores.devices.setOwesReveal(applicationId, keyId, subjectIds, true)
  const outcome = subjectIds.some((id) => owing.includes(id)) ? 'reveal_owed' : 'reveal'
  await stores.audit.append({ applicationId, event: 'authenticate', outcome, subjectId: null, sessionId, at: now })
}

export interface TakenReveal {
  readonly keyId: string
  readonly isLate: boolean
}

/**
 * Looks whether pictures were asked for of exactly this, by the same client token, before anything is read or hashed for it.
 *
 * @throws MienError CHALLENGE_UNKNOWN (nothing was asked for), BINDING_MISMATCH
 */
export async function refuseUnaskedReveal(stores: Stores, sent: SentSubmission): Promise<void> {
  await findOwnReveal(stores, sent)
}

async function findOwnReveal(stores: Stores, sent: SentSubmission): Promise<Reveal> {
  const { applicationId, id: sessionId, operation } = sent.session
  const reveal =
    operation === 'authenticate'
      ? await stores.challenges.findReveal(applicationId, sent.request.challenge_id)
      : undefined
  if (reveal === undefined) throw new MienError('CHALLENGE_UNKNOWN')
  const isBound = reveal.sessionId === sessionId && sameDigest(reveal.digest, digestOf(sent))
  if (!isBound) throw new MienError('BINDING_MISMATCH')
  return reveal
}

/**
 * Takes what was asked for: once, in its own session, for the same bytes, signed by the same key.
 *
 * @throws MienError CHALLENGE_UNKNOWN (nothing was asked for), BINDING_MISMATCH, SIGNATURE_INVALID, CHALLENGE_USED
 */
export async function takeReveal(
  stores: Stores,
  sent: SentSubmission,
  now: Date,
  signer: BodySigner | null,
): Promise<TakenReveal> {
  const reveal = await findOwnReveal(stores, sent)
  refuseOtherSigner(reveal, signer)
  const isTaken = await stores.challenges.takeReveal(sent.session.applicationId, sent.request.challenge_id, now)
  if (!isTaken) throw new MienError('CHALLENGE_USED')
  return { keyId: reveal.deviceKeyId, isLate: !(reveal.until > now) }
}
