import { and, eq } from 'drizzle-orm'
import type { AuthenticatorStore } from '../domain/ports.ts'
import type { Executor } from './executor.ts'
import { authenticators } from './schema.ts'

export function createAuthenticatorStore(db: Executor): AuthenticatorStore {
  const of = (applicationId: string) => eq(authenticators.applicationId, applicationId)
  const at = (applicationId: string, id: string) => and(of(applicationId), eq(authenticators.id, id))

  return {
    async insert(authenticator) {
      await db.insert(authenticators).values(authenticator)
    },
    find: async (applicationId, id) => (await db.select().from(authenticators).where(at(applicationId, id)))[0],
    findBySubject: async (applicationId, subjectId) =>
      (
        await db
          .select()
          .from(authenticators)
          .where(and(of(applicationId), eq(authenticators.subjectId, subjectId)))
      )[0],
    findBySession: async (applicationId, sessionId) =>
      (
        await db
          .select()
          .from(authenticators)
          .where(and(of(applicationId), eq(authenticators.sessionId, sessionId)))
      )[0],
    async update(applicationId, id, changes) {
      const changed = await db
        .update(authenticators)
        .set(changes)
        .where(at(applicationId, id))
        .returning({ id: authenticators.id })
      return changed.length === 1
    },
    async remove(applicationId, id) {
      const removed = await db.delete(authenticators).where(at(applicationId, id)).returning({ id: authenticators.id })
      return removed.length === 1
    },
  }
}
