import { lt, sql } from 'drizzle-orm'
import type { RateWindowStore } from '../domain/rate-windows.ts'
import type { Executor } from './executor.ts'
import { rateWindows } from './schema.ts'
import { sweepRows } from './sweep-rows.ts'

export function createRateWindowStore(db: Executor): RateWindowStore {
  return {
    async lease({ keyDigest, windowSeconds, wanted, limit }) {
      const { startedAt, taken } = rateWindows
      const current = sql`to_timestamp(floor(extract(epoch from now()) / ${windowSeconds}::int) * ${windowSeconds}::int)`
      const isOver = sql`${startedAt} < excluded.started_at`
      const [row] = await db
        .insert(rateWindows)
        .values({ keyDigest, startedAt: current, taken: wanted })
        .onConflictDoUpdate({
          target: rateWindows.keyDigest,
          set: {
            // Whoever waited for the row over the end of a window must not bring the old one back.
            startedAt: sql`greatest(${startedAt}, excluded.started_at)`,
            taken: sql`case when ${isOver} then excluded.taken else ${taken} + excluded.taken end`,
          },
        })
        .returning({
          taken,
          remainingMs: sql`extract(epoch from ${startedAt} - now()) * 1000 + ${windowSeconds}::float8 * 1000`.mapWith(
            Number,
          ),
        })
      const before = row!.taken - wanted
      return { granted: Math.max(0, Math.min(wanted, limit - before)), remainingMs: row!.remainingMs }
    },
  }
}

/** Longer than any window that is counted. */
const keepWindowsMs = 3_600_000

export async function sweepRateWindows(db: Executor, now: Date): Promise<void> {
  await sweepRows(db, rateWindows, lt(rateWindows.startedAt, new Date(now.getTime() - keepWindowsMs)))
}
