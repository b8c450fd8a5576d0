import { createHash, randomInt } from 'node:crypto'
import type { SubmissionRequest } from '@mien/shared/api/submissions'
import { MienError } from '@mien/shared/errors'
import type { ConsumedChallenge } from './consume-challenge.ts'
import type { BodySigner, SignedBody } from './device-signatures.ts'
import type { Application, Session } from './model.ts'
import type { Stores } from './ports.ts'
import { refuseOtherSigner } from './signing-device.ts'
import { sameDigest } from './tokens.ts'

/** Time to send pictures that are there already. */
export const revealSeconds = 30

/** A spot check that the draw asks for. */
export interface DrawnCheck {
  readonly keyId: string
  /** Pictures were asked for before of what this key signed, and none have come since that were right. */
  readonly isOwed: boolean
}

/**
 * Draws by the system's generator, after the submission is spent: the same one draws once. Whose key owes pictures is not drawn for, and
 * checked: a submission that commits to nothing real could otherwise be repeated until none are asked for.
 *
 * @returns undefined: not this one
 */
export async function drawSpotCheck(
  stores: Stores,
  { id, settings }: Application,
  { commitsCrops, deviceKeyId }: ConsumedChallenge,
): Promise<DrawnCheck | undefined> {
  if (!commitsCrops || deviceKeyId === null) return undefined
  const isOwed = await stores.devices.owesReveal(id, deviceKeyId)
  return isOwed || randomInt(100) < settings.spot_check_percent ? { keyId: deviceKeyId, isOwed } : undefined
}

/** Exactly what was sent, and in which session. */
export interface SentSubmission {
  readonly session: Session
  readonly request: SubmissionRequest
  readonly signed: SignedBody
}

const digestOf = ({ signed }: SentSubmission): Buffer => createHash('sha256').update(signed.bytes).digest()

/** Fixes what was submitted, and asks for its pictures. */
export async function askReveal(
  stores: Stores,
  sent: SentSubmission,
  now: Date,
  { keyId, isOwed }: DrawnCheck,
): Promise<void> {
  const { applicationId, id: sessionId } = sent.session
  await stores.applications.hold(applicationId)
  const until = new Date(now.getTime() + revealSeconds * 1000)
  await stores.challenges.askReveal(applicationId, sent.request.challenge_id, digestOf(sent), until)
  await stores.devices.setOwesReveal(applicationId, keyId, true)
  const outcome = isOwed ? 'reveal_owed' : 'reveal'
  await stores.audit.append({ applicationId, event: 'authenticate', outcome, subjectId: null, sessionId, at: now })
}

export interface TakenReveal {
  readonly keyId: string
  readonly isLate: boolean
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
  const { applicationId, id: sessionId } = sent.session
  const { challenge_id: challengeId } = sent.request
  const reveal = await stores.challenges.findReveal(applicationId, challengeId)
  if (reveal === undefined) throw new MienError('CHALLENGE_UNKNOWN')
  const isBound = reveal.sessionId === sessionId && sameDigest(reveal.digest, digestOf(sent))
  if (!isBound) throw new MienError('BINDING_MISMATCH')
  refuseOtherSigner(reveal, signer)
  if (!(await stores.challenges.takeReveal(applicationId, challengeId, now))) throw new MienError('CHALLENGE_USED')
  return { keyId: reveal.deviceKeyId, isLate: !(reveal.until > now) }
}
