import { createHash } from 'node:crypto'
import { eventHeader } from '@mien/shared/api/device-signature'
import type { EnrolmentDraft, EventAnswer, EventOutcome, SentEvent, SyncRequest } from '@mien/shared/api/sync'
import { decodeBase64Url } from '@mien/shared/bytes'
import { MienError } from '@mien/shared/errors'
import { decodeEvent } from '@mien/shared/sync/event'
import { syncLimits } from '@mien/shared/sync/limits'
import { judgeEvent } from '@mien/shared/sync/merge'
import { isSignedDetached } from '../device-signatures.ts'
import type { Application, TemplateModel } from '../model.ts'
import type { Clock, Database, Stores } from '../ports.ts'
import {
  acknowledge,
  type DeviceCaller,
  isRegistered,
  isRevoked,
  type RegisteredDevice,
  refOf,
} from './device-requests.ts'
import { enrollDraft, readDraft } from './enroll-draft.ts'
import { type FactsInput, findFacts, mayName, mayStillEnroll, type ReceivedEvent } from './event-facts.ts'
import { forgetUnused, rememberTemplates, type SeenCapture } from './seen-templates.ts'

export interface Received {
  /** In the order of the request. */
  readonly answers: readonly EventAnswer[]
  readonly isRevoked: boolean
}

export interface OfflineEventReceiver {
  /**
   * What became of each event. Each is decided in a transaction of its own; when one cannot be, those before it are decided and the request
   * may come again.
   */
  receive(request: SyncRequest, caller: DeviceCaller): Promise<Received>
}

export interface ReceiverOptions {
  readonly database: Database
  readonly clock: Clock
  readonly model: TemplateModel
}

export function createOfflineEventReceiver({ database, clock, model }: ReceiverOptions): OfflineEventReceiver {
  const decide = async (input: FactsInput, sent: SentDraft): Promise<EventAnswer> => {
    const { stores, device, received } = input
    const { event, hash } = received
    const known = await stores.offline.events.find(refOf(device), event.event_id)
    if (known !== undefined)
      return known.hash === hash ? { status: 'duplicate', outcome: known.outcome } : rejected('event_mismatch')
    const { isClockSuspect, ...facts } = await findFacts(input)
    const objection = judgeEvent(facts)
    const isPaid = facts.ticket !== 'unknown' && facts.ticket !== 'used'
    if (facts.isFork && facts.ticket !== 'unknown' && !device.isForked)
      await stores.offline.devices.update(refOf(device), { isForked: true })
    // Nothing is written down of an event without a ticket of its own: there could be as many as anybody likes.
    if (objection !== null && !isPaid) return objection
    const outcome = objection ?? (await accept(input, sent, model))
    const isKept = outcome.status === 'quarantined'
    if (isKept && (await stores.offline.events.countQuarantined(refOf(device))) >= syncLimits.quarantinedEvents)
      return { status: 'deferred', retry_after: syncLimits.deferMs / 1000 }
    await stores.offline.tickets.use(refOf(device), event.ticket_id, input.now)
    await stores.offline.events.insert(
      { ...rowOf(input), outcome, subjectId: await personOf(input, outcome), isClockSuspect },
      isKept ? JSON.stringify(sent.sent) : null,
    )
    await recordEvent(input, outcome)
    return outcome
  }

  const receiveOne = async (device: RegisteredDevice, sent: SentEvent): Promise<EventAnswer> => {
    const received = readEvent(device, sent)
    if ('status' in received) return received
    return database.transaction(async (stores) => {
      const { applicationId } = device
      const now = clock.now()
      const application = await lockApplication(stores, applicationId)
      const draft = readSentDraft(sent)
      const seen = await rememberTemplates({ stores, applicationId, model, draft, now })
      await stores.galleries.lock(applicationId, device.galleryId)
      const held = await stores.offline.devices.hold(refOf(device))
      if (held === undefined || !isRegistered(held)) throw new MienError('SIGNATURE_INVALID')
      const answer = await decide({ stores, application, device: held, received, now }, { sent, draft, seen })
      await forgetUnused(stores, applicationId, seen, answer)
      return answer
    })
  }

  return {
    async receive(request, { device }) {
      const answers: EventAnswer[] = []
      for (const sent of request.events) answers.push(await receiveOne(device, sent))
      const revoked = await database.transaction(async (stores) => {
        const held = await stores.offline.devices.hold(refOf(device))
        if (held === undefined || !isRegistered(held)) return true
        await acknowledge(stores, held, request.cursor, clock.now())
        return isRevoked(stores, held)
      })
      return { answers, isRevoked: revoked }
    },
  }
}

/** As it is now, held; locked where a quota is counted. @throws MienError SIGNATURE_INVALID when it is gone, with its devices */
export async function lockApplication(stores: Stores, applicationId: string): Promise<Application> {
  const application = await stores.applications.find(applicationId)
  if (application === undefined) throw new MienError('SIGNATURE_INVALID')
  const isCounted = application.settings.max_subjects !== null
  await (isCounted ? stores.applications.lock(applicationId) : stores.applications.hold(applicationId))
  return application
}

const rejected = (code: Extract<EventOutcome, { status: 'rejected' }>['code']) =>
  ({ status: 'rejected', code }) as const

/** What needs nothing but the event: that it is one of this device, and that its draft is the one that it names. */
function readEvent(device: RegisteredDevice, sent: SentEvent): ReceivedEvent | EventOutcome {
  const received = decodeSent(sent)
  if (received === undefined || received.event.device_id !== device.id) return rejected('malformed')
  const detached = { header: eventHeader(device.keyId), signature: sent.signature }
  if (!isSignedDetached(detached, received.bytes, device.publicKey)) return rejected('signature')
  const { draft_sha256: named } = received.event
  if (named === null ? sent.draft !== undefined : draftHash(sent) !== named) return rejected('draft_mismatch')
  return received
}

/** Undefined where it is no event. */
export function decodeSent({ event: text }: SentEvent): (ReceivedEvent & { readonly bytes: Uint8Array }) | undefined {
  try {
    const bytes = decodeBase64Url(text)
    return { event: decodeEvent(bytes), bytes, hash: createHash('sha256').update(bytes).digest('base64url') }
  } catch (error) {
    if (error instanceof MienError) return undefined
    throw error
  }
}

const draftHash = ({ draft }: SentEvent): string | null =>
  draft === undefined ? null : createHash('sha256').update(Buffer.from(draft, 'base64url')).digest('hex')

/** An event as it was sent, with what there is of a draft. */
export interface SentDraft {
  readonly sent: SentEvent
  readonly draft: EnrolmentDraft | undefined
  readonly seen: SeenCapture | undefined
}

/** Undefined where there is none, or what came is none. */
export const readSentDraft = ({ draft }: SentEvent): EnrolmentDraft | undefined =>
  draft === undefined ? undefined : readDraft(Buffer.from(draft, 'base64url'))

/** What nothing stands against. */
async function accept(input: FactsInput, sent: SentDraft, model: TemplateModel): Promise<EventOutcome> {
  const { application, received } = input
  const { op } = received.event
  if (op === 'enroll' && application.settings.offline_drafts === 'review' && mayStillEnroll(input))
    return { status: 'quarantined', reason: 'review' }
  return op === 'enroll' ? enroll(input, sent, model) : countSeen(input)
}

/** Somebody was there when the device says, which may be long ago; or nobody was recognised. */
export async function countSeen({ stores, application, received, now }: FactsInput): Promise<EventOutcome> {
  const { facial_id: subjectId, at_ms: atMs } = received.event
  const at = new Date(Math.min(atMs, now.getTime()))
  // Nobody deletes who was seen until the commit; who has just been deleted was not.
  if (subjectId !== null && !(await stores.subjects.seen(application.id, subjectId, at)))
    return { status: 'conflict', server_state: 'deleted' }
  return { status: 'accepted', facial_id: null }
}

/** As `accept`, of a draft that waits for nothing. */
export async function enroll(
  input: FactsInput,
  { draft, seen }: SentDraft,
  model: TemplateModel,
): Promise<EventOutcome> {
  const { stores, application, device, now } = input
  if (!mayStillEnroll(input)) return rejected('not_allowed')
  if (draft === undefined) return rejected('draft_mismatch')
  return enrollDraft({ stores, application, galleryId: device.galleryId, model, draft, seen, now })
}

/** Whom the row is about: who was recognised, as long as they are there, or whom a draft became. */
export async function personOf(input: FactsInput, outcome: EventOutcome): Promise<string | null> {
  if (outcome.status === 'accepted' && outcome.facial_id !== null) return outcome.facial_id
  const { facial_id: subjectId } = input.received.event
  return subjectId !== null && (await mayName(input, subjectId)) ? subjectId : null
}

const rowOf = ({ device, received: { event, hash }, now }: FactsInput) => ({
  ...refOf(device),
  id: event.event_id,
  seq: event.seq,
  hash,
  prevHash: event.prev_hash,
  op: event.op,
  at: new Date(event.at_ms),
  monoMs: event.mono_ms,
  bootId: event.boot_id,
  receivedAt: now,
})

async function recordEvent(input: FactsInput, outcome: EventOutcome): Promise<void> {
  const { stores, application, received, now } = input
  const subjectId = await personOf(input, outcome)
  const { op } = received.event
  const text = outcome.status === 'accepted' ? op : `${op} ${outcome.status}`
  const record = { applicationId: application.id, subjectId, sessionId: null, at: now }
  await stores.audit.append({ ...record, event: 'offline_event', outcome: text })
  if (outcome.status === 'accepted' && op === 'enroll')
    await stores.audit.append({ ...record, event: 'enroll', outcome: 'granted' })
}
