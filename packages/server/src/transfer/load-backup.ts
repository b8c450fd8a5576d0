import { MienError } from '@mien/shared/errors'
import { damagedBackup } from './backup-format.ts'
import type { RawDatabase } from './raw-database.ts'
import type { OpenedBackup } from './read-backup.ts'
import { sumTable } from './read-tables.ts'
import { withoutTriggers, writeDocument, writeSequences } from './write-tables.ts'

/**
 * Fills an empty database of the backup's own schema, in one transaction, and compares what came to be with what was written.
 *
 * @throws MienError REQUEST_INVALID
 */
export const loadBackup = (backup: OpenedBackup, target: RawDatabase): Promise<void> =>
  target
    .writeAll(async (to) => {
      const { tables } = backup.header
      await withoutTriggers(to, tables, async () => {
        for (const { table, document } of backup.frames()) await writeDocument(to, tables[table]!, document)
        await writeSequences(to, backup.footer.sequences)
      })
      for (const [i, expected] of backup.footer.tables.entries()) {
        const found = await sumTable(to, tables[i]!)
        if (found.rows !== expected.rows || found.sum !== expected.sum)
          throw damagedBackup(`${expected.table} is not whole`)
      }
    })
    .catch((error: unknown) => {
      if (error instanceof MienError) throw error
      throw new MienError('REQUEST_INVALID', { message: 'The backup cannot be loaded', cause: error })
    })
