import { ticketClaims } from '@mien/shared/api/sync'
import { MienError } from '@mien/shared/errors'
import { type ClockReading, setClock } from '@mien/shared/sync/clock'
import { nextBatch, type SettledEntry, settleBatch } from '@mien/shared/sync/outbox'
import { emptyGallery } from '@mien/shared/sync/tombstone'
import type { DeviceKey } from '../storage/device-keys.ts'
import { applyPull } from './apply-pull.ts'
import { atTime, type DeviceState, type Registration, revoke } from './device-state.ts'
import { takeTickets } from './record-event.ts'
import { keyOfStatement, readStatement } from './server-statement.ts'
import type { StateKeeper } from './state-keeper.ts'
import type { SyncApi } from './sync-api.ts'

export interface SyncRoundPorts {
  readonly keeper: StateKeeper
  readonly api: SyncApi
  readonly key: DeviceKey
  readonly readClocks: () => ClockReading
  readonly onSettled: (settled: readonly SettledEntry[]) => void
}

/**
 * One meeting with the server: what happened is told and settled, then what changed is pulled and applied, then tickets. Whatever fails,
 * what was done until then is kept, and the next round goes on there.
 *
 * @returns whether the device may go on; false: it was revoked, and has forgotten what it held of people
 * @throws MienError what asking failed with, STORAGE_FULL
 */
export async function syncRound(ports: SyncRoundPorts): Promise<boolean> {
  try {
    if (!(await push(ports))) return false
    await pull(ports)
    await fetchTickets(ports)
    return true
  } catch (error) {
    if (!isRevocation(error)) throw error
    await ports.keeper.change(revoke)
    return false
  }
}

/** Revoked, or not known to the server at all (OF10). What has no status was not the server's word, but found by us. */
const isRevocation = (error: unknown): boolean =>
  error instanceof MienError &&
  (error.code === 'GONE' || error.code === 'SIGNATURE_INVALID') &&
  error.details?.status !== undefined

/** Sends what waits, batch by batch; without any it asks for the time. */
async function push({ keeper, api, key, readClocks, onSettled }: SyncRoundPorts): Promise<boolean> {
  for (;;) {
    const { outbox, gallery, registration } = await keeper.read()
    const { device_id } = registered(registration)
    const batch = nextBatch(outbox)
    const events = batch.map(({ sent }) => sent)
    const answer = await api.sync({ device_id, cursor: gallery.cursor, events }, key)
    const reading = readClocks()
    let settled: readonly SettledEntry[] = []
    const after = await keeper.change((state) => {
      const done = settleBatch(state.outbox, batch, answer.answers)
      settled = done.settled
      const told = { ...state, outbox: done.outbox, clock: setClock(Date.parse(answer.server_time), reading) }
      return answer.revoked ? revoke(told) : told
    })
    if (settled.length > 0) onSettled(settled)
    if (after.outbox.entries.length === 0 || batch.length === 0) return !answer.revoked
  }
}

/** What does not come to what the server stated, for instance since a record cannot be read any more, is asked for as a whole. */
async function pull(ports: SyncRoundPorts): Promise<void> {
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
async function pullPages({ keeper, api, key, readClocks }: SyncRoundPorts): Promise<void> {
  for (;;) {
    const { gallery, registration } = await keeper.read()
    const request = { ...(await signedNow(keeper, readClocks)), cursor: gallery.cursor }
    const page = await api.pull(request, key)
    const keys = await freshKeys(registered(registration), page.snapshot, api)
    const reading = readClocks()
    const after = await keeper.change(async (state) => {
      const told = { ...state, clock: setClock(Date.parse(page.server_time), reading) }
      return applyPull(keys === undefined ? told : { ...told, registration: keys }, page)
    })
    if (!page.more || after.gallery.cursor === gallery.cursor) return
  }
}

/** The server renews its keys: whoever has been away asks for them again. */
async function freshKeys(registration: Registration, token: string, api: SyncApi): Promise<Registration | undefined> {
  if (keyOfStatement(token, registration.server_keys) !== undefined) return undefined
  return { ...registration, server_keys: await api.serverKeys() }
}

async function fetchTickets({ keeper, api, key, readClocks }: SyncRoundPorts): Promise<void> {
  const { gallery, registration } = await keeper.read()
  const { device_id, server_keys } = registered(registration)
  const request = { ...(await signedNow(keeper, readClocks)), cursor: gallery.cursor }
  const { server_time, statement } = await api.tickets(request, key)
  const reading = readClocks()
  const claims = await readStatement(statement, 'mien-tickets+jwt', server_keys, ticketClaims)
  if (claims.device_id !== device_id) throw new MienError('SIGNATURE_INVALID')
  await keeper.change((state) =>
    takeTickets({ ...state, clock: setClock(Date.parse(server_time), reading) }, claims.tickets),
  )
}

/** What hands something out names the server's time. */
async function signedNow(keeper: StateKeeper, readClocks: () => ClockReading) {
  const { registration, clock } = await keeper.change((state) => atTime(state, readClocks()))
  if (clock === null) throw new MienError('CHALLENGE_EXPIRED')
  return { device_id: registered(registration).device_id, sent_at: new Date(clock.seenMs).toISOString() }
}

/** @throws MienError FORBIDDEN */
function registered(registration: DeviceState['registration']): Registration {
  if (registration === null) throw new MienError('FORBIDDEN', { message: 'This device is not registered' })
  return registration
}
