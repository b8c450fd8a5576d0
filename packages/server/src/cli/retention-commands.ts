import type { Command } from 'commander'
import type { CommandDependencies } from './webhook-commands.ts'

/** `mien retention`: people who were not there for `retention_days`. */
export function addRetentionCommands(program: Command, { withAdmin, write }: CommandDependencies): void {
  program
    .command('retention')
    .description('people who were not there for retention_days')
    .command('run')
    .description('erase them now, as the server does by itself every ten minutes')
    .option('--confirm', 'the clock was looked at and is right, although it went on by more than a week')
    .action(async ({ confirm }: { confirm?: true }) => {
      const erased = await withAdmin((admin) => admin.runRetention(confirm === undefined ? {} : { confirm }))
      write(`${erased} people were erased, because their time is over.\n`)
    })
}
