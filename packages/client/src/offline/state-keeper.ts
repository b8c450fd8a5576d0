import { MienError } from '@mien/shared/errors'
import type { RecordStore } from '../storage/record-store.ts'
import type { DeviceState } from './device-state.ts'
import { changesTo, fromRecords, recordsOf } from './state-records.ts'

/** What a device keeps, read and changed by one page at a time. */
export interface StateKeeper {
  readonly isKept: boolean
  /** As it is now, also where another page changed it. */
  read(): Promise<DeviceState>
  /**
   * All of what `change` gives is kept, or nothing; and nothing came in between. It may run again where another page was faster.
   *
   * @returns what is kept now
   * @throws MienError STORAGE_FULL, and then all is as it was
   */
  change(change: (state: DeviceState) => DeviceState | Promise<DeviceState>): Promise<DeviceState>
  /** What could not be opened may open now: it is read anew. */
  renew(): void
}

/** The browser's locks (`navigator.locks`), as far as they are needed. */
export type RunAlone = <T>(work: () => Promise<T>) => Promise<T>

interface Kept {
  readonly revision: number
  readonly state: DeviceState
  readonly records: ReadonlyMap<string, unknown>
}

/** Only where the browser has no locks does anybody come in between, and hardly twice. */
const maxAttempts = 20

export function createStateKeeper(store: RecordStore, runAlone: RunAlone): StateKeeper {
  let kept: Kept | undefined
  let renewals = 0

  /** What was begun before a renewal is not as it would be read now. */
  function keep(now: Kept, begunAt: number): Kept {
    if (begunAt === renewals) kept = now
    return now
  }

  async function current(): Promise<Kept> {
    const known = kept
    if (known !== undefined && known.revision === (await store.revision())) return known
    const begunAt = renewals
    const { revision, records } = await store.read()
    return keep({ revision, records, state: fromRecords(records) }, begunAt)
  }

  return {
    isKept: store.isKept,
    read: async () => (await current()).state,
    renew: () => {
      kept = undefined
      renewals += 1
    },
    change: (change) =>
      runAlone(async () => {
        for (let attempt = 0; attempt < maxAttempts; attempt++) {
          const begunAt = renewals
          const { revision, state, records } = await current()
          const next = await change(state)
          if (next === state) return state
          if (await store.write({ revision, ...changesTo(next, records) })) {
            return keep({ revision: revision + 1, state: next, records: recordsOf(next) }, begunAt).state
          }
        }
        throw new MienError('CONFLICT')
      }),
  }
}
