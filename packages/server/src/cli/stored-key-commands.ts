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
      const state = await withAdmin(async (admin) => {
        let renewal = await admin.renewKeys(applicationId)
        while (!renewal.is_done && renewal.damaged_count === 0 && renewal.failure === null) {
          await sleep(askAgainMs)
          renewal = await admin.keyRenewal(applicationId)
        }
        return renewal
      })
      const { key_version: version, damaged, damaged_count: count, failure } = state
      if (state.is_done)
        return write(`Everything of ${applicationId} is under key version ${version}; the older ones are destroyed.\n`)
      process.exitCode = 1
      if (failure !== null) {
        return write(
          `The keys of ${applicationId} are not replaced yet: the server stopped with ${failure}. What was moved is under key version ${version}, and the server tries again every minute; its log says more.\n`,
        )
      }
      const named = damaged.map(({ column, id }) => `  ${column}  ${id}\n`).join('')
      write(
        `${count} values of ${applicationId} do not open and were left as they are:\n${named}All others are under key version ${version}. The older key is kept until these are written again or removed.\n`,
      )
    })
}
