import { and, count, eq, gt, gte, inArray, isNotNull, isNull, lt, lte, sql } from 'drizzle-orm'
import type { Digest, Reveal } from '../domain/model.ts'
import type { ChallengeStore, DigestStore, PendingStore, ResultStore, SessionStore } from '../domain/ports.ts'
import type { Executor } from './executor.ts'
import { challenges, pendingSubmissions, results, sessions, templateDigests } from './schema.ts'

/** More than any setting allows. */
const usedUp = 1_000_000

export function createSessionStore(db: Executor): SessionStore {
  const at = (applicationId: string, id: string) => and(eq(sessions.applicationId, applicationId), eq(sessions.id, id))

  return {
    async insert(session) {
      await db.insert(sessions).values(session)
    },
    findByToken: async (digest) => (await db.select().from(sessions).where(eq(sessions.tokenDigest, digest)))[0],
    find: async (applicationId, id) => (await db.select().from(sessions).where(at(applicationId, id)))[0],
    async reserveTry(applicationId, id, kind, max) {
      const column = kind === 'face' ? sessions.faceTries : sessions.pinTries
      const reserved = await db
        .update(sessions)
        .set(kind === 'face' ? { faceTries: sql`${column} + 1` } : { pinTries: sql`${column} + 1` })
        .where(and(at(applicationId, id), lt(column, max)))
        .returning({ id: sessions.id })
      return reserved.length === 1
    },
    async useUp(applicationId, id) {
      await db.update(sessions).set({ faceTries: usedUp, pinTries: usedUp }).where(at(applicationId, id))
    },
    async isUsedUp(applicationId, id) {
      const isUsedUp = and(at(applicationId, id), gte(sessions.faceTries, usedUp))
      return (await db.select({ id: sessions.id }).from(sessions).where(isUsedUp)).length === 1
    },
    async hold(applicationId, id) {
      const row = db.select({ id: sessions.id }).from(sessions).where(at(applicationId, id))
      return (await row.for('key share')).length === 1
    },
    async holdUnused(applicationId, id) {
      const isUnused = and(at(applicationId, id), lt(sessions.faceTries, usedUp))
      return (await db.select({ id: sessions.id }).from(sessions).where(isUnused).for('update')).length === 1
    },
    async expire(applicationId, id, expiresAt) {
      const changed = await db
        .update(sessions)
        .set({ expiresAt })
        .where(at(applicationId, id))
        .returning({ id: sessions.id })
      return changed.length === 1
    },
    async remove(applicationId, id) {
      // Before the session, which would take them with it: whoever decides holds one of them and waits for the session.
      const ofSession = and(eq(challenges.applicationId, applicationId), eq(challenges.sessionId, id))
      await db.delete(challenges).where(ofSession)
      const removed = await db.delete(sessions).where(at(applicationId, id)).returning({ id: sessions.id })
      return removed.length === 1
    },
  }
}

export function createChallengeStore(db: Executor): ChallengeStore {
  const at = (applicationId: string, id: string) =>
    and(eq(challenges.applicationId, applicationId), eq(challenges.id, id))

  return {
    async insert(challenge) {
      await db.insert(challenges).values(challenge)
    },
    async count(applicationId, sessionId) {
      const ofSession = and(eq(challenges.applicationId, applicationId), eq(challenges.sessionId, sessionId))
      return (await db.select({ n: count() }).from(challenges).where(ofSession))[0]?.n ?? 0
    },
    find: async (applicationId, id) => (await db.select().from(challenges).where(at(applicationId, id)))[0],
    async consume({ applicationId, id, sessionId, nonce, operation, level, modelId }, now) {
      const fits = and(
        at(applicationId, id),
        eq(challenges.sessionId, sessionId),
        eq(challenges.nonce, nonce),
        eq(challenges.operation, operation),
        eq(challenges.level, level),
        eq(challenges.modelId, modelId),
        isNull(challenges.usedAt),
        gt(challenges.expiresAt, now),
      )
      const { script, captureScript, commitsCrops, deviceKeyId, expiresAt } = challenges
      const spent = { script, captureScript, commitsCrops, deviceKeyId, expiresAt }
      return (await db.update(challenges).set({ usedAt: now }).where(fits).returning(spent))[0]
    },
    async release(applicationId, id) {
      await db.update(challenges).set({ usedAt: null }).where(at(applicationId, id))
    },
    async askReveal(applicationId, id, revealDigest, revealUntil) {
      await db.update(challenges).set({ revealDigest, revealUntil }).where(at(applicationId, id))
    },
    async findReveal(applicationId, id) {
      const { sessionId, revealDigest: digest, revealUntil: until, deviceKeyId } = challenges
      const [found] = await db
        .select({ sessionId, digest, until, deviceKeyId })
        .from(challenges)
        .where(and(at(applicationId, id), isNotNull(challenges.revealDigest)))
      return found as Reveal | undefined
    },
    async takeReveal(applicationId, id, revealedAt) {
      const isOpen = and(at(applicationId, id), isNotNull(challenges.revealDigest), isNull(challenges.revealedAt))
      const taken = await db.update(challenges).set({ revealedAt }).where(isOpen).returning({ id: challenges.id })
      return taken.length === 1
    },
    async takeMissedReveals(now, limit) {
      const ofSession = and(eq(sessions.applicationId, challenges.applicationId), eq(sessions.id, challenges.sessionId))
      const isOpen = and(isNotNull(challenges.revealDigest), isNull(challenges.revealedAt))
      const isOver = and(isOpen, lte(challenges.revealUntil, now), lte(sessions.expiresAt, now))
      const missed = db
        .select({ applicationId: challenges.applicationId, id: challenges.id })
        .from(challenges)
        .innerJoin(sessions, ofSession)
        .where(isOver)
        .limit(limit)
        .for('update', { of: challenges, skipLocked: true })
      const { applicationId, id, sessionId } = challenges
      return db
        .update(challenges)
        .set({ revealedAt: now })
        .where(sql`(${applicationId}, ${id}) in ${missed}`)
        .returning({ applicationId, sessionId })
    },
  }
}

export function createPendingStore(db: Executor): PendingStore {
  const at = (applicationId: string, id: string) =>
    and(eq(pendingSubmissions.applicationId, applicationId), eq(pendingSubmissions.id, id))

  return {
    async insert(pending) {
      const { candidateIds, faceIds } = pending
      const lists = { candidateIds: [...candidateIds], faceIds: [...faceIds] }
      await db.insert(pendingSubmissions).values({ ...pending, ...lists })
    },
    find: async (applicationId, id) => (await db.select().from(pendingSubmissions).where(at(applicationId, id)))[0],
    async finish(applicationId, id, finishedAt) {
      const finished = await db
        .update(pendingSubmissions)
        .set({ finishedAt })
        .where(and(at(applicationId, id), isNull(pendingSubmissions.finishedAt)))
        .returning({ id: pendingSubmissions.id })
      return finished.length === 1
    },
  }
}

export function createResultStore(db: Executor): ResultStore {
  const at = (applicationId: string, digest: Uint8Array) =>
    and(eq(results.applicationId, applicationId), eq(results.codeDigest, digest))

  return {
    async insert(result) {
      await db.insert(results).values({ ...result, factors: [...result.factors] })
    },
    findByCode: async (applicationId, digest) => (await db.select().from(results).where(at(applicationId, digest)))[0],
    async findBySession(applicationId, sessionId) {
      const ofSession = and(eq(results.applicationId, applicationId), eq(results.sessionId, sessionId))
      return (await db.select().from(results).where(ofSession))[0]
    },
    async redeem(applicationId, digest, now) {
      const redeemed = await db
        .update(results)
        .set({ redeemedAt: now })
        .where(
          and(
            at(applicationId, digest),
            isNull(results.redeemedAt),
            isNull(results.endedAt),
            gt(results.expiresAt, now),
          ),
        )
        .returning({ id: results.id })
      return redeemed.length === 1
    },
    async endOfSubject(applicationId, subjectId, endedAt) {
      const ofSubject = and(eq(results.applicationId, applicationId), eq(results.subjectId, subjectId))
      await db
        .update(results)
        .set({ endedAt })
        .where(and(ofSubject, isNull(results.endedAt)))
    },
  }
}

export function createDigestStore(db: Executor): DigestStore {
  const these = (applicationId: string, digests: readonly Digest[]) =>
    and(eq(templateDigests.applicationId, applicationId), inArray(templateDigests.digest, [...digests]))

  return {
    async remember(applicationId, digests, seenAt) {
      // In one order for everybody: two captures with the same frames turned round would each wait for the other.
      const ordered = digests.toSorted((a, b) => Buffer.compare(a, b))
      const rows = ordered.map((digest) => ({ applicationId, digest, seenAt }))
      const added = await db
        .insert(templateDigests)
        .values(rows)
        .onConflictDoNothing()
        .returning({ digest: templateDigests.digest })
      return added.map(({ digest }) => digest)
    },
    async hasAll(applicationId, digests) {
      const different = new Set(digests.map((digest) => Buffer.from(digest).toString('hex')))
      const [row] = await db.select({ n: count() }).from(templateDigests).where(these(applicationId, digests))
      return row!.n === different.size
    },
    async forget(applicationId, digests) {
      if (digests.length > 0) await db.delete(templateDigests).where(these(applicationId, digests))
    },
  }
}
