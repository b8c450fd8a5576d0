import { setTimeout as sleep } from 'node:timers/promises'
import type { ApplicationKeys } from './application-keys.ts'
import type { Clock, Database } from './ports.ts'

/** Rows that are moved in one transaction: enrolments into a gallery wait for no more. */
const batchSize = 200

/** Until rows that somebody held may be free. */
const waitMs = 100

/** Replaces the keys of an application while people enrol and sign in. */
export interface KeyRenewal {
  /**
   * From now on a new version turns and seals what is written, in all processes; or one that was begun before, while it is not done.
   *
   * @throws MienError NOT_FOUND
   */
  begin(applicationId: string): Promise<void>
  /** Until everything of before lies under the newest version and the older keys are destroyed. PINs keep their pepper until they are set again. */
  complete(applicationId: string): Promise<void>
  /** @throws MienError NOT_FOUND */
  state(applicationId: string): Promise<KeyState>
  /** Goes on with what was interrupted. @returns how many applications it was */
  resume(): Promise<number>
  /** Waits for the rows that are being moved; the rest is left for the next start. */
  stop(): Promise<void>
}

export interface KeyState {
  /** What is written now lies under it. */
  readonly version: number
  /** Nothing lies under an older one. */
  readonly isDone: boolean
}

export interface KeyRenewalOptions {
  readonly database: Database
  readonly clock: Clock
}

const isDone = ({ keys }: ApplicationKeys): boolean => keys.filter(({ use }) => use === 'all').length === 1

export function createKeyRenewal({ database, clock }: KeyRenewalOptions): KeyRenewal {
  const running = new Map<string, Promise<void>>()
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

  const moveBatch = (applicationId: string): Promise<number> =>
    database.transaction(async (stores) => {
      await stores.applications.hold(applicationId)
      return stores.applicationKeys.renew(applicationId, batchSize)
    })

  const moveAll = async (applicationId: string): Promise<void> => {
    while (!isStopped) {
      const moved = await moveBatch(applicationId)
      if (moved > 0) continue
      if (await finish(applicationId)) return
      await sleep(waitMs)
    }
  }

  const complete = (applicationId: string): Promise<void> => {
    const known = running.get(applicationId)
    if (known !== undefined) return known
    const moving = moveAll(applicationId).finally(() => running.delete(applicationId))
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
      return { version: keys.version, isDone: isDone(keys) }
    },
    async resume() {
      const unfinished = await database.stores.applicationKeys.unfinished()
      for (const applicationId of unfinished) await complete(applicationId)
      return unfinished.length
    },
    async stop() {
      isStopped = true
      await Promise.allSettled(running.values())
    },
  }
}
