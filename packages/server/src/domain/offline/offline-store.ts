import type { EventOutcome } from '@mien/shared/api/sync'
import type { Digest, FaceSpace } from '../model.ts'
import type {
  HandedFace,
  HandedSnapshot,
  HandedTicket,
  ListedEvent,
  OfflineDevice,
  OfflineDeviceChanges,
  StoredEvent,
} from './model.ts'

/** Which device. */
export interface DeviceRef {
  readonly applicationId: string
  readonly deviceId: string
}

/** What a device's chain came to. */
export interface ChainExtent {
  readonly lastSeq: number
  /** Places that something came in for, or that had their time. */
  readonly places: number
}

export interface EventPage {
  readonly deviceId?: string | undefined
  readonly status?: EventOutcome['status'] | undefined
  readonly beforeNumber?: number | undefined
  readonly limit: number
}

export interface OfflineDeviceStore {
  insert(device: OfflineDevice): Promise<void>
  /** By its id alone: it names its application. */
  find(id: string): Promise<OfflineDevice | undefined>
  findByCode(digest: Digest): Promise<OfflineDevice | undefined>
  /** Until the end of the transaction nobody else works for this device. */
  hold(device: DeviceRef): Promise<OfflineDevice | undefined>
  /** Oldest first. */
  list(applicationId: string): Promise<readonly OfflineDevice[]>
  /** Whether one works with a gallery, or said something that is kept. */
  areIn(applicationId: string, galleryId: string): Promise<boolean>
  /** A person's own. */
  listOfSubject(applicationId: string, subjectId: string): Promise<readonly OfflineDevice[]>
  update(device: DeviceRef, changes: OfflineDeviceChanges): Promise<void>
}

/** What devices were handed of people. */
export interface HandedFaceStore {
  /** All of a device, also those that went and are remembered. */
  list(device: DeviceRef): Promise<readonly HandedFace[]>
  ofSubject(device: DeviceRef, subjectId: string): Promise<readonly HandedFace[]>
  /** Written anew where the device had them before. */
  put(device: DeviceRef, faces: readonly HandedFace[]): Promise<void>
  /** They were taken away with this page. */
  markRemoved(device: DeviceRef, faceIds: readonly string[], epoch: number, at: Date): Promise<void>
  /** All that the device has has to be handed again. */
  markUnhanded(device: DeviceRef): Promise<void>
  /**
   * Faces of a space of people who may sign in, by face id.
   *
   * @param subjectId only of this person
   */
  living(
    space: FaceSpace,
    subjectId: string | null,
    now: Date,
  ): Promise<readonly { readonly faceId: string; readonly subjectId: string }[]>
  /** Of how many people there are such faces, counted up to `most`. */
  countPeople(space: FaceSpace, now: Date, most: number): Promise<number>
}

export interface HandedSnapshotStore {
  insert(snapshot: HandedSnapshot): Promise<void>
  newest(device: DeviceRef): Promise<HandedSnapshot | undefined>
  find(device: DeviceRef, id: string): Promise<HandedSnapshot | undefined>
}

export interface HandedTicketStore {
  insert(tickets: readonly HandedTicket[]): Promise<void>
  /** Unused and not ended. */
  open(device: DeviceRef, now: Date): Promise<readonly HandedTicket[]>
  find(device: DeviceRef, id: string): Promise<HandedTicket | undefined>
  /** True for exactly one caller. */
  use(device: DeviceRef, id: string, at: Date): Promise<boolean>
}

export interface OfflineEventStore {
  /** @param held what of it waits for a decision, sealed; null: nothing */
  insert(event: StoredEvent, held: string | null): Promise<void>
  find(device: DeviceRef, id: string): Promise<StoredEvent | undefined>
  /** What is held of one that waits. @throws MienError INTERNAL when it does not open */
  findHeld(device: DeviceRef, id: string): Promise<string | undefined>
  /** What became of one that waited; nothing is held of it any more. */
  decide(device: DeviceRef, id: string, outcome: EventOutcome, subjectId: string | null): Promise<void>
  /** Those at these places of the chain. */
  atPlaces(device: DeviceRef, seqs: readonly number[]): Promise<readonly StoredEvent[]>
  extent(device: DeviceRef): Promise<ChainExtent>
  /** Of each device of an application, by its id. */
  extents(applicationId: string): Promise<ReadonlyMap<string, ChainExtent>>
  /** Those that wait for a decision. */
  countQuarantined(device: DeviceRef): Promise<number>
  /** Newest first. */
  list(applicationId: string, page: EventPage): Promise<readonly ListedEvent[]>
  /** Oldest first. */
  listOfSubject(applicationId: string, subjectId: string): Promise<readonly StoredEvent[]>
}

/** What is kept of devices that work without the server. */
export interface OfflineStore {
  readonly devices: OfflineDeviceStore
  readonly faces: HandedFaceStore
  readonly snapshots: HandedSnapshotStore
  readonly tickets: HandedTicketStore
  readonly events: OfflineEventStore
  /** Nothing that is kept names this person any more; their own device is revoked, and what waits about them is settled. */
  readonly people: { forget(applicationId: string, subjectId: string, now: Date): Promise<void> }
}
