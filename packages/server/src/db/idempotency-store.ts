import { and, eq, isNotNull, isNull, lt, or } from 'drizzle-orm'
import type { SealedPlace } from '../domain/application-keys.ts'
import type { IdempotencyStore } from '../domain/ports.ts'
import type { Sealing } from './application-key-store.ts'
import type { Executor } from './executor.ts'
import { idempotentRequests } from './schema.ts'

const answerOf = (keyDigest: Uint8Array): SealedPlace => ({
  column: 'idempotent_requests.answer',
  row: Buffer.from(keyDigest).toString('hex'),
})

export function createIdempotencyStore(db: Executor, { seal, open }: Sealing): IdempotencyStore {
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
    async find(applicationId, keyDigest) {
      const [row] = await db.select().from(idempotentRequests).where(at(applicationId, keyDigest))
      if (row === undefined) return undefined
      const { requestDigest, sealedAnswer: sealed, createdAt } = row
      const plain = sealed && (await open(applicationId, answerOf(keyDigest), sealed))
      return { requestDigest, answer: plain && Buffer.from(plain).toString(), createdAt }
    },
    async finish(applicationId, keyDigest, began, given) {
      const sealedAnswer = await seal(applicationId, answerOf(keyDigest), Buffer.from(given))
      const mine = and(at(applicationId, keyDigest), eq(startedAt, began))
      const finished = await db
        .update(idempotentRequests)
        .set({ sealedAnswer })
        .where(mine)
        .returning({ at: startedAt })
      return finished.length === 1
    },
    async forget(applicationId, keyDigest, began) {
      const mine = and(at(applicationId, keyDigest), eq(startedAt, began), isNull(answer))
      await db.delete(idempotentRequests).where(mine)
    },
  }
}
