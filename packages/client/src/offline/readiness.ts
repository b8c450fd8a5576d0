import type { Operation } from '@mien/shared/api/fields'
import { MienError } from '@mien/shared/errors'
import { syncLimits } from '@mien/shared/sync/limits'
import { chooseTicket } from '@mien/shared/sync/ticket'
import { mayRecognise } from '@mien/shared/sync/tombstone'
import type { DeviceState } from './device-state.ts'
import { timeOfEvent } from './event-id-at.ts'

/**
 * Why a device can do nothing without the server at the moment.
 *
 * - `unregistered`: it is nobody's device yet, or not any more
 * - `clock`: its clock was set back
 * - `ended`: it was too long without the server, or has not had what it is to compare with
 * - `no-ticket`: so much happened on it already, or those that it had have ended
 * - `full`: so much waits on it that nothing more may, or for so long
 * - `no-drafts`: nobody may be enrolled without the server
 * - `online-only`: it was asked within a session, or for a gallery, that only the server knows
 */
export type NotReady = 'unregistered' | 'clock' | 'ended' | 'no-ticket' | 'full' | 'no-drafts' | 'online-only'

/** To whoever asked, the server could not be reached: `details.offline` says why the device was no help. */
export const notReady = (offline: NotReady): MienError =>
  offline === 'full'
    ? new MienError('STORAGE_FULL', { details: { offline } })
    : new MienError('NETWORK_IO', { details: { offline } })

/** OF3, OF6 and OF8. @param state its clock was read just now */
export function whyNotReady(state: DeviceState, operation: Operation): NotReady | null {
  const { registration, clock, gallery, statement, policy, tickets } = state
  if (registration === null || registration.is_revoked) return 'unregistered'
  if (clock === null || clock.isLocked) return 'clock'
  if (policy === null || (operation === 'authenticate' && !mayRecognise(gallery, statement, clock))) return 'ended'
  if (operation === 'enroll' && !(policy.drafts && registration.kind === 'kiosk')) return 'no-drafts'
  if (isFull(state, clock.seenMs)) return 'full'
  return chooseTicket(tickets.held, new Set(tickets.usedIds), clock.seenMs) === undefined ? 'no-ticket' : null
}

function isFull({ outbox }: DeviceState, nowMs: number): boolean {
  const [oldest] = outbox.entries
  return (
    outbox.entries.length >= syncLimits.outboxEvents ||
    (oldest !== undefined && nowMs - timeOfEvent(oldest.eventId) > syncLimits.outboxMs)
  )
}
