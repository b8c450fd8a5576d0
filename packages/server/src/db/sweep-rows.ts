import { type SQL, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import type { Executor } from './executor.ts'

/** What goes with a thousand sessions is deleted well within a statement's time. */
const batchSize = 1000

/** Deletes such rows, so many in a statement. Those that somebody holds are left for another time. */
export const sweepRows = (db: Executor, table: PgTable, isOld: SQL): Promise<void> =>
  inBatches(table, isOld, (some) => db.delete(table).where(some).returning({ one: sql`1` }))

/**
 * As `sweepRows`, with any statement.
 *
 * @param change of the rows that a condition names; returns one for each. They are such rows no more afterwards.
 */
export async function inBatches(
  table: PgTable,
  isOld: SQL,
  change: (some: SQL) => PromiseLike<readonly unknown[]>,
): Promise<void> {
  const some = sql`select ctid from ${table} where ${isOld} limit ${batchSize} for update skip locked`
  while ((await change(sql`ctid = any(array(${some}))`)).length >= batchSize);
}
