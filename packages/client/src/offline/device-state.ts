import type { Jwks } from '@mien/shared/api/results'
import type { OfflinePolicy, OfflineTicket, SyncRegistration } from '@mien/shared/api/sync'
import { type DeviceClock, readClock } from '@mien/shared/sync/clock'
import { emptyOutbox, type Outbox } from '@mien/shared/sync/outbox'
import type { HeldFace } from '@mien/shared/sync/snapshot'
import { emptyGallery, type HeldGallery, type HeldStatement } from '@mien/shared/sync/tombstone'

/** What the server told when it took the device in, and the keys by which it is known again. */
export interface Registration extends Omit<SyncRegistration, 'server_time'> {
  /** RFC 7638: of the key that the device signs with. */
  readonly key_id: string
  /** Of the server, as they were when it was asked last. */
  readonly server_keys: Jwks['keys']
  /** The server has taken the device's rights away: it can only tell what happened before. */
  readonly is_revoked: boolean
}

/** A face as it was handed: its template, turned by the device's rotation key, is base64url of the binary format. */
export interface OfflineFace extends HeldFace {
  readonly template: string
}

export interface Statement extends HeldStatement {
  readonly snapshotId: string
  readonly digest: string
  /** As the server signed it. */
  readonly token: string
}

export interface Tickets {
  readonly held: readonly OfflineTicket[]
  /** Of these that events have taken: the server may list them until the events have come in. */
  readonly usedIds: readonly string[]
}

/** All that a device keeps. A value: what changes makes a new one. */
export interface DeviceState {
  /** Null: it is nobody's device yet, or not any more. */
  readonly registration: Registration | null
  readonly clock: DeviceClock | null
  readonly gallery: HeldGallery<OfflineFace>
  readonly statement: Statement | null
  readonly policy: OfflinePolicy | null
  readonly tickets: Tickets
  readonly outbox: Outbox
}

export const noTickets: Tickets = { held: [], usedIds: [] }

export const unregistered: DeviceState = {
  registration: null,
  clock: null,
  gallery: emptyGallery(),
  statement: null,
  policy: null,
  tickets: noTickets,
  outbox: emptyOutbox,
}

/** What the device may not keep of people any more goes; what happened stays until it is settled (OF10). */
export const revoke = (state: DeviceState): DeviceState => ({
  ...state,
  registration: state.registration && { ...state.registration, facial_id: null, rotation_key: '', is_revoked: true },
  gallery: emptyGallery(),
  statement: null,
  policy: null,
  tickets: noTickets,
})

/** The clocks were read: that is remembered, so that time never goes back. */
export const atTime = (state: DeviceState, reading: Parameters<typeof readClock>[1]): DeviceState =>
  state.clock === null ? state : { ...state, clock: readClock(state.clock, reading) }
