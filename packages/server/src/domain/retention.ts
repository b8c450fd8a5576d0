import { MienError } from '@mien/shared/errors'
import type { Clock, Database } from './ports.ts'
import type { Subjects } from './subjects.ts'

const dayMs = 86_400_000

/** People who are erased one after the other before the next are looked for. */
const batchSize = 100

/** Ends what nobody comes back for. */
export interface Retention {
  /**
   * Erases who was not there for `retention_days` of their application, each as if a backend had: webhooks are told. Who signed in, was
   * enrolled or found by a backend's comparison was there.
   *
   * @returns how many
   */
  sweep(): Promise<number>
}

export interface RetentionOptions {
  readonly database: Database
  readonly clock: Clock
  readonly subjects: Pick<Subjects, 'removeUnseen'>
}

export function createRetention({ database: { stores }, clock, subjects }: RetentionOptions): Retention {
  const sweepOne = async (applicationId: string, before: Date): Promise<number> => {
    let erased = 0
    for (;;) {
      const ids = await stores.people.unseen(applicationId, before, batchSize)
      let inBatch = 0
      for (const id of ids) if (await removeOne(subjects, applicationId, id, before)) inBatch++
      erased += inBatch
      // Those that are left were seen meanwhile.
      if (ids.length < batchSize || inBatch === 0) return erased
    }
  }

  return {
    async sweep() {
      let erased = 0
      const failures: unknown[] = []
      for (const { id, settings } of await stores.applications.list()) {
        if (settings.retention_days === null) continue
        const before = new Date(clock.now().getTime() - settings.retention_days * dayMs)
        // What goes wrong in one application is told after the others had their turn.
        try {
          erased += await sweepOne(id, before)
        } catch (error) {
          failures.push(error)
        }
      }
      if (failures.length > 0) throw failures[0]
      return erased
    },
  }
}

/** @returns whether it was; not who came back, or was deleted, in the same moment */
async function removeOne(
  subjects: Pick<Subjects, 'removeUnseen'>,
  applicationId: string,
  id: string,
  before: Date,
): Promise<boolean> {
  try {
    await subjects.removeUnseen(applicationId, id, before)
    return true
  } catch (error) {
    if (error instanceof MienError && ['CONFLICT', 'GONE', 'NOT_FOUND'].includes(error.code)) return false
    throw error
  }
}
