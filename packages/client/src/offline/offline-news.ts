import type { OfflineOperation } from '@mien/shared/api/sync'
import { decodeBase64Url } from '@mien/shared/bytes'
import { decodeEvent } from '@mien/shared/sync/event'
import type { FinalAnswer, SettledEntry } from '@mien/shared/sync/outbox'

/** An event and what the server said to it. */
export interface SettledEvent {
  readonly eventId: string
  readonly operation: OfflineOperation
  /** RFC 3339, as the device told it. */
  readonly timestamp: string
  readonly answer: FinalAnswer
}

/**
 * What a page may show.
 *
 * - `offline`: the server cannot be reached
 * - `waiting`: so many events wait to be told
 * - `syncing`: it begins
 * - `synced`: what the server took
 * - `refused`: what it did not take, or not yet: rejected, in conflict, quarantined
 * - `revoked`: the device may work without the server no longer, and has forgotten whom it knew
 * - `locked`: somebody was to be recognised, and what is kept waits for the person's passkey: call `unlock()` from a press
 * - `unlocked`: their passkey has opened it, until the page is closed
 * - `failed`: the server could be reached, and syncing went wrong all the same; it is tried again
 */
export type OfflineNews =
  | { readonly name: 'offline' | 'syncing' | 'revoked' | 'locked' | 'unlocked' }
  | { readonly name: 'waiting'; readonly count: number }
  | { readonly name: 'synced' | 'refused'; readonly events: readonly SettledEvent[] }
  | { readonly name: 'failed'; readonly error: Error }

export function toSettledEvent({ entry, answer }: SettledEntry): SettledEvent {
  const { event_id: eventId, op: operation, at_ms } = decodeEvent(decodeBase64Url(entry.sent.event))
  return { eventId, operation, timestamp: new Date(at_ms).toISOString(), answer }
}

export const isTaken = ({ answer }: SettledEvent): boolean =>
  (answer.status === 'duplicate' ? answer.outcome : answer).status === 'accepted'
