import type { SigningKey } from '@mien/shared/api/signing-keys'
import { type Command, Option } from 'commander'
import type { CommandDependencies } from './webhook-commands.ts'

/** `mien keys`: what signs assertions. */
export function addSigningKeyCommands(keys: Command, { withAdmin, write }: CommandDependencies): void {
  const json = new Option('--json', 'print JSON')
  const show = (all: readonly SigningKey[], isJson: true | undefined) =>
    write(isJson ? `${JSON.stringify(all, null, 2)}\n` : all.map(line).join(''))

  keys
    .command('list-signing')
    .description('list the keys that sign assertions, oldest first')
    .addOption(json)
    .action(async (options: { json?: true }) => {
      show(await withAdmin((admin) => admin.listSigningKeys()), options.json)
    })
  keys
    .command('rotate-signing')
    .description('make a new key to sign assertions with, while servers run: it signs ten minutes later')
    .option('--compromised', 'sign with it at once; the others, and all that they signed, hold no more')
    .addOption(json)
    .action(async ({ compromised = false, json: isJson }: { compromised?: boolean; json?: true }) => {
      show(await withAdmin((admin) => admin.rotateSigningKey({ compromised })), isJson)
    })
}

const line = ({ key_id: id, state, signs_from: from, leaves_at: until }: SigningKey): string =>
  `${id}  ${state.padEnd(7)}  signs from ${from}${until === null ? '' : `, published until ${until}`}\n`
