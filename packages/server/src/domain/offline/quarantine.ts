import { type EventOutcome, type SentEvent, sentEvent } from '@mien/shared/api/sync'
import { MienError } from '@mien/shared/errors'
import { judgeEvent } from '@mien/shared/sync/merge'
import { judgeTicketTime } from '@mien/shared/sync/ticket'
import type { TemplateModel } from '../model.ts'
import type { Clock, Database, Stores } from '../ports.ts'
import { isRegistered, refOf } from './device-requests.ts'
import { type FactsInput, findFacts } from './event-facts.ts'
import type { ListedEvent } from './model.ts'
import type { DeviceRef, EventPage } from './offline-store.ts'
import { countSeen, decodeSent, enroll, lockApplication, personOf, readSentDraft } from './receive-events.ts'
import { forgetUnused, rememberTemplates } from './seen-templates.ts'
import { toTicket } from './tickets.ts'

/** What devices said, as the backend reads and decides it. */
export interface OfflineEvents {
  /** Newest first. */
  list(applicationId: string, page: EventPage): Promise<readonly ListedEvent[]>
  /**
   * Settles one that waits. Accepted, it is judged as if it had just come in, without what made it wait.
   *
   * @throws MienError NOT_FOUND, CONFLICT (it does not wait)
   */
  decide(device: DeviceRef, eventId: string, isAccepted: boolean): Promise<EventOutcome>
}

export interface QuarantineOptions {
  readonly database: Database
  readonly clock: Clock
  readonly model: TemplateModel
}

export function createOfflineEvents({ database, clock, model }: QuarantineOptions): OfflineEvents {
  return {
    list: (applicationId, page) => database.stores.offline.events.list(applicationId, page),

    decide: (ref, eventId, isAccepted) =>
      database.transaction(async (stores) => {
        const { offline, galleries, audit } = stores
        const known = await offline.devices.find(ref.deviceId)
        if (known?.applicationId !== ref.applicationId) throw new MienError('NOT_FOUND')
        const { applicationId } = ref
        const application = await lockApplication(stores, applicationId)
        const sent = await readHeld(stores, ref, eventId)
        const received = decodeSent(sent)
        if (received === undefined) throw new MienError('INTERNAL', { message: 'a held event cannot be read' })
        const now = clock.now()
        const draft = isAccepted ? readSentDraft(sent) : undefined
        const seen = await rememberTemplates({ stores, applicationId, model, draft, now })
        await galleries.lock(applicationId, known.galleryId)
        const device = await offline.devices.hold(ref)
        // Somebody else may have settled it until now.
        const event = await offline.events.find(ref, eventId)
        if (device === undefined || !isRegistered(device) || event === undefined) throw new MienError('NOT_FOUND')
        if (event.outcome.status !== 'quarantined') throw doesNotWait()
        const input = { stores, application, device, received, now }
        const outcome: EventOutcome = isAccepted
          ? ((await objectionTo(input, event.receivedAt)) ?? (await settle(input)))
          : { status: 'rejected', code: 'declined' }
        const subjectId = await personOf(input, outcome)
        await forgetUnused(stores, applicationId, seen, outcome)
        await offline.events.decide(refOf(device), eventId, outcome, subjectId)
        const record = { applicationId, subjectId, sessionId: null, at: now }
        await audit.append({ ...record, event: 'offline_decided', outcome: outcome.status })
        return outcome

        async function settle(facts: FactsInput): Promise<EventOutcome> {
          return facts.received.event.op === 'enroll' ? enroll(facts, { sent, draft, seen }, model) : countSeen(facts)
        }
      }),
  }
}

/** What waits, as it was sent: its bytes do not change. @throws MienError NOT_FOUND, CONFLICT */
async function readHeld({ offline }: Stores, ref: DeviceRef, eventId: string): Promise<SentEvent> {
  const event = await offline.events.find(ref, eventId)
  if (event === undefined) throw new MienError('NOT_FOUND')
  const held = event.outcome.status === 'quarantined' ? await offline.events.findHeld(ref, eventId) : undefined
  if (held === undefined) throw doesNotWait()
  return sentEvent.parse(JSON.parse(held))
}

const doesNotWait = () => new MienError('CONFLICT', { message: 'This event does not wait' })

/** All but what quarantines. Its ticket is the one that it used up: that was good when it came in, or was not. */
async function objectionTo(input: FactsInput, receivedAt: Date): Promise<EventOutcome | null> {
  const { stores, device, received } = input
  const { isClockSuspect: _, ...facts } = await findFacts(input)
  const changes = facts.changes.filter((change) => change !== 'revoke_device')
  const paid = await stores.offline.tickets.find(refOf(device), received.event.ticket_id)
  const ticket = paid ? judgeTicketTime(toTicket(paid), received.event.at_ms, receivedAt.getTime()) : 'unknown'
  return judgeEvent({ ...facts, changes, isFork: false, ticket })
}
