import type { EventOutcome, OfflineOperation, ServerState, SyncRejection } from '../api/sync.ts'
import type { TicketTime } from './ticket.ts'

/** What can stand against an event, weakest first: of two that meet, the later in this list holds. */
export const changeOrder = ['create', 'update', 'disable', 'revoke_device', 'delete'] as const
export type Change = (typeof changeOrder)[number]

const rankOf = (change: Change): number => changeOrder.indexOf(change)

/** The one that holds of all that happened, in whatever order it did. */
export const strongest = (changes: readonly Change[]): Change | undefined =>
  changes.reduce<Change | undefined>(
    (best, each) => (best === undefined || rankOf(each) > rankOf(best) ? each : best),
    undefined,
  )

/** What the server knows when an event comes in for the first time. */
export interface EventFacts {
  readonly op: OfflineOperation
  /** `unknown`: none of this device, or so old that it was forgotten. */
  readonly ticket: TicketTime | 'unknown' | 'used'
  /** What happened on the server, of all that is about this event. `update`: the face or the reference is somebody's. */
  readonly changes: readonly Change[]
  /** Whether the device was revoked before the time that the event claims. */
  readonly isAfterRevocation: boolean
  readonly isFork: boolean
  /** Of what the device compared with; `stale`: the person was not in it. */
  readonly snapshot: 'ok' | 'unknown' | 'expired' | 'stale'
}

/** What stands against the event; null: nothing. */
export type Objection = Exclude<EventOutcome, { readonly status: 'accepted' }> | null

/**
 * The order in which an event is judged. A ticket first, since whoever has none to give is owed no answer about anybody; then what happened on
 * the server by its rank; then what the event itself says.
 */
export function judgeEvent(facts: EventFacts): Objection {
  const { ticket, changes, snapshot } = facts
  if (ticket === 'unknown' || ticket === 'used') return rejected(`ticket_${ticket}`)
  const change = strongest(changes)
  if (change === 'delete') return conflict('deleted')
  if (change === 'revoke_device') {
    return facts.isAfterRevocation ? rejected('device_revoked') : quarantined('device_revoked')
  }
  if (facts.isFork) return quarantined('chain_fork')
  if (ticket !== 'ok') return rejected(ticket)
  if (change === 'disable') return conflict('disabled')
  if (change === 'update' && facts.op === 'enroll') return conflict('enrolled')
  if (facts.op === 'enroll' || snapshot === 'ok') return null
  return rejected(snapshot === 'stale' ? 'stale_gallery' : `snapshot_${snapshot}`)
}

const rejected = (code: SyncRejection) => ({ status: 'rejected', code }) as const
const conflict = (state: ServerState) => ({ status: 'conflict', server_state: state }) as const
const quarantined = (reason: 'device_revoked' | 'chain_fork') => ({ status: 'quarantined', reason }) as const
