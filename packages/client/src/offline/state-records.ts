import type { JsonValue } from '@mien/shared/api/fields'
import { type OfflinePolicy, offlinePolicy } from '@mien/shared/api/sync'
import type { DeviceClock } from '@mien/shared/sync/clock'
import type { OutboxEntry } from '@mien/shared/sync/outbox'
import { isLocked, type LockedValue } from '../storage/lockable-records.ts'
import type { RecordLock } from '../storage/record-lock.ts'
import type { RecordChanges } from '../storage/record-store.ts'
import {
  type DeviceState,
  noTickets,
  type OfflineFace,
  type Registration,
  type Statement,
  type Tickets,
  unregistered,
} from './device-state.ts'

/** Its records are written by us alone, and sealed: what opens has the shape that was sealed. */
type Records = ReadonlyMap<string, JsonValue>

const faceRecord = 'face/'
const eventRecord = 'event/'
const ownerRecord = 'owner'
export const lockRecord = 'lock'

/** What tells of the person: all that a lock seals. The rest is what a device needs to tell what happened on it. */
export const isOfPerson = (name: string): boolean => name === ownerRecord || name.startsWith(faceRecord)

/** Of a registration. */
type Owner = Pick<Registration, 'facial_id' | 'rotation_key'>

const noOwner: Owner = { facial_id: null, rotation_key: '' }

/** The parts that are one record each. Faces and events are a record each, so that a change costs what it changes. */
const partsOf = (state: DeviceState): Readonly<Record<string, unknown>> => ({
  ...registrationParts(state.registration),
  [lockRecord]: state.lock,
  clock: state.clock,
  statement: state.statement,
  policy: state.policy,
  tickets: state.tickets,
  cursor: state.gallery.cursor,
  chain: { seq: state.outbox.seq, hash: state.outbox.hash },
})

function registrationParts(registered: Registration | null): Readonly<Record<string, unknown>> {
  if (registered === null) return { registration: null }
  const { facial_id, rotation_key, ...registration } = registered
  return { registration, [ownerRecord]: { facial_id, rotation_key } satisfies Owner }
}

interface Chain {
  readonly seq: number
  readonly hash: string
}

/** Without the end of its chain a device could only fork it: it has to be registered again. What lies there goes when it is forgotten. */
export function fromRecords(records: Records): DeviceState {
  const part = <T>(name: string, instead: T): T => (records.get(name) as T | undefined) ?? instead
  const chain = part<Chain | null>('chain', null)
  if (chain === null) return { ...unregistered }
  const lock = part<RecordLock | null>(lockRecord, null)
  const locked = new Map<string, LockedValue>(lock === null ? [] : lockedIn(records))
  const faces = named<OfflineFace>(records, faceRecord).filter((face) => !isLocked(face))
  const entries = named<OutboxEntry>(records, eventRecord).sort((a, b) => a.seq - b.seq)
  return {
    registration: registrationIn(records, locked),
    lock,
    locked,
    clock: part<DeviceClock | null>('clock', null),
    statement: part<Statement | null>('statement', null),
    policy: policyIn(records),
    tickets: part<Tickets>('tickets', noTickets),
    gallery: { cursor: part('cursor', null), faces: new Map(faces.map((face) => [face.faceId, face])) },
    outbox: { ...chain, entries },
  }
}

/** One that was kept before it had all that is decided by now is none: nobody is recognised by it, and the next page brings another. */
function policyIn(records: Records): OfflinePolicy | null {
  const policy = records.get('policy') ?? null
  return offlinePolicy.safeParse(policy).success ? (policy as OfflinePolicy) : null
}

const lockedIn = (records: Records): [string, LockedValue][] =>
  [...records].flatMap(([name, value]) => (isLocked(value) ? [[name, value]] : []))

/** A device that does not know its rotation key recognises nobody: it has to be registered again. */
function registrationIn(records: Records, locked: DeviceState['locked']): Registration | null {
  const registration = (records.get('registration') ?? null) as Omit<Registration, keyof Owner> | null
  if (registration === null) return null
  if (locked.has(ownerRecord)) return { ...registration, ...noOwner }
  const owner = records.get(ownerRecord) as Owner | undefined
  return owner === undefined || isLocked(owner) ? null : { ...registration, ...owner }
}

const named = <T>(records: Records, prefix: string): T[] =>
  [...records].filter(([name]) => name.startsWith(prefix)).map(([, value]) => value as T)

/** What has to be written so that a state is kept. @param kept records as they lie there */
export function changesTo(state: DeviceState, kept: ReadonlyMap<string, unknown>): Omit<RecordChanges, 'revision'> {
  const records = recordsOf(state)
  const isLockSame = state.lock === (kept.get(lockRecord) ?? null)
  // What did not change is sealed otherwise under another lock.
  const stays = (name: string) => isLockSame || !isOfPerson(name)
  const put = [...records].filter(([name, value]) => !(stays(name) && isSame(name, kept.get(name), value)))
  return { put: new Map(put as [string, JsonValue][]), remove: [...kept.keys()].filter((name) => !records.has(name)) }
}

/** What did not change is the same object, but for what is put together anew each time. */
const isSame = (name: string, before: unknown, after: unknown): boolean =>
  before === after || (putTogether.has(name) && JSON.stringify(before) === JSON.stringify(after))

const putTogether = new Set(['chain', 'registration', ownerRecord])

export function recordsOf(state: DeviceState): ReadonlyMap<string, unknown> {
  const faces = [...state.gallery.faces].map(([faceId, face]) => [faceRecord + faceId, face] as const)
  const events = state.outbox.entries.map((entry) => [eventRecord + entry.eventId, entry] as const)
  // What is locked stays as it lies there, in the place of what cannot be known of it.
  return new Map<string, unknown>([...Object.entries(partsOf(state)), ...faces, ...events, ...state.locked])
}
