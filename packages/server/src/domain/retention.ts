import { MienError } from '@mien/shared/errors'
import { doubtTime, type TimeDoubt } from './doubt-time.ts'
import type { Clock, Database } from './ports.ts'
import type { Subjects } from './subjects.ts'

const dayMs = 86_400_000

/** People who are erased one after the other before the next are looked for. */
const batchSize = 100

/** Ends what nobody comes back for. */
export interface Retention {
  /**
   * Erases who was not there for `retention_days` of their application, each as if a backend had: webhooks are told. Who signed in, was
   * enrolled or found by a backend's comparison was there; so was whom a device without a network recognised, when it did.
   *
   * A clock that was set wrong would erase everyone. So nobody is erased, and that is written down, when the clock went on by more than a
   * week since the last sweep, went back by more than an hour, or is more than an hour from that of the database.
   *
   * @param options.isConfirmed an operator has looked at the clock: it is right
   * @returns how many
   * @throws MienError CONFLICT when the clock is not believed
   */
  sweep(options?: { readonly isConfirmed: boolean }): Promise<number>
  /** The sweep that is under way ends after the person whom it is erasing, and no other begins. */
  stop(): void
}

/** An application whose people's time may be over. */
interface Ending {
  readonly id: string
  readonly days: number
}

export interface RetentionOptions {
  readonly database: Database
  readonly clock: Clock
  readonly subjects: Pick<Subjects, 'removeUnseen'>
}

export function createRetention({ database, clock, subjects }: RetentionOptions): Retention {
  const { stores } = database
  /** Written down once, not with each of the sweeps that follow. */
  let known: TimeDoubt | null = null
  let isStopped = false

  const writeDown = async (applications: readonly Ending[], outcome: TimeDoubt | 'clock_confirmed') => {
    const rest = { event: 'retention', outcome, subjectId: null, sessionId: null, at: clock.now() } as const
    for (const { id } of applications) await stores.audit.append({ applicationId: id, ...rest })
  }

  /** @throws MienError CONFLICT */
  const checkClock = async (applications: readonly Ending[], isConfirmed: boolean): Promise<void> => {
    const [now, lastSweep, databaseNow] = [clock.now(), await stores.retentionSweeps.last(), await database.now()]
    const doubt = doubtTime({ now, lastSweep, databaseNow })
    if (doubt !== null && !isConfirmed) {
      if (doubt !== known) await writeDown(applications, doubt)
      known = doubt
      throw doubted(doubt, now, lastSweep, databaseNow)
    }
    if (doubt !== null) await writeDown(applications, 'clock_confirmed')
    known = null
    // Of several servers the one whose clock is a little behind does not set it back.
    const isLatest = lastSweep === undefined || lastSweep < now || isConfirmed
    if (isLatest) await stores.retentionSweeps.note(now)
  }

  const sweepOne = async (applicationId: string, before: Date): Promise<number> => {
    let erased = 0
    for (;;) {
      const ids = await stores.people.unseen(applicationId, before, batchSize)
      let inBatch = 0
      for (const id of ids) {
        if (isStopped) return erased + inBatch
        if (await removeOne(subjects, applicationId, id, before)) inBatch++
      }
      erased += inBatch
      // Those that are left were seen meanwhile.
      if (ids.length < batchSize || inBatch === 0) return erased
    }
  }

  return {
    async sweep({ isConfirmed } = { isConfirmed: false }) {
      let erased = 0
      const failures: unknown[] = []
      const ending = (await stores.applications.list()).flatMap(({ id, settings: { retention_days: days } }) =>
        days === null ? [] : [{ id, days }],
      )
      await checkClock(ending, isConfirmed)
      for (const { id, days } of ending) {
        if (isStopped) break
        const before = new Date(clock.now().getTime() - days * dayMs)
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
    stop() {
      isStopped = true
    },
  }
}

const doubted = (doubt: TimeDoubt, now: Date, lastSweep: Date | undefined, databaseNow: Date | null): MienError => {
  const said = [
    `this server says ${now.toISOString()}`,
    lastSweep === undefined ? [] : `the last sweep was at ${lastSweep.toISOString()}`,
    databaseNow === null ? [] : `the database says ${databaseNow.toISOString()}`,
  ].flat()
  const advice = 'Set the clock, or if it is right run "mien retention run --confirm"'
  return new MienError('CONFLICT', { message: `Nobody was erased (${doubt}): ${said.join(', ')}. ${advice}` })
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
