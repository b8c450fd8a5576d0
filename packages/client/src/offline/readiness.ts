import type { Operation } from '@mien/shared/api/fields'
import { MienError } from '@mien/shared/errors'
import { syncLimits } from '@mien/shared/sync/limits'
import { chooseTicket } from '@mien/shared/sync/ticket'
import { mayRecognise } from '@mien/shared/sync/tombstone'
import { type DeviceState, isLockedNow } from './device-state.ts'
import { timeOfEvent } from './event-id-at.ts'

/**
 * Why a device can do nothing without the server at the moment.
 *
 * - `unregistered`: it is nobody's device yet, or not any more
 * - `revoked`: the server has taken its rights away
 * - `locked`: what is kept waits for the person's passkey (`unlock()`)
 * - `clock`: its clock was set back
 * - `ended`: it was too long without the server, or has not had what it is to compare with
 * - `no-ticket`: so much happened on it already, or those that it had have ended
 * - `full`: so much waits on it that nothing more may, or for so long; or its disk is full
 * - `no-drafts`: nobody may be enrolled without the server
 * - `online-only`: it was asked within a session, or for a gallery, that only the server knows
 */
export type NotReady = keyof typeof messages

/** What to do, for whoever built the page; the person reads the widget's own words. */
const messages = {
  unregistered: 'The server cannot be reached, and this device is not registered to work without it: register it first',
  revoked: 'The server cannot be reached, and has taken the rights of this device away: register it anew',
  locked:
    'The server cannot be reached, and what this device keeps waits for the passkey of its owner: unlock it first',
  clock: 'The server cannot be reached, and the clock of this device was set back: reach the server once',
  ended: 'The server cannot be reached, and was not for too long: reach it once',
  'no-ticket': 'The server cannot be reached, and this device may do no more without it: reach it once',
  full: 'The server cannot be reached, and this device has no room for more: reach it once, so that what waits is told',
  'no-drafts': 'The server cannot be reached, and nobody may be enrolled without it in this way: reach it first',
  'online-only': 'The server cannot be reached, and only it knows the session or gallery that is meant: reach it first',
} as const

/** To whoever asked, the server could not be reached: `details.offline` says why the device was no help. */
export const notReady = (offline: NotReady): MienError =>
  new MienError(offline === 'full' ? 'STORAGE_FULL' : 'NETWORK_IO', {
    message: messages[offline],
    details: { offline },
  })

/** Nothing can be written down: for a device, that is to be full (OF6). */
export const isOfRoom = (error: unknown): boolean => error instanceof MienError && error.code === 'STORAGE_FULL'

/** OF3, OF6 and OF8. @param state its clock was read just now */
export function whyNotReady(state: DeviceState, operation: Operation): NotReady | null {
  const { registration, clock, gallery, statement, policy, tickets } = state
  if (registration === null) return 'unregistered'
  if (registration.is_revoked) return 'revoked'
  if (isLockedNow(state)) return 'locked'
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
