/** Devices that work without the server, what they were handed and what they say happened. */
import type { DevicePublicKey } from '@mien/shared/api/fields'
import type { EventOutcome, OfflineDeviceKind, OfflineDeviceStatus, OfflineOperation } from '@mien/shared/api/sync'
import type { Digest } from '../model.ts'

export interface OfflineDevice {
  readonly applicationId: string
  readonly id: string
  readonly kind: OfflineDeviceKind
  readonly galleryId: string
  /** Whose own device it is; null of a kiosk, and once the person was erased. */
  readonly subjectId: string | null
  readonly label: string | null
  readonly status: OfflineDeviceStatus
  /** Of the code that makes a key this device's; null of one that needed none. */
  readonly codeDigest: Digest | null
  readonly codeExpiresAt: Date | null
  /** RFC 7638; null while it is invited. */
  readonly keyId: string | null
  readonly publicKey: DevicePublicKey | null
  readonly createdAt: Date
  readonly registeredAt: Date | null
  readonly revokedAt: Date | null
  readonly lastSeenAt: Date | null
  /** Of the newest page that it was handed. */
  readonly epoch: number
  /** When it was last handed all there was. */
  readonly handedAt: Date | null
  /** When it was last written down that it was handed anything. */
  readonly pullRecordedAt: Date | null
  /** Of the newest page that it has applied. */
  readonly appliedEpoch: number
  /** When what it has applied was all there was. */
  readonly currentAt: Date | null
  /** A cursor below it is older than the tombstones that are remembered. */
  readonly floorEpoch: number
  /** Highest place of its chain whose event was kept for its time and is gone. */
  readonly sweptSeq: number
  readonly isForked: boolean
}

export type OfflineDeviceChanges = Partial<
  Omit<OfflineDevice, 'applicationId' | 'id' | 'kind' | 'galleryId' | 'createdAt'>
>

/** A face that a device was handed. */
export interface HandedFace {
  readonly faceId: string
  /** Null once the person was erased. */
  readonly subjectId: string | null
  /** SHA-256 of the template as it was handed, base64url. */
  readonly templateHash: string
  /** Of the page that it came with; null: it has to be handed again. */
  readonly addedEpoch: number | null
  /** Of the page that took it away; null: the device has it. */
  readonly removedEpoch: number | null
}

/** A statement over what a device holds. */
export interface HandedSnapshot {
  readonly applicationId: string
  readonly deviceId: string
  readonly id: string
  readonly cursor: number
  readonly createdAt: Date
  readonly expiresAt: Date
}

export interface HandedTicket {
  readonly applicationId: string
  readonly deviceId: string
  readonly id: string
  readonly notBefore: Date
  readonly notAfter: Date
  readonly usedAt: Date | null
}

/** An event as it is kept. */
export interface StoredEvent {
  readonly applicationId: string
  readonly deviceId: string
  readonly id: string
  readonly seq: number
  readonly hash: string
  readonly prevHash: string
  readonly op: OfflineOperation
  /** Whom the device recognised, or whom a draft became; null: nobody, or erased since. */
  readonly subjectId: string | null
  /** By the device's clock. */
  readonly at: Date
  readonly monoMs: number
  readonly bootId: string
  readonly receivedAt: Date
  readonly outcome: EventOutcome
  readonly isClockSuspect: boolean
}

/** One that is listed: with its place in the order in which events came in. */
export interface ListedEvent extends StoredEvent {
  readonly number: number
  readonly deviceKind: OfflineDeviceKind
}
