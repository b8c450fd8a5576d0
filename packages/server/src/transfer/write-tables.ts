import { MienError } from '@mien/shared/errors'
import type { RawTransaction } from './raw-database.ts'
import type { SequencePlace } from './read-tables.ts'
import { columnList, type PlannedTable, quoted } from './table-plan.ts'

/** @throws MienError CONFLICT naming a table that has rows */
export async function checkEmpty(target: RawTransaction, tables: readonly PlannedTable[]): Promise<void> {
  for (const { name } of tables) {
    const rows = await target.query(`select 1 from ${quoted(name)} limit 1`)
    if (rows.length > 0) throw notEmpty(name)
  }
}

const notEmpty = (table: string): MienError =>
  new MienError('CONFLICT', {
    message: `The target database is not empty: ${table} has rows. Take a new one.`,
    details: { table },
  })

/** Runs `work` while what the database does by itself on changes rests: what it would write is copied too. */
export async function withoutTriggers<T>(
  target: RawTransaction,
  tables: readonly PlannedTable[],
  work: () => Promise<T>,
): Promise<T> {
  for (const { name } of tables) await target.query(`alter table ${quoted(name)} disable trigger user`)
  const done = await work()
  for (const { name } of tables) await target.query(`alter table ${quoted(name)} enable trigger user`)
  return done
}

export const writeDocument = (target: RawTransaction, table: PlannedTable, document: Uint8Array): Promise<void> =>
  target.copyIn(`${quoted(table.name)} (${columnList(table)})`, document)

export async function writeSequences(target: RawTransaction, places: readonly SequencePlace[]): Promise<void> {
  for (const { name, value, isCalled } of places) {
    const literal = quoted(name).replaceAll("'", "''")
    await target.query(`select setval('${literal}', ${BigInt(value)}, ${isCalled})`)
  }
}
