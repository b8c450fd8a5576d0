import { and, eq, inArray, isNull, lt, lte, or, sql } from 'drizzle-orm'
import type { AttemptStore } from '../domain/attempts.ts'
import type { Digest } from '../domain/model.ts'
import type { Executor } from './executor.ts'
import { attempts } from './schema.ts'
import { sweepRows } from './sweep-rows.ts'

export function createAttemptStore(db: Executor): AttemptStore {
  const these = (applicationId: string, scopeDigests: readonly Digest[]) =>
    and(eq(attempts.applicationId, applicationId), inArray(attempts.scopeDigest, [...scopeDigests]))
  /**
   * One pass in one order, whether their rows are there or not: whoever locked those that are there alone could make one later that
   * comes before them. Nothing is changed of a row that is there.
   */
  const lockInOrder = async (applicationId: string, scopeDigests: readonly Digest[]) => {
    const ordered = [...new Map(scopeDigests.map((each) => [Buffer.from(each).toString('hex'), each])).values()]
    if (ordered.length === 0) return
    ordered.sort((a, b) => Buffer.compare(a, b))
    await db
      .insert(attempts)
      .values(ordered.map((scopeDigest) => ({ applicationId, scopeDigest, failures: 0, updatedAt: sql`now()` })))
      .onConflictDoUpdate({
        target: [attempts.applicationId, attempts.scopeDigest],
        set: { failures: attempts.failures },
        setWhere: sql`false`,
      })
  }

  return {
    async count({ applicationId, scopeDigest, failed, failsFrom, now, rule }) {
      const { freeFailures, firstWaitSeconds, maxFailures, lapseSeconds, isResetBySuccess } = rule
      const at = sql.param(now, attempts.updatedAt)
      const isLapsed =
        lapseSeconds === null ? sql`false` : lte(attempts.updatedAt, new Date(now.getTime() - lapseSeconds * 1000))
      const before = sql`case when ${isLapsed} then 0 else ${attempts.failures} end`
      const isFailure = failed ? sql`true` : failsFrom === undefined ? sql`false` : sql`${before} >= ${failsFrom}::int`
      const kept = isResetBySuccess ? sql`0` : before
      // A success makes no count last longer.
      const updatedAt = sql`case when ${isFailure} or ${isLapsed} then ${at}::timestamptz else ${attempts.updatedAt} end`
      const failures = sql`case when ${isFailure} then ${before} + 1 else ${kept} end`
      const wait = sql`make_interval(secs => ${firstWaitSeconds}::float8 * power(2, ${failures} - ${freeFailures}))`
      const stop = lapseSeconds === null ? sql`'infinity'::timestamptz` : sql`${at}::timestamptz + ${wait}`
      const blockedUntil = sql`case when not (${isFailure}) then null when ${failures} >= ${maxFailures} then ${stop}
        when ${failures} >= ${freeFailures} then ${at}::timestamptz + ${wait} end`
      const isOpen = and(
        or(sql`${attempts.blockedUntil} is null`, lte(attempts.blockedUntil, now)),
        lt(attempts.failures, maxFailures),
      )
      const [counted] = await db
        .insert(attempts)
        .values({ applicationId, scopeDigest, failures: failed ? 1 : 0, blockedUntil: null, updatedAt: now })
        .onConflictDoUpdate({
          target: [attempts.applicationId, attempts.scopeDigest],
          set: { failures, blockedUntil, updatedAt },
          setWhere: or(isLapsed, isOpen)!,
        })
        .returning({ failures: attempts.failures })
      return counted?.failures
    },

    async failures(applicationId, scopeDigests) {
      const total = sql`coalesce(sum(${attempts.failures}), 0)`.mapWith(Number)
      const [row] = await db.select({ total }).from(attempts).where(these(applicationId, scopeDigests))
      return row!.total
    },

    hold: lockInOrder,
    async clear(applicationId, scopeDigests) {
      await lockInOrder(applicationId, scopeDigests)
      await db.delete(attempts).where(these(applicationId, scopeDigests))
    },
  }
}

/** How long a count is kept of somebody who still may try: longer than the longest wait. */
const keepCountsMs = 30 * 86_400_000

/** How long somebody is stopped whom no backend lets in again. */
const keepStopsMs = 365 * 86_400_000

export async function sweepAttempts(db: Executor, now: Date): Promise<void> {
  const before = (ms: number) => new Date(now.getTime() - ms)
  const mayTry = or(isNull(attempts.blockedUntil), lt(attempts.blockedUntil, before(keepCountsMs)))
  await sweepRows(db, attempts, and(mayTry, lt(attempts.updatedAt, before(keepCountsMs)))!)
  await sweepRows(db, attempts, lt(attempts.updatedAt, before(keepStopsMs)))
}
