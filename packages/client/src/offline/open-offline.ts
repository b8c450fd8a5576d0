import type { SessionResponse } from '@mien/shared/api/sessions'
import type { OfflineDeviceKind } from '@mien/shared/api/sync'
import { MienError } from '@mien/shared/errors'
import type { toStatement } from '../ceremony/ask-consent.ts'
import type { send } from '../http/api-client.ts'
import { createDeviceKeys, type DeviceKey, makeDeviceKey } from '../storage/device-keys.ts'
import { createLockableRecords } from '../storage/lockable-records.ts'
import { openRecords, persistStorage } from '../storage/open-records.ts'
import type { RecordStore } from '../storage/record-store.ts'
import { openSealedRecords } from '../storage/sealed-records.ts'
import { unregistered } from './device-state.ts'
import { runAloneUnder, runUnlessRunning } from './locks.ts'
import { createOfflineCore, type OfflineDevice } from './offline-device.ts'
import type { OfflineNews } from './offline-news.ts'
import { createPasskeyLock } from './passkey-lock.ts'
import { type RunEither, runEither } from './run-either.ts'
import type { RunCeremony } from './run-offline-ceremony.ts'
import { createStateKeeper } from './state-keeper.ts'
import { isOfPerson, lockRecord } from './state-records.ts'
import { createSyncApi } from './sync-api.ts'
import { startSyncSchedule } from './sync-schedule.ts'

export type OfflineMode = 'own-device' | 'kiosk'

export interface OfflinePlace {
  readonly mode: OfflineMode
  /** Of the server. One application's public id may be known to two servers. */
  readonly endpoint: string
  readonly publicId: string
}

/** What is in the page's first script already comes from there, so that it need not be split for the sake of this one. */
export interface OpenOfflineOptions extends OfflinePlace {
  readonly send: typeof send
  readonly toStatement: typeof toStatement
  /** Hears everything from the beginning. */
  readonly onNews: ((news: OfflineNews) => void) | undefined
}

export interface OpenedOffline extends OfflineDevice {
  /** A ceremony with the server where it can be reached, else on this device. */
  orOffline(runOnline: RunCeremony): RunEither
}

const nameOf = ({ mode, endpoint, publicId }: OfflinePlace): string => `mien-offline ${mode} ${endpoint} ${publicId}`

const keeperFor = (name: string, store: RecordStore) => createStateKeeper(store, runAloneUnder(`${name} state`))

/** On an own device a passkey may lock what is kept. At a kiosk nobody is there to be verified. */
const lockableRecords = async (name: string) =>
  createLockableRecords(await openRecords(name), { name, lockName: lockRecord, isLockable: isOfPerson })

/**
 * The person leaves this device to others.
 *
 * @throws MienError BROWSER_UNSUPPORTED: the browser's store does not open, so that what may lie there stays
 */
export async function forgetOwnDevice(where: Omit<OfflinePlace, 'mode'>): Promise<void> {
  const name = nameOf({ ...where, mode: 'own-device' })
  const store = await openSealedRecords(name).catch((cause) => {
    throw new MienError('BROWSER_UNSUPPORTED', { cause })
  })
  await keeperFor(name, store).change(() => unregistered)
}

/** What this browser keeps for one application of one server, and syncs as long as the page is open. */
export async function openOffline(options: OpenOfflineOptions): Promise<OpenedOffline> {
  const { mode, endpoint, publicId, send, toStatement, onNews } = options
  const name = nameOf(options)
  const over = new AbortController()
  const records = await lockableRecords(name)
  const keeper = keeperFor(name, records)
  const api = createSyncApi({ endpoint, send, signal: over.signal })
  const kind: OfflineDeviceKind = mode === 'kiosk' ? 'kiosk' : 'own_device'
  const core = createOfflineCore({
    kind,
    keeper,
    api,
    key: keyFor(kind, { endpoint, publicId }, keeper.isKept),
    readClocks: clocksOfPage(),
    runUnlessRunning: (work) => runUnlessRunning(`${name} sync`, work),
    persist: persistStorage,
  })
  const lock = createPasskeyLock(records, keeper, name)
  if (onNews) core.subscribe(onNews)
  const schedule = startSyncSchedule({ attempt: core.attempt })
  core.subscribe(({ name: what }) => (what === 'waiting' || what === 'unlocked') && schedule.soon())
  let session: SessionResponse | undefined
  return {
    ...core,
    orOffline: (runOnline) =>
      runEither(core, runOnline, (met) => {
        session = met
      }),
    async registerOwnDevice({ text, locale, protect = 'browser' }) {
      if (session === undefined)
        throw new MienError('FORBIDDEN', { message: 'Nobody was enrolled or recognised here yet' })
      const { client_token, settings } = session
      const made = protect === 'passkey' ? await lock.make() : undefined
      const consent = await toStatement({ text, locale }, 'widget', settings.policy_version, new Date().toISOString())
      await core.register((key) => api.registerOwn(client_token, consent, key), made)
    },
    async unlock() {
      if (await lock.unlock()) core.tell({ name: 'unlocked' })
    },
    registerKiosk: (code) => core.register((key) => api.registerKiosk(code, key)),
    close() {
      schedule.close()
      over.abort(new MienError('ABORTED'))
    },
  }
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

/** The page's own clocks: the monotone one is known by a name drawn now, for it starts anew with each page. */
function clocksOfPage() {
  const bootId = crypto.randomUUID()
  return () => ({ wallMs: Date.now(), monoMs: Math.floor(performance.now()), bootId })
}
