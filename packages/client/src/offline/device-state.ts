import type { Jwks } from '@mien/shared/api/results'
import type { OfflinePolicy, OfflineTicket, SyncRegistration } from '@mien/shared/api/sync'
import { type DeviceClock, readClock } from '@mien/shared/sync/clock'
import { emptyOutbox, type Outbox } from '@mien/shared/sync/outbox'
import type { HeldFace } from '@mien/shared/sync/snapshot'
import { emptyGallery, type HeldGallery, type HeldStatement } from '@mien/shared/sync/tombstone'
import type { LockedValue } from '../storage/lockable-records.ts'
import type { RecordLock } from '../storage/record-lock.ts'

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
  /** Null: no passkey is needed to read what is kept. */
  readonly lock: RecordLock | null
  /** What only the person's passkey opens, as it lies there: whose device it is, its rotation key and its faces. None once it is open. */
  readonly locked: ReadonlyMap<string, LockedValue>
}

export const noTickets: Tickets = { held: [], usedIds: [] }

const nothingLocked: Pick<DeviceState, 'lock' | 'locked'> = { lock: null, locked: new Map() }

export const unregistered: DeviceState = {
  registration: null,
  clock: null,
  gallery: emptyGallery(),
  statement: null,
  policy: null,
  tickets: noTickets,
  outbox: emptyOutbox,
  ...nothingLocked,
}

/** What the device may not keep of people any more goes; what happened stays until it is settled (OF10). */
export const revoke = (state: DeviceState): DeviceState => ({
  ...state,
  registration: state.registration && { ...state.registration, facial_id: null, rotation_key: '', is_revoked: true },
  gallery: emptyGallery(),
  statement: null,
  policy: null,
  tickets: noTickets,
  ...nothingLocked,
})

/** Nobody can be recognised before the person's passkey has opened what is kept (OF14). */
export const isLockedNow = ({ locked }: DeviceState): boolean => locked.size > 0

/** The clocks were read: that is remembered, so that time never goes back. */
export const atTime = (state: DeviceState, reading: Parameters<typeof readClock>[1]): DeviceState =>
  state.clock === null ? state : { ...state, clock: readClock(state.clock, reading) }
