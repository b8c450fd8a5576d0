import type { OfflineNews, SettledEvent } from '@mien/client'
import { type DBSchema, type IDBPDatabase, openDB } from 'idb'

/** What happened at this desk. */
export interface CheckIn {
  /** Of an offline event its id, by which the server's answer is known. */
  readonly id: string
  readonly operation: 'authenticate' | 'enroll'
  /** RFC 3339. */
  readonly at: string
  /** Null: somebody new, whom the server has not taken yet. */
  readonly facialId: string | null
  /** Decided without the server: a claim until the server has taken it. */
  readonly offline: boolean
}

/** `reviewed`: it was told, and somebody looks at it before it counts. */
export type Fate = 'waiting' | 'synced' | 'refused' | 'reviewed'

export interface ListedCheckIn extends CheckIn {
  readonly name: string | null
  readonly fate: Fate
  /** Why it was refused; empty otherwise. */
  readonly why: string
}

interface Answer {
  readonly id: string
  readonly fate: Fate
  readonly why: string
  /** Whom an enrolment made. */
  readonly facialId: string | null
}

interface Schema extends DBSchema {
  checkIns: { key: string; value: CheckIn }
  /** Apart from the others: an answer may be here first. */
  answers: { key: string; value: Answer }
  /** By facial id, or by the event's id as long as there is none. */
  names: { key: string; value: string }
}

let opened: Promise<IDBPDatabase<Schema>> | undefined

/** Used by the page and by the service worker. */
const database = (): Promise<IDBPDatabase<Schema>> =>
  (opened ??= openDB<Schema>('attendance', 1, {
    upgrade(created) {
      created.createObjectStore('checkIns', { keyPath: 'id' })
      created.createObjectStore('answers', { keyPath: 'id' })
      created.createObjectStore('names')
    },
  }))

const channel = new BroadcastChannel('attendance')

const changed = (): void => channel.postMessage('changed')

/** Also when the service worker, or another tab, was told something. */
export const onChange = (listener: () => void): void => channel.addEventListener('message', listener)

export async function addCheckIn(checkIn: CheckIn, name = ''): Promise<void> {
  const data = await database()
  await data.put('checkIns', checkIn)
  if (name !== '') await data.put('names', name, checkIn.facialId ?? checkIn.id)
  changed()
}

/** Remembers what the server said to events of this device. */
export async function settle(news: OfflineNews): Promise<void> {
  if (news.name !== 'synced' && news.name !== 'refused') return
  const told = news.events.filter(({ operation }) => operation !== 'refused')
  const data = await database()
  for (const event of told) await data.put('answers', toAnswer(event))
  changed()
}

function toAnswer({ eventId: id, answer }: SettledEvent): Answer {
  const outcome = answer.status === 'duplicate' ? answer.outcome : answer
  switch (outcome.status) {
    case 'accepted':
      return { id, fate: 'synced', why: '', facialId: outcome.facial_id }
    case 'rejected':
      return { id, fate: 'refused', why: `The server said: ${outcome.code}`, facialId: null }
    case 'conflict':
      return { id, fate: 'refused', why: conflictWords[outcome.server_state], facialId: null }
    default:
      return { id, fate: 'reviewed', why: 'Somebody has to look at it first', facialId: null }
  }
}

const conflictWords = {
  deleted: 'This person was deleted on the server meanwhile',
  disabled: 'This person may not check in any more',
  enrolled: 'This person is enrolled already',
} as const

/** Those of one day, newest first. */
export async function checkInsOf(day: Date): Promise<readonly ListedCheckIn[]> {
  const data = await database()
  const all = await data.getAll('checkIns')
  const today = all.filter(({ at }) => new Date(at).toDateString() === day.toDateString())
  const listed = await Promise.all(today.map((checkIn) => withAnswer(data, checkIn)))
  return listed.sort((a, b) => b.at.localeCompare(a.at))
}

async function withAnswer(data: IDBPDatabase<Schema>, checkIn: CheckIn): Promise<ListedCheckIn> {
  const answer = await data.get('answers', checkIn.id)
  const facialId = checkIn.facialId ?? answer?.facialId ?? null
  const name =
    (facialId === null ? undefined : await data.get('names', facialId)) ?? (await data.get('names', checkIn.id))
  if (name !== undefined && facialId !== null) await data.put('names', name, facialId)
  const fate = checkIn.offline ? (answer?.fate ?? 'waiting') : 'synced'
  return { ...checkIn, facialId, name: name ?? null, fate, why: answer?.why ?? '' }
}

/** Who somebody is on this desk. */
export async function nameOf(facialId: string): Promise<string> {
  return (await (await database()).get('names', facialId)) ?? `Person ${facialId.slice(0, 8)}`
}
