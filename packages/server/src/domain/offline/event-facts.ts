import type { OfflineEvent } from '@mien/shared/api/sync'
import { continuesChain } from '@mien/shared/sync/chain'
import { fitsInTime } from '@mien/shared/sync/clock'
import type { Change, EventFacts } from '@mien/shared/sync/merge'
import { judgeTicketTime } from '@mien/shared/sync/ticket'
import { maySignIn } from '../authenticator-status.ts'
import type { Application } from '../model.ts'
import type { Stores } from '../ports.ts'
import { allowsKind, isRevoked, type RegisteredDevice, refOf } from './device-requests.ts'
import type { StoredEvent } from './model.ts'
import { toTicket } from './tickets.ts'

/** An event that was read, by a device whose key signed it. */
export interface ReceivedEvent {
  readonly event: OfflineEvent
  /** SHA-256 of its bytes, base64url. */
  readonly hash: string
}

export interface FactsInput {
  readonly stores: Stores
  readonly application: Application
  readonly device: RegisteredDevice
  readonly received: ReceivedEvent
  readonly now: Date
}

/** What is known of an event within the transaction that decides on it. */
export async function findFacts(input: FactsInput): Promise<EventFacts & { readonly isClockSuspect: boolean }> {
  const { stores, device, received, now } = input
  const { event } = received
  const ref = refOf(device)
  const beside = await stores.offline.events.atPlaces(ref, [event.seq - 1, event.seq, event.seq + 1])
  const ticket = await stores.offline.tickets.find(ref, event.ticket_id)
  const ticketTime = () => ticket && judgeTicketTime(toTicket(ticket), event.at_ms, now.getTime())
  return {
    op: event.op,
    ticket: ticket === undefined ? 'unknown' : ticket.usedAt !== null ? 'used' : (ticketTime() ?? 'unknown'),
    changes: await changesAbout(input),
    isAfterRevocation: device.revokedAt !== null && event.at_ms >= device.revokedAt.getTime(),
    isFork: !continuesChain(linkOf(received), beside),
    snapshot: await judgeSnapshot(input),
    isClockSuspect: !beside.every((other) => fitTogether(event, other)),
  }
}

const linkOf = ({ event, hash }: ReceivedEvent) => ({ seq: event.seq, hash, prevHash: event.prev_hash })

function fitTogether(event: OfflineEvent, other: StoredEvent): boolean {
  const one = { atMs: event.at_ms, monoMs: event.mono_ms, bootId: event.boot_id }
  const two = { atMs: other.at.getTime(), monoMs: other.monoMs, bootId: other.bootId }
  if (other.seq === event.seq) return true
  return other.seq < event.seq ? fitsInTime(two, one) : fitsInTime(one, two)
}

/** What happened on the server that an event may run into. */
async function changesAbout({ stores, application, device, received, now }: FactsInput): Promise<readonly Change[]> {
  const changes: Change[] = (await isRevoked(stores, device)) ? ['revoke_device'] : []
  const { facial_id: subjectId } = received.event
  if (subjectId === null || isSomebodyElses(device, subjectId)) return changes
  const galleryId = await stores.subjects.galleryOf(application.id, subjectId)
  if (galleryId === undefined) {
    const keys = await stores.applicationKeys.of(application.id)
    const digest = keys.digest('tombstone', Buffer.from(subjectId, 'utf8'))
    return (await stores.tombstones.has(application.id, digest)) ? [...changes, 'delete'] : changes
  }
  if (galleryId !== device.galleryId || (await maySignIn(stores, application.id, subjectId, now))) return changes
  return [...changes, 'disable']
}

const isSomebodyElses = ({ kind, subjectId: owner }: RegisteredDevice, subjectId: string): boolean =>
  kind === 'own_device' && owner !== null && owner !== subjectId

/**
 * Whether somebody is there whom this device may name: of its gallery, or its owner. Anybody else could be erased meanwhile, since only
 * the device's gallery is held.
 */
export async function mayName(
  { stores, application, device }: Pick<FactsInput, 'stores' | 'application' | 'device'>,
  subjectId: string,
): Promise<boolean> {
  if (isSomebodyElses(device, subjectId)) return false
  return (await stores.subjects.galleryOf(application.id, subjectId)) === device.galleryId
}

/** Whether the device was handed what it says that it compared with, and the person was in it. */
async function judgeSnapshot({ stores, device, received }: FactsInput): Promise<EventFacts['snapshot']> {
  const { snapshot_id: id, facial_id: subjectId, at_ms: atMs } = received.event
  if (id === null) return 'ok'
  const snapshot = await stores.offline.snapshots.find(refOf(device), id)
  if (snapshot === undefined) return 'unknown'
  if (!(atMs < snapshot.expiresAt.getTime())) return 'expired'
  if (subjectId === null) return 'ok'
  const handed = await stores.offline.faces.ofSubject(refOf(device), subjectId)
  const isThere = handed.some(({ removedEpoch }) => removedEpoch === null || removedEpoch > snapshot.cursor)
  return isThere ? 'ok' : 'stale'
}

/** Who was recognised before the application switched it off was there; a draft of before would make a person now, and makes nobody. */
export const mayStillEnroll = ({ application, device }: Pick<FactsInput, 'application' | 'device'>): boolean =>
  device.kind === 'kiosk' && allowsKind(application, 'kiosk')
