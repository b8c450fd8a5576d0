import type { SessionResponse } from '@mien/shared/api/sessions'
import { MienError } from '@mien/shared/errors'
import type { toStatement } from '../ceremony/ask-consent.ts'
import type { send } from '../http/api-client.ts'
import { openSealedRecords } from '../storage/sealed-records.ts'
import { askWhileWaiting } from './background-sync.ts'
import { unregistered } from './device-state.ts'
import type { OfflineDevice } from './offline-device.ts'
import type { OfflineNews } from './offline-news.ts'
import { nameOfPlace, type OfflinePlace } from './offline-place.ts'
import { keeperFor, openCore } from './open-core.ts'
import { createPasskeyLock } from './passkey-lock.ts'
import { relayNews } from './relay-news.ts'
import { type RunEither, runEither } from './run-either.ts'
import type { RunCeremony } from './run-offline-ceremony.ts'
import { startSyncSchedule } from './sync-schedule.ts'

export type { OfflineMode } from './offline-place.ts'

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

/**
 * The person leaves this device to others.
 *
 * @throws MienError BROWSER_UNSUPPORTED: the browser's store does not open, so that what may lie there stays
 */
export async function forgetOwnDevice(where: Omit<OfflinePlace, 'mode'>): Promise<void> {
  const name = nameOfPlace({ ...where, mode: 'own-device' })
  const store = await openSealedRecords(name).catch((cause) => {
    throw new MienError('BROWSER_UNSUPPORTED', { cause })
  })
  await keeperFor(name, store).change(() => unregistered)
}

/** What this browser keeps for one application of one server, and syncs as long as the page is open. */
export async function openOffline(options: OpenOfflineOptions): Promise<OpenedOffline> {
  const { mode, endpoint, publicId, send, toStatement, onNews } = options
  const place = { mode, endpoint, publicId }
  const over = new AbortController()
  const { core, api, records, keeper } = await openCore({ ...place, send, signal: over.signal })
  const lock = createPasskeyLock(records, keeper, nameOfPlace(place))
  if (onNews) core.subscribe(onNews)
  const schedule = startSyncSchedule({ attempt: core.attempt })
  core.subscribe(({ name }) => (name === 'waiting' || name === 'unlocked') && schedule.soon())
  const ask = askWhileWaiting(place, async () => (await keeper.read()).outbox.entries.length)
  core.subscribe((news) => void ask(news))
  const endRelay = relayNews(place, core)
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
      endRelay()
      over.abort(new MienError('ABORTED'))
    },
  }
}
