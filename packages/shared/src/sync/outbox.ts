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

/** What goes into the next request: the oldest, as many as fit. */
export function nextBatch({ entries }: Outbox): readonly OutboxEntry[] {
  let room = syncLimits.batchBytes - envelopeBytes
  const fitting = entries.slice(0, syncLimits.batchEvents).findIndex((entry) => {
    room -= bytesOf(entry)
    return room < 0
  })
  return entries.slice(0, fitting < 0 ? syncLimits.batchEvents : fitting)
}

/** An event and what became of it. */
export interface SettledEntry {
  readonly entry: OutboxEntry
  readonly answer: EventAnswer
}

/**
 * Takes out what was answered, whatever the answer: each one is final. Answers to a request that was sent twice may come twice.
 *
 * @param batch what was sent @param answers in its order
 * @throws MienError REQUEST_INVALID where they are not as many: nothing is taken out then
 */
export function settleBatch(
  outbox: Outbox,
  batch: readonly OutboxEntry[],
  answers: readonly EventAnswer[],
): { readonly outbox: Outbox; readonly settled: readonly SettledEntry[] } {
  if (batch.length !== answers.length) throw new MienError('REQUEST_INVALID')
  const waiting = new Set(outbox.entries.map(({ eventId }) => eventId))
  const settled = batch
    .map((entry, i) => ({ entry, answer: answers[i]! }))
    .filter(({ entry }) => waiting.has(entry.eventId))
  const done = new Set(settled.map(({ entry }) => entry.eventId))
  return { outbox: { ...outbox, entries: outbox.entries.filter(({ eventId }) => !done.has(eventId)) }, settled }
}
