import { and, asc, count, eq, gt, inArray, isNull, lt } from 'drizzle-orm'
import type { PasskeyChallengeStore, PasskeyStore } from '../domain/ports.ts'
import type { Executor } from './executor.ts'
import { passkeyChallenges, passkeys } from './schema.ts'

export function createPasskeyStore(db: Executor): PasskeyStore {
  const of = (applicationId: string) => eq(passkeys.applicationId, applicationId)

  return {
    async insert(passkey) {
      await db.insert(passkeys).values({ ...passkey, transports: [...passkey.transports] })
    },
    async findByCredential(applicationId, credentialId) {
      const fits = and(of(applicationId), eq(passkeys.credentialId, credentialId))
      return (await db.select().from(passkeys).where(fits))[0]
    },
    listOfSubject: (applicationId, subjectId) =>
      db
        .select()
        .from(passkeys)
        .where(and(of(applicationId), eq(passkeys.subjectId, subjectId)))
        .orderBy(asc(passkeys.id)),
    async having(applicationId, subjectIds, relyingParty) {
      const fits = and(
        of(applicationId),
        inArray(passkeys.subjectId, [...subjectIds]),
        eq(passkeys.relyingParty, relyingParty),
      )
      const rows = await db.selectDistinct({ id: passkeys.subjectId }).from(passkeys).where(fits)
      return rows.map((row) => row.id)
    },
    async used(applicationId, id, signCount, lastUsedAt) {
      // One that does not count always says 0; one that ever counted goes on.
      const goesOn = signCount === 0 ? eq(passkeys.signCount, 0) : lt(passkeys.signCount, signCount)
      const used = await db
        .update(passkeys)
        .set({ signCount, lastUsedAt })
        .where(and(of(applicationId), eq(passkeys.id, id), goesOn))
        .returning({ id: passkeys.id })
      return used.length === 1
    },
    async remove(applicationId, subjectId, id) {
      const removed = await db
        .delete(passkeys)
        .where(and(of(applicationId), eq(passkeys.subjectId, subjectId), eq(passkeys.id, id)))
        .returning({ id: passkeys.id })
      return removed.length === 1
    },
  }
}

export function createPasskeyChallengeStore(db: Executor): PasskeyChallengeStore {
  return {
    async insert(challenge) {
      await db.insert(passkeyChallenges).values(challenge)
    },
    async count(applicationId, sessionId) {
      const ofSession = and(
        eq(passkeyChallenges.applicationId, applicationId),
        eq(passkeyChallenges.sessionId, sessionId),
      )
      return (await db.select({ n: count() }).from(passkeyChallenges).where(ofSession))[0]?.n ?? 0
    },
    async consume({ applicationId, id, sessionId, purpose, submissionId }, now) {
      const { submissionId: asked } = passkeyChallenges
      const fits = and(
        eq(passkeyChallenges.applicationId, applicationId),
        eq(passkeyChallenges.id, id),
        eq(passkeyChallenges.sessionId, sessionId),
        eq(passkeyChallenges.purpose, purpose),
        submissionId === null ? isNull(asked) : eq(asked, submissionId),
        isNull(passkeyChallenges.usedAt),
        gt(passkeyChallenges.expiresAt, now),
      )
      const { challenge } = passkeyChallenges
      const [consumed] = await db.update(passkeyChallenges).set({ usedAt: now }).where(fits).returning({ challenge })
      return consumed?.challenge
    },
  }
}
