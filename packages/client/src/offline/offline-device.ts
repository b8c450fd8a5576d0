import type { Operation } from '@mien/shared/api/fields'
import type { OfflineDeviceKind, SyncRegistration } from '@mien/shared/api/sync'
import { MienError, toMienError } from '@mien/shared/errors'
import { type ClockReading, setClock } from '@mien/shared/sync/clock'
import type { SettledEntry } from '@mien/shared/sync/outbox'
import type { ConsentText } from '../ceremony/state.ts'
import type { DeviceKey } from '../storage/device-keys.ts'
import type { RecordLock } from '../storage/record-lock.ts'
import { isAsSigned } from './apply-pull.ts'
import { compare } from './compare.ts'
import { atTime, type DeviceState, revoke, unregistered } from './device-state.ts'
import { isTaken, type OfflineNews, toSettledEvent } from './offline-news.ts'
import type { RecordedResult } from './offline-result.ts'
import { type NotReady, notReady, whyNotReady } from './readiness.ts'
import { type Happening, recordEvent } from './record-event.ts'
import type { StateKeeper } from './state-keeper.ts'
import type { SyncApi } from './sync-api.ts'
import { syncRound } from './sync-round.ts'

/** What a page may show of a device. */
export interface OfflineStatus {
  /** Null: it is registered nowhere. */
  readonly device: { readonly id: string; readonly kind: OfflineDeviceKind; readonly label: string | null } | null
  readonly isRevoked: boolean
  /** Why nobody could be recognised without the server now; null: somebody could. */
  readonly notReady: NotReady | null
  /** Events that wait to be told. */
  readonly waiting: number
  /** RFC 3339: nobody is recognised from then on, unless the server was reached before. */
  readonly endsAt: string | null
  /** Whether what is kept outlives the page. */
  readonly isKept: boolean
  /** What opens what is kept of the person: this browser, or only their passkey. */
  readonly protection: Protection
}

/** See OF2 and OF14. */
export type Protection = 'browser' | 'passkey'

/** What the person agreed to, and how it is kept. */
export interface OwnDeviceOptions extends ConsentText {
  /**
   * `passkey`: what is kept of the person opens only once their passkey for this site has been used on the page, so that a copy of the
   * whole browser profile is worth nothing without the authenticator. Then this is to be called in the handler of a press. Default
   * `browser`.
   */
  readonly protect?: Protection
}

/** A device that works without the server. */
export interface OfflineDevice {
  status(): Promise<OfflineStatus>
  /** Hears what happens from now on. @returns ends it */
  subscribe(listener: (news: OfflineNews) => void): () => void
  /**
   * Makes this device a kiosk, with a code of the backend's.
   *
   * @throws MienError UNAUTHORIZED (no such code, or an old one), CONFLICT (it is another device already, and something of that waits to
   *   be told), STORAGE_FULL, NETWORK_IO
   */
  registerKiosk(code: string): Promise<void>
  /**
   * Keeps the template here of whom a ceremony of this client enrolled or recognised within the last five minutes, on their own device.
   *
   * @param shown what they agreed to: consent of its own, to keeping it here
   * @throws MienError FORBIDDEN, SESSION_EXPIRED, CONSENT_REQUIRED, SIGNATURE_INVALID (the device is not theirs), CONFLICT, NETWORK_IO;
   *   with `protect: 'passkey'` also ABORTED (no passkey was used), BROWSER_UNSUPPORTED (`details.passkey` is `prf`: none here can lock
   *   anything). Nothing was registered then
   */
  registerOwnDevice(shown: OwnDeviceOptions): Promise<void>
  /**
   * Has the person's passkey open what is kept of them, until the page is closed; does nothing where none is needed. To be called in the
   * handler of a press.
   *
   * @throws MienError ABORTED (no passkey was used), BROWSER_UNSUPPORTED, FORBIDDEN (it is another one by now)
   */
  unlock(): Promise<void>
  /** Tells what waits and fetches what changed, where no other tab is at it. What fails is told as news, and tried again. */
  sync(): Promise<void>
  /** Forgets all of it, also what waits to be told. */
  forget(): Promise<void>
  /** No more syncing by itself. */
  close(): void
}

/** What a ceremony needs of a device. */
export interface OfflineDecider {
  /** @throws MienError NETWORK_IO, STORAGE_FULL: the device is no help now, `details.offline` says why */
  prepare(operation: Operation): Promise<DeviceState>
  /** Whether anybody was recognised, it is written down. @returns undefined: nobody was */
  recognise(probe: Float32Array): Promise<RecordedResult | undefined>
  enroll(draft: Uint8Array<ArrayBuffer>): Promise<RecordedResult>
  tell(news: OfflineNews): void
}

export interface OfflineDevicePorts {
  readonly kind: OfflineDeviceKind
  readonly keeper: StateKeeper
  readonly api: SyncApi
  /** @throws MienError FORBIDDEN: the browser keeps none */
  readonly key: () => Promise<DeviceKey>
  readonly readClocks: () => ClockReading
  /** Undefined: another tab is at it. */
  readonly runUnlessRunning: <T>(work: () => Promise<T>) => Promise<T | undefined>
  readonly persist: () => Promise<unknown>
}

export interface OfflineCore
  extends OfflineDecider,
    Omit<OfflineDevice, 'close' | 'registerKiosk' | 'registerOwnDevice' | 'unlock'> {
  /** @param lock what is kept of the person is sealed with @throws MienError CONFLICT, STORAGE_FULL, or what asking fails with */
  register(ask: (key: DeviceKey) => Promise<SyncRegistration>, lock?: RecordLock): Promise<void>
  /** One round. Never rejects. @returns whether it came to its end, or why not; `idle`: there is nobody to sync for */
  attempt(): Promise<'done' | 'revoked' | 'busy' | 'idle' | MienError>
}

export function createOfflineCore(ports: OfflineDevicePorts): OfflineCore {
  const { kind, keeper, api, readClocks } = ports
  const listeners = new Set<(news: OfflineNews) => void>()
  const verified = new WeakSet<DeviceState['gallery']>()
  const tell = (news: OfflineNews) => {
    for (const listener of [...listeners]) listener(news)
  }

  /** The state with its clock read, which is remembered whatever comes of it. */
  const now = () => keeper.change((state) => atTime(state, readClocks()))

  async function prepare(operation: Operation): Promise<DeviceState> {
    const state = await now()
    refuseUnready(state, operation)
    return state
  }

  function refuseUnready(state: DeviceState, operation: Operation): void {
    const why = whyNotReady(state, operation)
    if (why === 'locked') tell({ name: 'locked' })
    if (why !== null) throw notReady(why)
  }

  async function refuseForged(state: DeviceState): Promise<void> {
    if (verified.has(state.gallery)) return
    if (!(await isAsSigned(state))) throw notReady('ended')
    verified.add(state.gallery)
  }

  /** Compared, written down and paid for in one change: nobody is compared with what a page has replaced meanwhile. */
  async function happen(
    operation: Operation,
    what: (state: DeviceState) => Happening | Promise<Happening>,
  ): Promise<RecordedResult> {
    const key = await ports.key()
    let result: RecordedResult | undefined
    const after = await keeper.change(async (before) => {
      const reading = readClocks()
      const state = atTime(before, reading)
      refuseUnready(state, operation)
      if (state.registration?.key_id !== key.keyId) throw notReady('unregistered')
      const happening = await what(state)
      const recorded = await recordEvent(state, happening, reading, key)
      result = toResult(operation, kind, recorded.event)
      return recorded.state
    })
    tell({ name: 'waiting', count: after.outbox.entries.length })
    return result!
  }

  async function register(ask: (key: DeviceKey) => Promise<SyncRegistration>, lock: RecordLock | null = null) {
    const key = await ports.key()
    const { server_time, ...device } = await ask(key)
    const reading = readClocks()
    const server_keys = await api.serverKeys()
    await ports.persist()
    await keeper.change((state) => {
      const isSame = state.registration?.device_id === device.device_id
      if (!isSame && state.outbox.entries.length > 0)
        throw new MienError('CONFLICT', { message: 'What happened on this device so far has to be told first' })
      const registration = { ...device, server_keys, key_id: key.keyId, is_revoked: false }
      // What lies there may be under another lock: it is pulled anew.
      const before = isSame ? { ...unregistered, outbox: state.outbox, tickets: state.tickets } : unregistered
      return { ...before, registration, lock, clock: setClock(Date.parse(server_time), reading) }
    })
    await ports.runUnlessRunning(round)
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

  async function attempt(): ReturnType<OfflineCore['attempt']> {
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
      tell(error.code === 'NETWORK_IO' ? { name: 'offline' } : { name: 'failed', error })
      return error
    }
  }

  return {
    tell,
    prepare,
    attempt,
    sync: async () => void (await attempt()),
    forget: async () => void (await keeper.change(() => unregistered)),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async recognise(probe) {
      const result = await happen('authenticate', async (state) => {
        await refuseForged(state)
        const { registration, gallery, policy, statement } = state
        const facialId = compare(probe, gallery.faces.values(), registration!, policy!.points)
        const op = facialId === null ? 'refused' : 'recognised'
        return { op, facialId, snapshotId: statement!.snapshotId, draft: null }
      })
      return result.facialId === null ? undefined : result
    },
    enroll: (draft) => happen('enroll', () => ({ op: 'enroll', facialId: null, snapshotId: null, draft })),
    register,
    async status() {
      const state = await now()
      const { registration, statement, outbox, lock } = state
      const { device_id: id, kind: registeredAs, label } = registration ?? {}
      return {
        device: id === undefined ? null : { id, kind: registeredAs ?? kind, label: label ?? null },
        isRevoked: registration?.is_revoked ?? false,
        notReady: whyNotReady(state, 'authenticate'),
        waiting: outbox.entries.length,
        endsAt: statement && new Date(statement.expiresMs).toISOString(),
        isKept: keeper.isKept,
        protection: lock === null ? 'browser' : 'passkey',
      }
    },
  }
}

function tellSettled(settled: readonly SettledEntry[], tell: (news: OfflineNews) => void): void {
  const events = settled.map(toSettledEvent)
  const taken = events.filter(isTaken)
  const refused = events.filter((event) => !isTaken(event))
  if (taken.length > 0) tell({ name: 'synced', events: taken })
  if (refused.length > 0) tell({ name: 'refused', events: refused })
}

const toResult = (
  operation: Operation,
  kind: OfflineDeviceKind,
  { facial_id: facialId, event_id: eventId, at_ms }: { facial_id: string | null; event_id: string; at_ms: number },
): RecordedResult => ({
  operation,
  offline: true,
  level: kind === 'kiosk' ? 'A0-offline' : 'A1-offline',
  facialId,
  eventId,
  timestamp: new Date(at_ms).toISOString(),
})
