import type { OfflineTicket } from '../api/sync.ts'
import { syncLimits } from './limits.ts'

/** Whether an event may have been paid for by a ticket, by the time that it claims and the server's own. */
export type TicketTime = 'ok' | 'too_early' | 'too_late' | 'from_the_future'

type Span = Pick<OfflineTicket, 'not_before_ms' | 'not_after_ms'>

/** @param atMs what the event claims @param nowMs by the server's clock */
export function judgeTicketTime({ not_before_ms, not_after_ms }: Span, atMs: number, nowMs: number): TicketTime {
  if (!(atMs >= not_before_ms - syncLimits.clockSlackMs)) return 'too_early'
  if (!(atMs <= not_after_ms)) return 'too_late'
  return atMs <= nowMs + syncLimits.clockSlackMs ? 'ok' : 'from_the_future'
}

/**
 * The ticket that pays for the next event: of those that are good now the one that ends first.
 *
 * @param usedIds of tickets that events of this device have taken, sent or not
 */
export function chooseTicket(
  tickets: readonly OfflineTicket[],
  usedIds: ReadonlySet<string>,
  nowMs: number,
): OfflineTicket | undefined {
  return tickets
    .filter((ticket) => !usedIds.has(ticket.ticket_id) && nowMs >= ticket.not_before_ms && nowMs < ticket.not_after_ms)
    .sort((a, b) => a.not_after_ms - b.not_after_ms || (a.ticket_id < b.ticket_id ? -1 : 1))[0]
}
