import { setTimeout as sleep } from 'node:timers/promises'
import { type ErrorCode, MienError, toMienError } from '@mien/shared/errors'
import type { ApplicationKeys, SealedPlace } from './application-keys.ts'
import type { Clock, Database, RenewedRows } from './ports.ts'

/** Rows that are moved in one transaction: enrolments into a gallery wait for no more. */
const batchSize = 200

/** Until rows that somebody held may be free. */
const waitMs = 100

/** How often what is left is looked at again before it is called damaged, and not held by somebody. */
const maxLooks = 10

/** Replaces the keys of an application while people enrol and sign in. */
export interface KeyRenewal {
  /**
   * From now on a new version turns and seals what is written, in all processes; or one that was begun before, while it is not done.
   *
   * @throws MienError NOT_FOUND
   */
  begin(applicationId: string): Promise<void>
  /**
   * Until everything of before lies under the newest version and the older keys are destroyed. PINs keep their pepper until they are set
   * again. A row that does not open stays, and with it the older key; `state` names it.
   */
  complete(applicationId: string): Promise<void>
  /** @throws MienError NOT_FOUND */
  state(applicationId: string): Promise<KeyState>
  /** Goes on with what was interrupted. @returns how many applications it was. @throws MienError CONFLICT when rows are left that do not open */
  resume(): Promise<number>
  /** Waits for the rows that are being moved; the rest is left for the next start. */
  stop(): Promise<void>
}

export interface KeyState {
  /** What is written now lies under it. */
  readonly version: number
  /** Nothing lies under an older one. */
  readonly isDone: boolean
  /** Rows that this process could not open when it came to an end; none while it goes on. */
  readonly damaged: readonly SealedPlace[]
  /** What stopped this process, which tries again with `resume`; null while it goes on and when it is done. */
  readonly failure: ErrorCode | null
}

export interface KeyRenewalOptions {
  readonly database: Database
  readonly clock: Clock
}

const isDone = ({ keys }: ApplicationKeys): boolean => keys.filter(({ use }) => use === 'all').length === 1

export function createKeyRenewal({ database, clock }: KeyRenewalOptions): KeyRenewal {
  const running = new Map<string, Promise<void>>()
  const left = new Map<string, readonly SealedPlace[]>()
  const failed = new Map<string, ErrorCode>()
  let isStopped = false

  const record = (applicationId: string, outcome: 'begun' | 'done') => ({
    applicationId,
    event: 'keys_changed' as const,
    outcome,
    subjectId: null,
    sessionId: null,
    at: clock.now(),
  })

  const finish = (applicationId: string): Promise<boolean> =>
    database.transaction(async (stores) => {
      const wasDone = isDone(await stores.applicationKeys.of(applicationId))
      const isRetired = await stores.applicationKeys.retire(applicationId)
      if (isRetired && !wasDone) await stores.audit.append(record(applicationId, 'done'))
      return isRetired
    })

  const moveBatch = (applicationId: string, damaged: readonly SealedPlace[]): Promise<RenewedRows> =>
    database.transaction(async (stores) => {
      await stores.applications.hold(applicationId)
      return stores.applicationKeys.renew(applicationId, batchSize, damaged)
    })

  const moveAll = async (applicationId: string): Promise<void> => {
    const damaged: SealedPlace[] = []
    left.delete(applicationId)
    failed.delete(applicationId)
    for (let looks = 0; !isStopped; ) {
      const renewed = await moveBatch(applicationId, damaged)
      damaged.push(...renewed.damaged)
      if (renewed.moved + renewed.damaged.length > 0) {
        looks = 0
        continue
      }
      if (await finish(applicationId)) return
      looks += 1
      if (damaged.length > 0 && looks >= maxLooks) {
        left.set(applicationId, damaged)
        return
      }
      await sleep(waitMs)
    }
  }

  const complete = (applicationId: string): Promise<void> => {
    const known = running.get(applicationId)
    if (known !== undefined) return known
    const moving = moveAll(applicationId)
      .catch((error) => {
        failed.set(applicationId, toMienError(error).code)
        throw error
      })
      .finally(() => running.delete(applicationId))
    running.set(applicationId, moving)
    return moving
  }

  return {
    complete,
    begin: (applicationId) =>
      database.transaction(async (stores) => {
        if (!isDone(await stores.applicationKeys.of(applicationId))) return
        await stores.applicationKeys.add(applicationId)
        await stores.audit.append(record(applicationId, 'begun'))
      }),
    async state(applicationId) {
      const keys = await database.stores.applicationKeys.of(applicationId)
      const [damaged, failure] = [left.get(applicationId) ?? [], failed.get(applicationId) ?? null]
      return { version: keys.version, isDone: isDone(keys), damaged, failure }
    },
    async resume() {
      const unfinished = await database.stores.applicationKeys.unfinished()
      const failures: unknown[] = []
      // One whose keys do not open holds up no other.
      for (const applicationId of unfinished) await complete(applicationId).catch((error) => failures.push(error))
      if (failures.length > 0) throw failures[0]
      const rows = unfinished.flatMap((applicationId) => left.get(applicationId) ?? [])
      if (rows.length > 0) throw new MienError('CONFLICT', { message: `${rows.length} stored values do not open` })
      return unfinished.length
    },
    async stop() {
      isStopped = true
      await Promise.allSettled(running.values())
    },
  }
}
