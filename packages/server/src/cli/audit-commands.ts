import type { AuditChainReport } from '@mien/shared/api/monitoring'
import { toMienError } from '@mien/shared/errors'
import { type Command, Option } from 'commander'
import type { CommandDependencies } from './webhook-commands.ts'

interface VerifyOptions {
  readonly head?: readonly string[]
  readonly json?: true
}

/** `mien audit`: whether somebody tampered with what was written down. */
export function addAuditCommands(program: Command, { withAdmin, write }: CommandDependencies): void {
  const json = new Option('--json', 'print JSON')
  const audit = program.command('audit').description('the audit log, which is only added to')

  audit
    .command('verify')
    .description('walk the chains; exit with 1 when a record was changed, removed or put in')
    .argument('[application-id]', 'one application; default: all, also those that were deleted')
    .option('--head <head...>', 'heads that were noted before: the chains must still go through them')
    .addOption(json)
    .action(async (only: string | undefined, { head: noted = [], json: isJson }: VerifyOptions) => {
      const checks = await withAdmin(async (admin) => {
        const known = (await admin.auditHeads()).map(applicationOf)
        // Whoever removes a whole chain removes its name, but not from what was noted.
        const all = only === undefined ? [...new Set([...known, ...noted.map(applicationOf)])] : [only]
        return Promise.all(
          all.map((id) => {
            const head = noted.find((each) => applicationOf(each) === id)
            // One that cannot be checked is told of beside the others.
            return admin.verifyAudit(id, head).catch((thrown: unknown) => ({ id, error: toMienError(thrown) }))
          }),
        )
      })
      const reports = checks.flatMap((check) => ('error' in check ? [] : [check]))
      const failed = checks.flatMap((check) => ('error' in check ? [check] : []))
      write(isJson ? `${JSON.stringify(reports, null, 2)}\n` : reports.map(line).join(''))
      for (const { id, error } of failed) console.error(`${id}  could not be checked: ${error.message}`)
      if (failed.length > 0 || reports.some(({ fault }) => fault !== null)) process.exitCode = 1
    })
  audit
    .command('head')
    .description('print where each chain ends: note it somewhere else')
    .action(async () => {
      const heads = await withAdmin((admin) => admin.auditHeads())
      write(heads.map((head) => `${head}\n`).join(''))
    })
}

const applicationOf = (head: string): string => head.split('.')[0]!

const faults = {
  changed: 'was changed, or put in its place later',
  removed: 'was removed',
  inserted: 'was put in later',
  cut: 'is not what was noted: the end was cut off, or the chain made anew',
} as const

function line({ application_id: id, records, sealed, unsealed, fault }: AuditChainReport): string {
  const counts = `${id}  ${records} records, ${sealed} sealed, ${unsealed} not yet`
  if (fault === null) return `${counts}  ok\n`
  const { seq, record_id: recordId, kind } = fault
  const which = [seq === null ? [] : `record ${seq}`, recordId ?? []].flat().join(' ')
  return `${counts}  BROKEN: ${which} ${faults[kind]}\n`
}
