import type { Command } from 'commander'
import type { BackupTools } from '../transfer/backup-tools.ts'

export interface BackupDependencies {
  readonly tools: BackupTools
  readonly write: (text: string) => void
}

interface RestoreOptions {
  readonly force?: true
  readonly undoErasures?: true
}

/** `mien backup`, `mien restore` and `mien erasures`. */
export function addBackupCommands(program: Command, { tools, write }: BackupDependencies): void {
  program
    .command('backup')
    .description('copy the embedded database into one file, while the server runs or not')
    .argument('<target>', 'a file that is not there yet, or a folder')
    .option('--try', 'restore it once to a folder that goes again')
    .action(async (target: string, options: { try?: true }) => {
      const { path, bytes, sha256, people, masterKey } = await tools.backup(target, options.try === true)
      write(`${path}  ${people} people, ${bytes} bytes, sha256 ${sha256}\n`)
      write(`The master key is not in it: ${masterKey}. Keep that elsewhere; without it the backup cannot be read.\n`)
    })
  program
    .command('restore')
    .description('put a backup in the place of the embedded database; no server may run')
    .argument('<file>')
    .option('--force', 'the database that is there goes')
    .option('--undo-erasures', 'also who was erased after the backup comes back')
    .action(async (file: string, { force, undoErasures }: RestoreOptions) => {
      const report = await tools.restore(file, { force: force === true, undoErasures: undoErasures === true })
      const { people, createdAt, reapplied, isNoted } = report
      write(`Restored ${people} people as of ${createdAt}.\n`)
      write(again(reapplied.people, reapplied.applications))
      if (!isNoted) write(unread)
    })

  const erasures = program
    .command('erasures')
    .description('who was erased, for a database that is set back to an earlier day')
  erasures
    .command('export')
    .description('write keyed digests of all who were erased into a file')
    .argument('<file>')
    .action(async (file: string) => {
      write(`${await tools.exportErasures(file)} erasures are in ${file}.\n`)
    })
  erasures
    .command('apply')
    .description('erase again whoever such a file names and the database knows')
    .argument('<file>')
    .action(async (file: string) => {
      const { people, applications } = await tools.applyErasures(file)
      write(again(people, applications))
    })
}

const unread =
  'The database that was replaced could not be read. Give the journals that you copied away with "mien erasures apply": whom it alone knew as erased may be back.\n'

const again = (people: number, applications: number): string =>
  `${people} people and ${applications} applications that had been erased since were erased again.\n`
