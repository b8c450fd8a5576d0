import type { Operation } from '@mien/shared/api/fields'
import type { OfflineDeviceKind } from '@mien/shared/api/sync'
import type { ClockReading } from '@mien/shared/sync/clock'
import type { DeviceKey } from '../storage/device-keys.ts'
import { isAsSigned } from './apply-pull.ts'
import { compare } from './compare.ts'
import { atTime, type DeviceState } from './device-state.ts'
import type { OfflineNews } from './offline-news.ts'
import type { RecordedResult } from './offline-result.ts'
import { isOfRoom, notReady, whyNotReady } from './readiness.ts'
import { type Happening, recordEvent } from './record-event.ts'
import type { StateKeeper } from './state-keeper.ts'

/** What a ceremony needs of a device. */
export interface OfflineDecider {
  /** @throws MienError NETWORK_IO, STORAGE_FULL: the device is no help now, `details.offline` says why */
  prepare(operation: Operation): Promise<DeviceState>
  /** Whether anybody was recognised, it is written down. @returns undefined: nobody was */
  recognise(probe: Float32Array): Promise<RecordedResult | undefined>
  enroll(draft: Uint8Array<ArrayBuffer>): Promise<RecordedResult>
  tell(news: OfflineNews): void
}

export interface DeciderPorts {
  readonly kind: OfflineDeviceKind
  readonly keeper: StateKeeper
  /** @throws MienError FORBIDDEN: the browser keeps none */
  readonly key: () => Promise<DeviceKey>
  readonly readClocks: () => ClockReading
}

/**
 * Who is in front of the device, by what it holds.
 *
 * @param now the state with its clock read
 */
export function createDecider(
  { kind, keeper, key: findKey, readClocks }: DeciderPorts,
  now: () => Promise<DeviceState>,
  tell: (news: OfflineNews) => void,
): Omit<OfflineDecider, 'tell'> {
  const verified = new WeakSet<DeviceState['gallery']>()

  async function prepare(operation: Operation): Promise<DeviceState> {
    const state = await now().catch(refuseUnwritten)
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
    const key = await findKey()
    let result: RecordedResult | undefined
    const writing = keeper.change(async (before) => {
      const reading = readClocks()
      const state = atTime(before, reading)
      refuseUnready(state, operation)
      if (state.registration?.key_id !== key.keyId) throw notReady('unregistered')
      const happening = await what(state)
      const recorded = await recordEvent(state, happening, reading, key)
      result = toResult(operation, kind, recorded.event)
      return recorded.state
    })
    const after = await writing.catch(refuseUnwritten)
    tell({ name: 'waiting', count: after.outbox.entries.length })
    return result!
  }

  return {
    prepare,
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
  }
}

function refuseUnwritten(error: unknown): never {
  throw isOfRoom(error) ? notReady('full') : error
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
