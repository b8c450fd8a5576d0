import { type SQL, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import type { Executor } from './executor.ts'

/** What goes with a thousand sessions is deleted well within a statement's time. */
const batchSize = 1000

/** Deletes such rows, so many in a statement. Those that somebody holds are left for another time. */
export async function sweepRows(db: Executor, table: PgTable, isOld: SQL): Promise<void> {
  const some = sql`select ctid from ${table} where ${isOld} limit ${batchSize} for update skip locked`
  for (;;) {
    const deleted = await db.delete(table).where(sql`ctid = any(array(${some}))`).returning({ one: sql`1` })
    if (deleted.length < batchSize) return
  }
}
