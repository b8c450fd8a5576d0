import type { OfflineDeviceKind } from '@mien/shared/api/sync'
import { MienError } from '@mien/shared/errors'
import type { send } from '../http/api-client.ts'
import { createDeviceKeys, type DeviceKey, makeDeviceKey } from '../storage/device-keys.ts'
import { createLockableRecords, type LockableRecords } from '../storage/lockable-records.ts'
import { openRecords, persistStorage } from '../storage/open-records.ts'
import type { RecordStore } from '../storage/record-store.ts'
import { runAloneUnder, runUnlessRunning } from './locks.ts'
import { createOfflineCore, type OfflineCore } from './offline-core.ts'
import { nameOfPlace, type OfflinePlace } from './offline-place.ts'
import { createStateKeeper, type StateKeeper } from './state-keeper.ts'
import { isOfPerson, lockRecord } from './state-records.ts'
import { createSyncApi, type SyncApi } from './sync-api.ts'

export interface OpenCoreOptions extends OfflinePlace {
  /** Ends what is being asked. */
  readonly signal: AbortSignal
  readonly send: typeof send
}

export interface OpenedCore {
  readonly core: OfflineCore
  readonly api: SyncApi
  readonly records: LockableRecords
  readonly keeper: StateKeeper
}

/** Over all tabs and the service worker of this origin. */
export const keeperFor = (name: string, store: RecordStore) =>
  createStateKeeper(store, runAloneUnder(`${name} state`, store.isKept))

/** On an own device a passkey may lock what is kept. At a kiosk nobody is there to be verified. */
const lockableRecords = async (name: string) =>
  createLockableRecords(await openRecords(name), { name, lockName: lockRecord, isLockable: isOfPerson })

/** What this browser keeps for one application of one server, in a page or in a service worker. */
export async function openCore({ mode, endpoint, publicId, signal, send }: OpenCoreOptions): Promise<OpenedCore> {
  const name = nameOfPlace({ mode, endpoint, publicId })
  const records = await lockableRecords(name)
  const keeper = keeperFor(name, records)
  const api = createSyncApi({ endpoint, send, signal })
  const kind: OfflineDeviceKind = mode === 'kiosk' ? 'kiosk' : 'own_device'
  const core = createOfflineCore({
    kind,
    keeper,
    api,
    key: keyFor(kind, { endpoint, publicId }, keeper.isKept),
    readClocks: ownClocks(),
    runUnlessRunning: (work) => runUnlessRunning(`${name} sync`, keeper.isKept, work),
    runAlone: runAloneUnder(`${name} sync`, keeper.isKept),
    persist: persistStorage,
  })
  return { core, api, records, keeper }
}

/** A kiosk's key may be one of this page alone, where the browser keeps nothing; a person's key is known to the server already. */
function keyFor(kind: OfflineDeviceKind, where: { endpoint: string; publicId: string }, isKept: boolean) {
  const keys = createDeviceKeys(kind === 'kiosk' ? { ...where, use: 'kiosk' } : where)
  let ofPage: Promise<DeviceKey> | undefined
  return async (): Promise<DeviceKey> => {
    const key = await keys.current()
    if (key !== undefined) return key
    if (isKept || kind !== 'kiosk') throw new MienError('FORBIDDEN', { message: 'The browser keeps no key here' })
    ofPage ??= makeDeviceKey()
    return ofPage
  }
}

/** Those of this page or worker: the monotone one is known by a name drawn now, for it starts anew with each of them. */
function ownClocks() {
  const bootId = crypto.randomUUID()
  return () => ({ wallMs: Date.now(), monoMs: Math.floor(performance.now()), bootId })
}
