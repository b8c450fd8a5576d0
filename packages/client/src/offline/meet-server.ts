import type { SyncRegistration } from '@mien/shared/api/sync'
import { MienError, toMienError } from '@mien/shared/errors'
import { type ClockReading, setClock } from '@mien/shared/sync/clock'
import type { SettledEntry } from '@mien/shared/sync/outbox'
import type { DeviceKey } from '../storage/device-keys.ts'
import type { RecordLock } from '../storage/record-lock.ts'
import { type DeviceState, revoke, unregistered } from './device-state.ts'
import { isLost } from './is-lost.ts'
import { isTaken, type OfflineNews, toSettledEvent } from './offline-news.ts'
import type { RunAlone, StateKeeper } from './state-keeper.ts'
import type { SyncApi } from './sync-api.ts'
import { syncRound } from './sync-round.ts'

export interface MeetingPorts {
  readonly keeper: StateKeeper
  readonly api: SyncApi
  /** @throws MienError FORBIDDEN: the browser keeps none */
  readonly key: () => Promise<DeviceKey>
  readonly readClocks: () => ClockReading
  /** Undefined: another tab is at it. */
  readonly runUnlessRunning: <T>(work: () => Promise<T>) => Promise<T | undefined>
  /** Once no other tab is at it. */
  readonly runAlone: RunAlone
  readonly persist: () => Promise<unknown>
}

export interface Meetings {
  /** @param lock what is kept of the person is sealed with @throws MienError CONFLICT, STORAGE_FULL, or what asking fails with */
  register(ask: (key: DeviceKey) => Promise<SyncRegistration>, lock?: RecordLock): Promise<void>
  /** One round. Never rejects. @returns whether it came to its end, or why not; `idle`: there is nobody to sync for */
  attempt(): Promise<'done' | 'revoked' | 'busy' | 'idle' | MienError>
}

/** How a device becomes one, and tells what happened on it: one meeting at a time, over all tabs. */
export function createMeetings(ports: MeetingPorts, tell: (news: OfflineNews) => void): Meetings {
  const { keeper, api, readClocks } = ports

  async function register(ask: (key: DeviceKey) => Promise<SyncRegistration>, lock: RecordLock | null = null) {
    const key = await ports.key()
    await tellFirst()
    const { server_time, ...device } = await ask(key)
    const reading = readClocks()
    const server_keys = await api.serverKeys()
    await ports.persist()
    await keeper.change((state) => {
      const isSame = state.registration?.device_id === device.device_id
      if (!isSame) refuseWaiting(state)
      const registration = { ...device, server_keys, key_id: key.keyId, is_revoked: false }
      // What lies there may be under another lock: it is pulled anew.
      const before = isSame ? { ...unregistered, outbox: state.outbox, tickets: state.tickets } : unregistered
      return { ...before, registration, lock, clock: setClock(Date.parse(server_time), reading) }
    })
    await round()
  }

  /** The server takes the device away that it knew by this key, and with it the right to tell what happened on it (SY13). */
  async function tellFirst(): Promise<void> {
    if (isTold(await keeper.read())) return
    const cause = await round().catch((error: unknown) => error)
    refuseWaiting(await keeper.read(), cause)
  }

  async function round(): Promise<boolean> {
    const key = await ports.key()
    const { registration } = await keeper.read()
    if (registration?.key_id !== key.keyId) {
      // The person left the device to others, or the browser threw the key away: nothing can be told in its name any more.
      await keeper.change((state) => (state.registration?.key_id === key.keyId ? state : revoke(state)))
      return false
    }
    const deviceId = registration.device_id
    return syncRound({ keeper, deviceId, api, key, readClocks, onSettled: (settled) => tellSettled(settled, tell) })
  }

  async function attempt(): ReturnType<Meetings['attempt']> {
    try {
      const { registration, outbox } = await keeper.read()
      if (registration === null || (registration.is_revoked && outbox.entries.length === 0)) return 'idle'
      const isGood = await ports.runUnlessRunning(async () => {
        tell({ name: 'syncing' })
        return round()
      })
      if (isGood === false) tell({ name: 'revoked' })
      return isGood === undefined ? 'busy' : isGood ? 'done' : 'revoked'
    } catch (cause) {
      const error = toMienError(cause)
      tell(isLost(error) ? { name: 'offline' } : { name: 'failed', error })
      return error
    }
  }

  return { register: (ask, lock) => ports.runAlone(() => register(ask, lock)), attempt }
}

const isTold = ({ outbox }: DeviceState): boolean => outbox.entries.length === 0

function refuseWaiting(state: DeviceState, cause?: unknown): void {
  if (isTold(state)) return
  throw new MienError('CONFLICT', { message: 'What happened on this device so far has to be told first', cause })
}

function tellSettled(settled: readonly SettledEntry[], tell: (news: OfflineNews) => void): void {
  const events = settled.map(toSettledEvent)
  const taken = events.filter(isTaken)
  const refused = events.filter((event) => !isTaken(event))
  if (taken.length > 0) tell({ name: 'synced', events: taken })
  if (refused.length > 0) tell({ name: 'refused', events: refused })
}
