import type { EventAnswer, SentEvent } from '../api/sync.ts'
import { MienError } from '../errors.ts'
import { noHash } from './chain.ts'
import { syncLimits } from './limits.ts'

/** An event that waits to be sent. */
export interface OutboxEntry {
  readonly eventId: string
  readonly seq: number
  readonly ticketId: string
  readonly sent: SentEvent
  /** The server has no room for it yet: it is not sent before, milliseconds since 1970 of the server's clock. */
  readonly deferredUntilMs?: number
}

/** The end of a device's chain, and what of it has no answer yet. Plain data, to be stored as a whole or not at all. */
export interface Outbox {
  /** Place and hash of the newest event; 0 and `noHash` before the first. They stay when events are settled. */
  readonly seq: number
  readonly hash: string
  /** Oldest first. */
  readonly entries: readonly OutboxEntry[]
}

export const emptyOutbox: Outbox = { seq: 0, hash: noHash, entries: [] }

/** @throws MienError STORAGE_FULL, before anything is lost: nothing more happens on this device until it has synced */
export function refuseFull({ entries }: Outbox): void {
  if (entries.length >= syncLimits.outboxEvents) throw new MienError('STORAGE_FULL')
}

/**
 * @param hash of the event's bytes
 * @throws MienError STORAGE_FULL; CONFLICT when another event took its place, as one of another tab would
 */
export function appendEntry(outbox: Outbox, entry: OutboxEntry, hash: string): Outbox {
  refuseFull(outbox)
  if (entry.seq !== outbox.seq + 1) throw new MienError('CONFLICT')
  return { seq: entry.seq, hash, entries: [...outbox.entries, entry] }
}

/** All that a request holds beside its events. */
const envelopeBytes = 512
/** Keys, quotes and commas of one event. */
const eventBytes = 48

const bytesOf = ({ sent }: OutboxEntry): number =>
  sent.event.length + sent.signature.length + (sent.draft?.length ?? 0) + eventBytes

/** What goes into the next request: the oldest that were not put off, as many as fit. @param nowMs by the server's clock */
export function nextBatch({ entries }: Outbox, nowMs: number): readonly OutboxEntry[] {
  let room = syncLimits.batchBytes - envelopeBytes
  const due = entries.filter(({ deferredUntilMs }) => !(deferredUntilMs !== undefined && nowMs < deferredUntilMs))
  const fitting = due.slice(0, syncLimits.batchEvents).findIndex((entry) => {
    room -= bytesOf(entry)
    return room < 0
  })
  return due.slice(0, fitting < 0 ? syncLimits.batchEvents : fitting)
}

/** What the server says to an event for good. */
export type FinalAnswer = Exclude<EventAnswer, { readonly status: 'deferred' }>

/** An event and what became of it. */
export interface SettledEntry {
  readonly entry: OutboxEntry
  readonly answer: FinalAnswer
}

/**
 * Takes out what was answered for good, and puts off what was deferred. Answers to a request that was sent twice may come twice.
 *
 * @param batch what was sent @param answers in its order @param nowMs by the server's clock
 * @throws MienError REQUEST_INVALID where they are not as many: nothing is taken out then
 */
export function settleBatch(
  outbox: Outbox,
  batch: readonly OutboxEntry[],
  answers: readonly EventAnswer[],
  nowMs: number,
): { readonly outbox: Outbox; readonly settled: readonly SettledEntry[] } {
  if (batch.length !== answers.length) throw new MienError('REQUEST_INVALID')
  const answerOf = new Map(batch.map(({ eventId }, i) => [eventId, answers[i]!]))
  const settled: SettledEntry[] = []
  const entries: OutboxEntry[] = []
  for (const entry of outbox.entries) {
    const answer = answerOf.get(entry.eventId)
    if (answer === undefined) entries.push(entry)
    else if (answer.status === 'deferred')
      entries.push({ ...entry, deferredUntilMs: nowMs + answer.retry_after * 1000 })
    else settled.push({ entry, answer })
  }
  return { outbox: { ...outbox, entries }, settled }
}
