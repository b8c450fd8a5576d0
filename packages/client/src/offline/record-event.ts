import { eventHeader } from '@mien/shared/api/device-signature'
import type { OfflineEvent, OfflineOperation } from '@mien/shared/api/sync'
import { encodeBase64Url, encodeHex } from '@mien/shared/bytes'
import { eventHash } from '@mien/shared/sync/chain'
import type { ClockReading } from '@mien/shared/sync/clock'
import { encodeEvent } from '@mien/shared/sync/event'
import { appendEntry, refuseFull } from '@mien/shared/sync/outbox'
import { chooseTicket } from '@mien/shared/sync/ticket'
import type { DeviceKey } from '../storage/device-keys.ts'
import { sha256 } from './apply-pull.ts'
import type { DeviceState } from './device-state.ts'
import { eventIdAt } from './event-id-at.ts'
import { notReady } from './readiness.ts'

/** What happened, apart from when and where in the chain. */
export interface Happening {
  readonly op: OfflineOperation
  /** Of `recognised`. */
  readonly facialId: string | null
  /** What was compared with; null of `enroll`. */
  readonly snapshotId: string | null
  /** Bytes of the draft, of `enroll`. */
  readonly draft: Uint8Array<ArrayBuffer> | null
}

export interface Recorded {
  readonly state: DeviceState
  readonly event: OfflineEvent
}

/**
 * Puts an event at the end of the chain, into the outbox, with a ticket that pays for it: one new state, so that the three change
 * together (OF7).
 *
 * @param state its clock was read just now
 * @throws MienError STORAGE_FULL (OF6), NETWORK_IO (no ticket is left: the server has to be reached first)
 */
export async function recordEvent(
  state: DeviceState,
  { op, facialId, snapshotId, draft }: Happening,
  reading: ClockReading,
  key: DeviceKey,
): Promise<Recorded> {
  const { registration, clock, tickets, outbox } = state
  refuseFull(outbox)
  if (registration === null) throw notReady('unregistered')
  if (clock === null || clock.isLocked) throw notReady('clock')
  const ticket = chooseTicket(tickets.held, new Set(tickets.usedIds), clock.seenMs)
  if (ticket === undefined) throw notReady('no-ticket')
  const event: OfflineEvent = {
    v: 1,
    device_id: registration.device_id,
    event_id: eventIdAt(clock.seenMs),
    seq: outbox.seq + 1,
    prev_hash: outbox.hash,
    ticket_id: ticket.ticket_id,
    at_ms: clock.seenMs,
    mono_ms: reading.monoMs,
    boot_id: reading.bootId,
    op,
    facial_id: facialId,
    snapshot_id: snapshotId,
    model_id: registration.model_id,
    draft_sha256: draft && encodeHex(await sha256(draft)),
  }
  const bytes = encodeEvent(event)
  const entry = {
    eventId: event.event_id,
    seq: event.seq,
    ticketId: ticket.ticket_id,
    sent: {
      event: encodeBase64Url(bytes),
      signature: (await key.sign(bytes, eventHeader)).replace(/^.*\.\./, ''),
      ...(draft === null ? {} : { draft: encodeBase64Url(draft) }),
    },
  }
  const usedIds = [...tickets.usedIds, ticket.ticket_id]
  const next = appendEntry(outbox, entry, await eventHash(bytes, sha256))
  return { event, state: { ...state, outbox: next, tickets: { ...tickets, usedIds } } }
}

/** What the server handed: those that events took stay known as long as the server lists them. */
export const takeTickets = (state: DeviceState, held: DeviceState['tickets']['held']): DeviceState => {
  const listed = new Set(held.map(({ ticket_id }) => ticket_id))
  return { ...state, tickets: { held, usedIds: state.tickets.usedIds.filter((id) => listed.has(id)) } }
}
