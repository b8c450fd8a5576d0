import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import type { CommandDependencies } from './webhook-commands.ts'

const askAgainMs = 1000

/** `mien keys`: what protects stored data. */
export function addStoredKeyCommands(keys: Command, { withAdmin, write }: CommandDependencies): void {
  keys
    .command('rotate-master')
    .description('seal every key again under a new master key, while the server runs')
    .action(async () => {
      const resealed = await withAdmin((admin) => admin.rotateMasterKey())
      write(
        `${resealed} keys are sealed under the new master key. Back it up: without it nothing that is stored can be read.\n`,
      )
    })
  keys
    .command('rekey')
    .description('replace the keys of an application, while people enrol and sign in')
    .argument('<application-id>')
    .action(async (applicationId: string) => {
      const version = await withAdmin(async (admin) => {
        let { is_done: isDone, key_version } = await admin.renewKeys(applicationId)
        while (!isDone) {
          await sleep(askAgainMs)
          isDone = (await admin.keyRenewal(applicationId)).is_done
        }
        return key_version
      })
      write(`Everything of ${applicationId} is under key version ${version}; the older ones are destroyed.\n`)
    })
}
