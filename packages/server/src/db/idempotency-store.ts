import { and, eq } from 'drizzle-orm'
import type { IdempotencyStore } from '../domain/ports.ts'
import type { Executor } from './executor.ts'
import { idempotentRequests } from './schema.ts'

export function createIdempotencyStore(db: Executor): IdempotencyStore {
  const at = (applicationId: string, keyDigest: Uint8Array) =>
    and(eq(idempotentRequests.applicationId, applicationId), eq(idempotentRequests.keyDigest, keyDigest))

  return {
    async begin(applicationId, keyDigest, requestDigest, createdAt) {
      const begun = await db
        .insert(idempotentRequests)
        .values({ applicationId, keyDigest, requestDigest, createdAt })
        .onConflictDoNothing()
        .returning({ at: idempotentRequests.createdAt })
      return begun.length === 1
    },
    find: async (applicationId, keyDigest) =>
      (await db.select().from(idempotentRequests).where(at(applicationId, keyDigest)))[0],
    async finish(applicationId, keyDigest, sealedAnswer) {
      await db.update(idempotentRequests).set({ sealedAnswer }).where(at(applicationId, keyDigest))
    },
    async forget(applicationId, keyDigest) {
      await db.delete(idempotentRequests).where(at(applicationId, keyDigest))
    },
  }
}
