import { type PullResponse, ticketClaims } from '@mien/shared/api/sync'
import { MienError } from '@mien/shared/errors'
import { type ClockReading, setClock } from '@mien/shared/sync/clock'
import { nextBatch, type SettledEntry, settleBatch } from '@mien/shared/sync/outbox'
import { emptyGallery } from '@mien/shared/sync/tombstone'
import type { DeviceKey } from '../storage/device-keys.ts'
import { applyPull } from './apply-pull.ts'
import { atTime, type DeviceState, isLockedNow, type Registration, revoke } from './device-state.ts'
import { type KeeperOfDevice, keeperOfDevice, type RegisteredState } from './keeper-of-device.ts'
import { takeTickets } from './record-event.ts'
import { keyOfStatement, readStatement } from './server-statement.ts'
import type { StateKeeper } from './state-keeper.ts'
import type { SyncApi } from './sync-api.ts'

export interface SyncRoundPorts {
  readonly keeper: StateKeeper
  /** The device that meets the server. */
  readonly deviceId: string
  readonly api: SyncApi
  readonly key: DeviceKey
  readonly readClocks: () => ClockReading
  readonly onSettled: (settled: readonly SettledEntry[]) => void
}

type Ports = Omit<SyncRoundPorts, 'keeper'> & { readonly keeper: KeeperOfDevice }

/**
 * One meeting with the server: what happened is told and settled, then what changed is pulled and applied, then tickets. Whatever fails,
 * what was done until then is kept, and the next round goes on there. A device that is locked only tells (OF14). Where the device is forgotten or becomes another one meanwhile,
 * no more is done.
 *
 * @returns whether the device may go on; false: it was revoked, and has forgotten what it held of people
 * @throws MienError what asking failed with, STORAGE_FULL
 */
export async function syncRound(round: SyncRoundPorts): Promise<boolean> {
  const ports = { ...round, keeper: keeperOfDevice(round.keeper, round.deviceId) }
  try {
    if (!(await push(ports))) return false
    // What would be pulled could not be put under the person's lock, and nobody is recognised meanwhile.
    if (isLockedNow(await ports.keeper.read())) return true
    await pull(ports)
    await fetchTickets(ports)
    return true
  } catch (error) {
    if (!isRevocation(error)) throw error
    return mayGoOn(await ports.keeper.change(revoke))
  }
}

const mayGoOn = ({ registration }: DeviceState): boolean => registration?.is_revoked !== true

/** Revoked, or not known to the server at all (OF10). What has no status was not the server's word, but found by us. */
const isRevocation = (error: unknown): boolean =>
  error instanceof MienError &&
  (error.code === 'GONE' || error.code === 'SIGNATURE_INVALID') &&
  error.details?.status !== undefined

/** Sends what waits, batch by batch; without any it asks for the time. */
async function push({ keeper, deviceId, api, key, readClocks, onSettled }: Ports): Promise<boolean> {
  for (;;) {
    // Only read: on a full disk what was told makes room.
    const { outbox, gallery, clock } = atTime(await keeper.read(), readClocks())
    const batch = nextBatch(outbox, clock?.seenMs ?? 0)
    const events = batch.map(({ sent }) => sent)
    const answer = await api.sync({ device_id: deviceId, cursor: gallery.cursor, events }, key)
    const reading = readClocks()
    const serverMs = Date.parse(answer.server_time)
    let settled: readonly SettledEntry[] = []
    const after = await keeper.change((state) => {
      const done = settleBatch(state.outbox, batch, answer.answers, serverMs)
      settled = done.settled
      const told = { ...state, outbox: done.outbox, clock: setClock(serverMs, reading) }
      return answer.revoked ? revoke(told) : told
    })
    if (settled.length > 0) onSettled(settled)
    if (nextBatch(after.outbox, serverMs).length === 0 || batch.length === 0) return mayGoOn(after)
  }
}

/** What does not come to what the server stated, for instance since a record cannot be read any more, is asked for as a whole. */
async function pull(ports: Ports): Promise<void> {
  try {
    await pullPages(ports)
  } catch (error) {
    const { gallery } = await ports.keeper.read()
    if (!isOfStatement(error) || gallery.cursor === null) throw error
    await ports.keeper.change((state) => ({ ...state, gallery: emptyGallery(), statement: null }))
    await pullPages(ports)
  }
}

const isOfStatement = (error: unknown): boolean =>
  error instanceof MienError && error.code === 'SIGNATURE_INVALID' && !isRevocation(error)

/** Page by page; the request for the next one acknowledges the one before. */
async function pullPages(ports: Ports): Promise<void> {
  for (;;) {
    const { gallery } = await ports.keeper.read()
    const page = await nextPage(ports, gallery.cursor)
    const after = await apply(ports, page)
    if (!page.more || after.gallery.cursor === gallery.cursor) return
  }
}

async function nextPage(ports: Ports, cursor: number | null): Promise<PullResponse> {
  const request = { ...(await signedNow(ports)), cursor }
  try {
    return await ports.api.pull(request, ports.key)
  } catch (error) {
    if (isWithheld(error)) await trustNothing(ports.keeper)
    throw error
  }
}

/** Switched off for the application, or too large a gallery: the server's own word, and not that of a proxy on the way. */
const isWithheld = (error: unknown): boolean =>
  error instanceof MienError &&
  (error.code === 'FORBIDDEN' || error.code === 'QUOTA_REACHED') &&
  error.details?.requestId !== undefined

/** Nobody is recognised until a page is applied. It is less than what is held, so that there is room for it. */
const trustNothing = (keeper: KeeperOfDevice): Promise<DeviceState> =>
  keeper.change((state) => (state.statement === null ? state : { ...state, statement: null }))

/** Whatever fails once a page is here, what it was to replace is compared with nobody any more (SY10). */
async function apply(ports: Ports, page: PullResponse): Promise<DeviceState> {
  const { keeper, readClocks } = ports
  try {
    const keys = await freshKeys(ports, page)
    const reading = readClocks()
    return await keeper.change((state) => {
      const told = { ...state, clock: setClock(Date.parse(page.server_time), reading) }
      return applyPull(keys === undefined ? told : withKeys(told, keys), page)
    })
  } catch (error) {
    await trustNothing(keeper)
    throw error
  }
}

/** The server renews its keys: whoever has been away asks for them again, which may take a while. */
async function freshKeys({ keeper, api }: Ports, { snapshot }: PullResponse): Promise<ServerKeys | undefined> {
  const { registration } = await keeper.read()
  if (keyOfStatement(snapshot, registration.server_keys) !== undefined) return undefined
  await trustNothing(keeper)
  return api.serverKeys()
}

type ServerKeys = Registration['server_keys']

const withKeys = (state: RegisteredState, server_keys: ServerKeys): RegisteredState => ({
  ...state,
  registration: { ...state.registration, server_keys },
})

async function fetchTickets(ports: Ports): Promise<void> {
  const { keeper, deviceId, api, key, readClocks } = ports
  const { gallery, registration } = await keeper.read()
  const request = { ...(await signedNow(ports)), cursor: gallery.cursor }
  const { server_time, statement } = await api.tickets(request, key)
  const reading = readClocks()
  const { server_keys } = registration
  const isKnown = keyOfStatement(statement, server_keys) !== undefined
  // A snapshot that was signed before a renewal is good for a while, and its key is the one that is kept.
  const keys = isKnown ? server_keys : await api.serverKeys()
  const claims = await readStatement(statement, 'mien-tickets+jwt', keys, ticketClaims)
  if (claims.device_id !== deviceId) throw new MienError('SIGNATURE_INVALID')
  await keeper.change((state) =>
    takeTickets({ ...state, clock: setClock(Date.parse(server_time), reading) }, claims.tickets),
  )
}

/** What hands something out names the server's time. */
async function signedNow({ keeper, deviceId, readClocks }: Ports) {
  const { clock } = await keeper.change((state) => atTime(state, readClocks()))
  if (clock === null) throw new MienError('CHALLENGE_EXPIRED')
  return { device_id: deviceId, sent_at: new Date(clock.seenMs).toISOString() }
}
