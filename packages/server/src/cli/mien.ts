import { readFileSync } from 'node:fs'
import type { ApplicationSettingsPatch } from '@mien/shared/api/applications'
import { Command, InvalidArgumentError, Option } from 'commander'
import { addAuditCommands } from './audit-commands.ts'
import { collectSetting } from './collect-setting.ts'
import { addGalleryCommands, type GalleryCommandDependencies } from './gallery-commands.ts'
import { addKeyCommands } from './key-commands.ts'
import { addKioskCommands } from './kiosk-commands.ts'
import { addRetentionCommands } from './retention-commands.ts'
import { addSigningKeyCommands } from './signing-key-commands.ts'
import { addStoredKeyCommands } from './stored-key-commands.ts'
import { addWebhookCommands } from './webhook-commands.ts'

export interface CliDependencies extends GalleryCommandDependencies {
  readonly fetchModels: (pack: string | undefined) => Promise<void>
}

/** The `mien` command. Secrets are printed once; the server keeps them hashed or sealed. */
export function createCli(dependencies: CliDependencies): Command {
  const { withAdmin, fetchModels, write } = dependencies
  const program = new Command('mien')
    .description('Manage a Mien server')
    .version(version())
    .showHelpAfterError()
    .configureOutput({ writeOut: write })
  const json = new Option('--json', 'print JSON')

  const app = program.command('app').description('applications (tenants)')
  app
    .command('create')
    .description('create an application and print its credentials, once')
    .requiredOption('--name <name>', 'what people see')
    .option('--origin <url>', 'an origin that may run the widget; repeat for several; none: any', collectOrigin, [])
    .addOption(json)
    .action(async (options: { name: string; origin: string[]; json?: true }) => {
      const credentials = await withAdmin((admin) =>
        admin.createApplication({ name: options.name, origins: options.origin }),
      )
      write(options.json ? lines(JSON.stringify(credentials, null, 2)) : credentialText(credentials))
    })
  app
    .command('list')
    .description('list the applications')
    .addOption(json)
    .action(async (options: { json?: true }) => {
      const applications = await withAdmin((admin) => admin.listApplications())
      if (options.json) return write(lines(JSON.stringify(applications, null, 2)))
      if (applications.length === 0)
        return write(lines('There are no applications. Create one with "mien app create".'))
      for (const each of applications) write(lines(`${each.application_id}  ${each.public_id}  ${each.name}`))
    })
  app
    .command('set')
    .description('change settings, for example: mien app set ID pin_enroll=optional max_identify_gallery=500')
    .argument('<application-id>')
    .argument('<setting=value...>', 'a value is JSON, plain text, or @FILE with JSON inside', collectSetting, {})
    .action(async (applicationId: string, patch: ApplicationSettingsPatch) => {
      const { settings } = await withAdmin((admin) => admin.changeSettings(applicationId, patch))
      write(lines(JSON.stringify(settings, null, 2)))
    })
  app
    .command('delete')
    .description('delete an application with everyone in it')
    .argument('<application-id>')
    .action(async (applicationId: string) => {
      await withAdmin((admin) => admin.deleteApplication(applicationId))
      write(lines(`Deleted ${applicationId}`))
    })

  addKeyCommands(program, dependencies)
  const keys = program.command('keys').description('the keys of the server itself')
  addSigningKeyCommands(keys, dependencies)
  addStoredKeyCommands(keys, dependencies)
  addWebhookCommands(program, dependencies)
  addGalleryCommands(program, dependencies)
  addKioskCommands(program, dependencies)
  addAuditCommands(program, dependencies)
  addRetentionCommands(program, dependencies)

  program
    .command('models')
    .description('fetch and verify the model files')
    .option('--pack <name>', 'which pack of models/manifest.json')
    .action((options: { pack?: string }) => fetchModels(options.pack))
  return program
}

const lines = (...each: string[]): string => `${each.join('\n')}\n`

function collectOrigin(text: string, before: string[]): string[] {
  let origin: string
  try {
    origin = new URL(text).origin
  } catch {
    throw new InvalidArgumentError('not an address such as https://shop.example')
  }
  if (origin === 'null') throw new InvalidArgumentError('not an http or https address')
  return [...before, origin]
}

function credentialText(credentials: object): string {
  const rows = Object.entries(credentials).flatMap(([name, value]) =>
    typeof value === 'string'
      ? [[name, value] as const]
      : Object.entries(value as Record<string, string>).map(([inner, text]) => [`${name}.${inner}`, text] as const),
  )
  const width = Math.max(...rows.map(([name]) => name.length))
  return lines(
    ...rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
    '',
    'The secrets are shown this once. Only the public id belongs in a page.',
  )
}

function version(): string {
  const manifest: { version: string } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return manifest.version
}
