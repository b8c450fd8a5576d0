import type { JsonValue } from '@mien/shared/api/fields'
import type { OfflinePolicy } from '@mien/shared/api/sync'
import type { DeviceClock } from '@mien/shared/sync/clock'
import type { OutboxEntry } from '@mien/shared/sync/outbox'
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

/** The parts that are one record each. Faces and events are a record each, so that a change costs what it changes. */
const partsOf = (state: DeviceState): Readonly<Record<string, unknown>> => ({
  registration: state.registration,
  clock: state.clock,
  statement: state.statement,
  policy: state.policy,
  tickets: state.tickets,
  cursor: state.gallery.cursor,
  chain: { seq: state.outbox.seq, hash: state.outbox.hash },
})

interface Chain {
  readonly seq: number
  readonly hash: string
}

/** Without the end of its chain a device could only fork it: it has to be registered again. */
export function fromRecords(records: Records): DeviceState {
  const part = <T>(name: string, instead: T): T => (records.get(name) as T | undefined) ?? instead
  const chain = part<Chain | null>('chain', null)
  if (chain === null) return unregistered
  const faces = named<OfflineFace>(records, faceRecord)
  const entries = named<OutboxEntry>(records, eventRecord).sort((a, b) => a.seq - b.seq)
  return {
    registration: part<Registration | null>('registration', null),
    clock: part<DeviceClock | null>('clock', null),
    statement: part<Statement | null>('statement', null),
    policy: part<OfflinePolicy | null>('policy', null),
    tickets: part<Tickets>('tickets', noTickets),
    gallery: { cursor: part('cursor', null), faces: new Map(faces.map((face) => [face.faceId, face])) },
    outbox: { ...chain, entries },
  }
}

const named = <T>(records: Records, prefix: string): T[] =>
  [...records].filter(([name]) => name.startsWith(prefix)).map(([, value]) => value as T)

/** What has to be written so that a state is kept. @param kept records as they lie there */
export function changesTo(state: DeviceState, kept: ReadonlyMap<string, unknown>): Omit<RecordChanges, 'revision'> {
  const records = recordsOf(state)
  const put = [...records].filter(([name, value]) => !isSame(name, kept.get(name), value))
  return { put: new Map(put as [string, JsonValue][]), remove: [...kept.keys()].filter((name) => !records.has(name)) }
}

/** What did not change is the same object, but for the end of the chain, which is put together anew each time. */
const isSame = (name: string, before: unknown, after: unknown): boolean =>
  before === after || (name === 'chain' && JSON.stringify(before) === JSON.stringify(after))

export function recordsOf(state: DeviceState): ReadonlyMap<string, unknown> {
  const faces = [...state.gallery.faces].map(([faceId, face]) => [faceRecord + faceId, face] as const)
  const events = state.outbox.entries.map((entry) => [eventRecord + entry.eventId, entry] as const)
  return new Map<string, unknown>([...Object.entries(partsOf(state)), ...faces, ...events])
}
