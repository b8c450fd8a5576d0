import { MienError } from '@mien/shared/errors'
import type { RawDatabase, RawTransaction } from './raw-database.ts'
import { readSequences, readTable, sumTable } from './read-tables.ts'
import { type PlannedTable, plannedTables } from './table-plan.ts'
import { checkEmpty, withoutTriggers, writeDocument, writeSequences } from './write-tables.ts'

/** A table that lies in the target as it does in the source. */
export interface CopiedTable {
  readonly table: string
  readonly rows: number
  /** As in `TableSum`, equal on both sides. */
  readonly sum: string
}

export interface CopyOptions {
  readonly onTable?: (copied: CopiedTable) => void
  /** Last: the copy is whole, and nobody sees it yet. What it throws leaves nothing. */
  readonly beforeCommit?: (from: RawTransaction, to: RawTransaction) => Promise<void>
}

/**
 * Copies every table, exactly, into an empty database of the same schema. In one transaction of the target: it has everything or nothing,
 * and whoever was interrupted begins again.
 *
 * @throws MienError CONFLICT (the target has rows, or a table came to be another one)
 */
export const copyDatabase = (
  source: RawDatabase,
  target: RawDatabase,
  { onTable, beforeCommit }: CopyOptions = {},
): Promise<readonly CopiedTable[]> =>
  source.readAlone((from) =>
    target.writeAll(async (to) => {
      await checkEmpty(to, plannedTables)
      await withoutTriggers(to, plannedTables, async () => {
        for (const table of plannedTables) {
          for await (const document of readTable(from, table)) await writeDocument(to, table, document)
        }
        await writeSequences(to, await readSequences(from))
      })
      const copied: CopiedTable[] = []
      for (const table of plannedTables) {
        const one = await compareTable(from, to, table)
        copied.push(one)
        onTable?.(one)
      }
      await beforeCommit?.(from, to)
      return copied
    }),
  )

async function compareTable(from: RawTransaction, to: RawTransaction, table: PlannedTable): Promise<CopiedTable> {
  const [before, after] = [await sumTable(from, table), await sumTable(to, table)]
  if (before.rows !== after.rows || before.sum !== after.sum) {
    throw new MienError('CONFLICT', { message: `The copy of ${table.name} is not what it was made of` })
  }
  return { table: table.name, ...after }
}
