import { and, eq, isNotNull, isNull, lt, or } from 'drizzle-orm'
import type { IdempotencyStore } from '../domain/ports.ts'
import type { Executor } from './executor.ts'
import { idempotentRequests } from './schema.ts'

export function createIdempotencyStore(db: Executor): IdempotencyStore {
  const { createdAt: startedAt, sealedAnswer: answer } = idempotentRequests
  const at = (applicationId: string, keyDigest: Uint8Array) =>
    and(eq(idempotentRequests.applicationId, applicationId), eq(idempotentRequests.keyDigest, keyDigest))

  return {
    async begin(applicationId, keyDigest, requestDigest, createdAt, { unansweredSince, answeredSince }) {
      const begun = await db
        .insert(idempotentRequests)
        .values({ applicationId, keyDigest, requestDigest, createdAt })
        .onConflictDoUpdate({
          target: [idempotentRequests.applicationId, idempotentRequests.keyDigest],
          set: { requestDigest, createdAt, sealedAnswer: null },
          setWhere: or(
            and(isNull(answer), lt(startedAt, unansweredSince)),
            and(isNotNull(answer), lt(startedAt, answeredSince)),
          )!,
        })
        .returning({ at: startedAt })
      return begun.length === 1
    },
    find: async (applicationId, keyDigest) =>
      (await db.select().from(idempotentRequests).where(at(applicationId, keyDigest)))[0],
    async finish(applicationId, keyDigest, began, sealedAnswer) {
      const mine = and(at(applicationId, keyDigest), eq(startedAt, began))
      await db.update(idempotentRequests).set({ sealedAnswer }).where(mine)
    },
    async forget(applicationId, keyDigest, began) {
      await db.delete(idempotentRequests).where(and(at(applicationId, keyDigest), eq(startedAt, began)))
    },
  }
}
