import type { StepUpRequest } from '@mien/shared/api/step-ups'
import type { RefusalReason } from '@mien/shared/api/submissions'
import { type ErrorCode, MienError } from '@mien/shared/errors'
import { assessDecision } from './assess-decision.ts'
import { maySignIn } from './authenticator-status.ts'
import { type Decision, type Outcome, settle } from './decision.ts'
import { countSuccess, type LockoutFacts, scopeDigests, successScopes } from './face-lockouts.ts'
import type { Application, Client, PendingSubmission, Session } from './model.ts'
import { neededLevel } from './needed-level.ts'
import { passkeyFactor } from './passkey-factor.ts'
import { awaitsPasskey } from './passkey-grant.ts'
import { pinFactor } from './pin-factor.ts'
import { maxSessionPinTries, type Pins } from './pins.ts'
import type { Clock, Database, Stores } from './ports.ts'
import type { Check, Fitting, SecondFactor, Unfit } from './second-factor.ts'
import { findSigningDevice, type SignInFacts } from './signing-device.ts'
import { takes } from './step-up-methods.ts'
import { announceDecision } from './webhook-outbox.ts'

export interface StepUpInput {
  readonly session: Session
  readonly application: Application
  readonly request: StepUpRequest
  /** Whose browser it is. */
  readonly client: Client
}

export interface StepUps {
  /**
   * Checks a PIN or a passkey beside a face that was recognised. Tries are taken before it is looked at.
   *
   * @throws MienError NOT_FOUND, SESSION_EXPIRED, REQUEST_INVALID; CHALLENGE_UNKNOWN and PASSKEY_INVALID for a passkey
   */
  submit(input: StepUpInput): Promise<Outcome>
}

export interface StepUpsOptions {
  readonly database: Database
  readonly clock: Clock
  readonly pins: Pins
}

interface Reservation {
  readonly pending: PendingSubmission
  /** Null: the session has no tries left. */
  readonly check: Check | null
}

/** What it came to, and what the page is told instead of it. */
interface Concluded {
  readonly outcome: Outcome
  readonly error: ErrorCode | undefined
}

const refused = (reason: RefusalReason): Unfit => ({ kind: 'unfit', reason })

export function createStepUps({ database, clock, pins }: StepUpsOptions): StepUps {
  /** Commits before anything slow runs, so that concurrent guesses cannot share a try. */
  const reserve = (session: Session, submissionId: string, factor: SecondFactor): Promise<Reservation> =>
    database.transaction(async (stores) => {
      await stores.applications.hold(session.applicationId)
      const pending = await stores.pending.find(session.applicationId, submissionId)
      if (pending === undefined || pending.sessionId !== session.id) throw new MienError('NOT_FOUND')
      if (!(pending.expiresAt > clock.now())) throw new MienError('SESSION_EXPIRED')
      if (!(await stores.sessions.reserveTry(session.applicationId, session.id, 'pin', maxSessionPinTries))) {
        return { pending, check: null }
      }
      return { pending, check: await factor.reserve(stores, pending, clock.now()) }
    })

  /** @returns whose it is, or why nobody's */
  const take = async (
    stores: Stores,
    pending: PendingSubmission,
    proof: Fitting | Unfit,
    lockouts: LockoutFacts,
  ): Promise<Fitting | Unfit> => {
    if (proof.kind === 'unfit') return proof
    const { applicationId, id, clears } = pending
    const { subjectId } = proof
    if (!(await stores.pending.finish(applicationId, id, clock.now()))) return refused('not_recognised')
    // Counts before the person, the person before the factor: the order in which deleting takes them. Who was deleted meanwhile is nobody.
    const cleared = clears === null ? [] : successScopes(lockouts, clears)
    await stores.attempts.hold(applicationId, [...proof.heldScopes, ...cleared])
    if (!(await stores.subjects.seen(applicationId, subjectId, clock.now()))) return refused('not_recognised')
    if (!(await haveAllFaces(stores, pending))) return refused('not_recognised')
    if (!(await maySignIn(stores, applicationId, subjectId, clock.now()))) return refused('not_recognised')
    return (await proof.use(stores, clock.now())) ?? proof
  }

  const conclude = async (
    stores: Stores,
    { session, application, client }: StepUpInput,
    pending: PendingSubmission,
    factor: SecondFactor,
    proof: Fitting | Unfit,
  ): Promise<Concluded> => {
    const { id: applicationId } = application
    await stores.applications.hold(applicationId)
    const facts = await signInFacts(stores, session, application, pending)
    // Held in the order in which a submission holds them. Whoever was granted something meanwhile is granted nothing else.
    const isOpen = await stores.sessions.holdUnused(applicationId, session.id)
    const at = clock.now()
    const scopeDigest = scopeDigests(await stores.applicationKeys.of(applicationId))
    const { device } = facts
    const lockouts = { stores, application, session, now: at, clientAddress: client.address, device, scopeDigest }
    const taken = isOpen ? await take(stores, pending, proof, lockouts) : refused('too_many')
    const { decision, worth, newDevice } = await assessDecision(stores, facts, at, toDecision(taken), factor.method)
    if (decision.kind === 'granted' && pending.clears !== null) await countSuccess(lockouts, pending.clears)
    const { origin, pageClaims } = pending
    await stores.audit.append({
      applicationId,
      event: 'step_up',
      outcome: decision.kind === 'refused' ? (decision.audited ?? decision.reason) : decision.kind,
      subjectId: decision.kind === 'granted' ? decision.subjectId : null,
      sessionId: session.id,
      at,
    })
    const operation = 'authenticate'
    const mayAddPasskey = awaitsPasskey(application, session, origin, worth)
    const grant = { session, operation, worth, origin, pageClaims, mayAddPasskey, at } as const
    const outcome = await settle(stores, decision, grant)
    const event = { applicationId, operation, at, clientAddress: client.address, details: null, newDevice } as const
    await announceDecision(stores, decision, event)
    return { outcome, error: taken.kind === 'unfit' ? taken.error : undefined }
  }

  return {
    async submit(input) {
      const factor = secondFactorOf(input, pins)
      const { pending, check } = await reserve(input.session, input.request.submission_id, factor)
      const proof = check === null ? refused('too_many') : await check()
      const concluded = await database.transaction((stores) => conclude(stores, input, pending, factor, proof))
      if (concluded.error !== undefined) throw new MienError(concluded.error)
      return concluded.outcome
    },
  }
}

/** @throws MienError REQUEST_INVALID for what the application does not take */
function secondFactorOf({ application, request: { pin, passkey } }: StepUpInput, pins: Pins): SecondFactor {
  const factor = passkey === undefined ? pinFactor(pins, pin ?? '') : passkeyFactor(passkey)
  if (!takes(application, factor.method)) {
    throw new MienError('REQUEST_INVALID', { message: `This application takes no ${factor.method} here` })
  }
  return factor
}

const toDecision = (proof: Fitting | Unfit): Decision => {
  if (proof.kind === 'fits') return { kind: 'granted', subjectId: proof.subjectId, matchLevel: null }
  const { reason, audited } = proof
  return { kind: 'refused', reason, ...(audited === undefined ? {} : { audited }) }
}

/** Whether none of the faces was taken away that they had when one was recognised: whose it is, is held. */
async function haveAllFaces(
  stores: Stores,
  { applicationId, candidateIds, faceIds }: PendingSubmission,
): Promise<boolean> {
  const lists = await Promise.all(candidateIds.map((id) => stores.faces.listOfSubject(applicationId, id)))
  const there = new Set(lists.flat().map(({ id }) => id))
  return faceIds.length > 0 && faceIds.every((id) => there.has(id))
}

/** As it stood when the face was recognised, and as its device stands now. */
async function signInFacts(
  stores: Stores,
  session: Session,
  application: Application,
  { deviceKeyId, offeredKey, offeredLabel, serverVerified }: PendingSubmission,
): Promise<SignInFacts> {
  const label = offeredLabel === null ? {} : { label: offeredLabel }
  const offer = offeredKey === null ? null : { public_key: offeredKey, ...label }
  const signer = deviceKeyId === null ? null : { keyId: deviceKeyId, offer }
  const device = await findSigningDevice(stores, application, signer)
  return { application, session, needed: neededLevel(application, session), serverVerified, device }
}
