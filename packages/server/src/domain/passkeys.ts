import { MienError } from '@mien/shared/errors'
import type { Passkey } from './model.ts'
import type { Clock, Database } from './ports.ts'
import type { Subjects } from './subjects.ts'

/** The passkeys of a person, as a backend manages them. Both throw MienError NOT_FOUND and GONE for people who are not there. */
export interface Passkeys {
  /** Oldest first. */
  list(applicationId: string, subjectId: string): Promise<readonly Passkey[]>
  /** It signs for this person no more, and what they were granted before is worth nothing. @throws MienError NOT_FOUND */
  revoke(applicationId: string, subjectId: string, id: string): Promise<void>
}

export interface PasskeysOptions {
  readonly database: Database
  readonly clock: Clock
  readonly subjects: Pick<Subjects, 'find'>
}

export const createPasskeys = ({ database, clock, subjects }: PasskeysOptions): Passkeys => ({
  async list(applicationId, subjectId) {
    await subjects.find(applicationId, subjectId)
    return database.stores.passkeys.listOfSubject(applicationId, subjectId)
  },

  async revoke(applicationId, subjectId, id) {
    await subjects.find(applicationId, subjectId)
    await database.transaction(async (stores) => {
      await stores.applications.hold(applicationId)
      if (!(await stores.subjects.hold(applicationId, subjectId))) throw new MienError('GONE')
      if (!(await stores.passkeys.remove(applicationId, subjectId, id))) throw new MienError('NOT_FOUND')
      await stores.results.endOfSubject(applicationId, subjectId, clock.now())
      const event = { applicationId, event: 'passkey_removed', outcome: 'ok', subjectId, sessionId: null } as const
      await stores.audit.append({ ...event, at: clock.now() })
    })
  },
})
