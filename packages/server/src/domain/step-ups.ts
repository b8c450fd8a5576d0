import type { RefusalReason, StepUpRequest } from '@mien/shared/api/submissions'
import { MienError } from '@mien/shared/errors'
import { assessDecision } from './assess-decision.ts'
import { maySignIn } from './authenticators.ts'
import { type Decision, type Outcome, settle } from './decision.ts'
import type { Application, Client, PendingSubmission, Session } from './model.ts'
import { neededLevel } from './needed-level.ts'
import { maxPinTries, maxSessionPinTries, type Pins } from './pins.ts'
import type { Clock, Database, ReservedPin, Stores } from './ports.ts'
import { findSigningDevice, type SignInFacts } from './signing-device.ts'
import { announceDecision } from './webhook-outbox.ts'

export interface StepUpInput {
  readonly session: Session
  readonly application: Application
  readonly request: StepUpRequest
  /** Whose browser it is. */
  readonly client: Client
}

export interface StepUps {
  /** Checks a PIN for a face that was recognised. Tries are taken before the PIN is looked at. */
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
  readonly pins: readonly ReservedPin[] | null
}

export function createStepUps({ database, clock, pins }: StepUpsOptions): StepUps {
  /** Commits before the slow hash runs, so that concurrent guesses cannot share a try. */
  const reserve = (session: Session, submissionId: string): Promise<Reservation> =>
    database.transaction(async (stores) => {
      await stores.applications.hold(session.applicationId)
      const pending = await stores.pending.find(session.applicationId, submissionId)
      if (pending === undefined || pending.sessionId !== session.id) throw new MienError('NOT_FOUND')
      if (!(pending.expiresAt > clock.now())) throw new MienError('SESSION_EXPIRED')
      if (!(await stores.sessions.reserveTry(session.applicationId, session.id, 'pin', maxSessionPinTries))) {
        return { pending, pins: null }
      }
      return { pending, pins: await stores.pins.reserve(session.applicationId, pending.candidateIds, maxPinTries) }
    })

  const decide = async (stores: Stores, { pending, pins: reserved }: Reservation, matching: readonly string[]) => {
    const refused = (reason: RefusalReason): Decision => ({ kind: 'refused', reason })
    if (reserved === null) return refused('too_many')
    // A locked person looks like an unknown one. Of two that look alike one may be the other's way around a lock.
    if (reserved.length < pending.candidateIds.length) return refused('not_recognised')
    const [subjectId, other] = matching
    if (subjectId === undefined) return refused('pin_wrong')
    if (other !== undefined) return refused('not_recognised')
    const { applicationId } = pending
    if (!(await stores.pending.finish(applicationId, pending.id, clock.now()))) return refused('not_recognised')
    // Before the PIN, in the order in which deleting takes them. Who was deleted meanwhile is nobody.
    if (!(await stores.subjects.seen(applicationId, subjectId, clock.now()))) return refused('not_recognised')
    if (!(await maySignIn(stores, applicationId, subjectId, clock.now()))) return refused('not_recognised')
    await stores.pins.clear(applicationId, subjectId)
    await stores.pins.refund(
      applicationId,
      reserved.map((pin) => pin.subjectId).filter((id) => id !== subjectId),
    )
    return { kind: 'granted', subjectId, matchLevel: null } satisfies Decision
  }

  return {
    async submit({ session, application, request, client }) {
      const reservation = await reserve(session, request.submission_id)
      const matching =
        reservation.pins === null ? [] : await pins.matching(application.id, reservation.pins, request.pin)
      return database.transaction(async (stores) => {
        await stores.applications.hold(application.id)
        const facts = await signInFacts(stores, session, application, reservation.pending)
        // Held in the order in which a submission holds them. Whoever was granted something meanwhile is granted nothing else.
        const isOpen = await stores.sessions.holdUnused(application.id, session.id)
        const face: Decision = isOpen
          ? await decide(stores, reservation, matching)
          : { kind: 'refused', reason: 'too_many' }
        const { decision, worth, newDevice } = await assessDecision(stores, facts, clock.now(), face, 'pin')
        const { origin, pageClaims } = reservation.pending
        await stores.audit.append({
          applicationId: application.id,
          event: 'step_up',
          outcome: decision.kind === 'refused' ? decision.reason : decision.kind,
          subjectId: decision.kind === 'granted' ? decision.subjectId : null,
          sessionId: session.id,
          at: clock.now(),
        })
        const operation = 'authenticate'
        const at = clock.now()
        const outcome = await settle(stores, decision, { session, operation, worth, origin, pageClaims, at })
        const { address: clientAddress } = client
        const applicationId = application.id
        await announceDecision(stores, decision, {
          applicationId,
          operation,
          at,
          clientAddress,
          details: null,
          newDevice,
        })
        return outcome
      })
    },
  }
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
