import type { ConsentRequest } from '@mien/shared/api/consents'
import type { ConsentStatement } from '@mien/shared/api/submissions'
import { MienError } from '@mien/shared/errors'
import type { Consent } from './model.ts'
import type { Clock, Database, Stores } from './ports.ts'
import type { Subjects } from './subjects.ts'
import { rowId } from './tokens.ts'

/** Writes down what somebody agreed to, inside the caller's transaction. */
export async function recordConsent(
  stores: Stores,
  of: Pick<Consent, 'applicationId' | 'subjectId'> & Partial<Pick<Consent, 'purpose'>>,
  statement: ConsentStatement,
  recordedAt: Date,
): Promise<Consent> {
  const consent: Consent = {
    purpose: 'enrolment',
    ...of,
    id: rowId(),
    policyVersion: statement.policy_version,
    textSha256: statement.text_sha256,
    locale: statement.locale,
    givenAt: new Date(statement.given_at),
    method: statement.method,
    recordedAt,
  }
  await stores.consents.insert(consent)
  return consent
}

export type ConsentEntry = Consent & { readonly withdrawnAt: Date | null }

/** What people agreed to. It is withdrawn by deleting the person, and in no other way: a template without consent is not kept. */
export interface Consents {
  /** Newest first, also of who was deleted: it proves. @throws MienError NOT_FOUND, GONE (nothing was ever agreed to) */
  list(applicationId: string, subjectId: string): Promise<readonly ConsentEntry[]>
  /** What a backend vouches for. @throws MienError NOT_FOUND, GONE */
  record(applicationId: string, subjectId: string, statement: ConsentRequest): Promise<ConsentEntry>
}

export interface ConsentsOptions {
  readonly database: Database
  readonly clock: Clock
  readonly subjects: Pick<Subjects, 'find'>
}

export function createConsents({ database, clock, subjects }: ConsentsOptions): Consents {
  return {
    async list(applicationId, subjectId) {
      const all = await database.stores.consents.list(applicationId, subjectId)
      if (all.length === 0) await subjects.find(applicationId, subjectId)
      return all
    },

    async record(applicationId, subjectId, statement) {
      const { galleryId } = await subjects.find(applicationId, subjectId)
      const consent = await database.transaction(async (stores) => {
        await stores.applications.hold(applicationId)
        // Whoever deletes the person waits for this, or was first.
        await stores.galleries.lock(applicationId, galleryId)
        if ((await stores.subjects.find(applicationId, subjectId)) === undefined) throw new MienError('GONE')
        const at = clock.now()
        const about = { subjectId, sessionId: null, at }
        await stores.audit.append({ applicationId, event: 'consent_recorded', outcome: 'ok', ...about })
        return recordConsent(stores, { applicationId, subjectId }, { ...statement, method: 'integrator' }, at)
      })
      return { ...consent, withdrawnAt: null }
    },
  }
}
