import { openLockouts } from './face-lockouts.ts'
import type { Clock, Database } from './ports.ts'
import type { Subjects } from './subjects.ts'

/** What keeps a person out after too many failures, as a backend manages it. */
export interface Lockouts {
  /** Lets the person try again, on every device. @throws MienError NOT_FOUND, GONE */
  open(applicationId: string, subjectId: string): Promise<void>
}

export interface LockoutsOptions {
  readonly database: Database
  readonly clock: Clock
  readonly subjects: Pick<Subjects, 'find'>
}

export const createLockouts = ({ database, clock, subjects }: LockoutsOptions): Lockouts => ({
  async open(applicationId, subjectId) {
    await subjects.find(applicationId, subjectId)
    await database.transaction(async (stores) => {
      await stores.applications.hold(applicationId)
      await openLockouts(stores, applicationId, subjectId)
      const event = { applicationId, event: 'lockout', outcome: 'opened', subjectId, sessionId: null } as const
      await stores.audit.append({ ...event, at: clock.now() })
    })
  },
})
