import { type Command, Option } from 'commander'
import type { CopiedTable } from '../transfer/copy-database.ts'

export interface MoveDependencies {
  /** @param to a PostgreSQL URL or a data folder */
  readonly move: (to: string, onTable: (copied: CopiedTable) => void) => Promise<readonly CopiedTable[]>
  readonly write: (text: string) => void
}

/** `mien move`: from the embedded database to PostgreSQL, or back. */
export function addMoveCommand(program: Command, { move, write }: MoveDependencies): void {
  program
    .command('move')
    .description('copy everything from the embedded database to PostgreSQL, or back; no server may run meanwhile')
    .addOption(
      new Option('--to <target>', 'postgres://… or a data folder; it must hold no database, or an empty one')
        // Whoever looks at the processes reads their words: a password does not belong there.
        .env('MIEN_MOVE_TO')
        .makeOptionMandatory(),
    )
    .action(async ({ to }: { to: string }) => {
      const copied = await move(to, ({ table, rows, sum }) =>
        write(`${table.padEnd(22)} ${String(rows).padStart(9)} rows  ${sum}\n`),
      )
      const rows = copied.reduce((sum, each) => sum + each.rows, 0)
      write(`${copied.length} tables with ${rows} rows are the same on both sides. ${next(to)}\n`)
    })
}

const next = (to: string): string =>
  to.startsWith('postgres')
    ? 'Start the server with DATABASE_URL set to the new database and the same master key. The folder "db" of the data folder stays as it was: remove it when you are content, because it does not hear of deletions any more.'
    : `Start the server without DATABASE_URL and with MIEN_DATA_DIR=${to}. The old database stays as it was: remove it when you are content, because it does not hear of deletions any more.`
