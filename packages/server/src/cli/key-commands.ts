import {
  type CredentialKind,
  type CredentialSummary,
  credentialKinds,
  credentialName,
  credentialScopes,
  type RotateResponse,
} from '@mien/shared/api/applications'
import { galleryName } from '@mien/shared/api/fields'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { CommandDependencies } from './webhook-commands.ts'

interface CreateOptions {
  readonly kind: CredentialKind
  readonly name: string
  readonly gallery?: string
  readonly scope?: string[]
  readonly json?: true
}

const allScopes = [...new Set(Object.values(credentialScopes).flat())]

/** `mien key`: the credentials of an application, such as one a terminal. */
export function addKeyCommands(program: Command, { withAdmin, write }: CommandDependencies): void {
  const json = new Option('--json', 'print JSON')
  const print = (value: object) => write(`${JSON.stringify(value, null, 2)}\n`)
  const kind = () => new Option('--kind <kind>', 'which credential').choices(credentialKinds)
  const show = (issued: RotateResponse, isJson: true | undefined) => {
    if (isJson) return print(issued)
    const client = issued.client_id === null ? '' : `client_id  ${issued.client_id}\n`
    write(`${line(issued)}\n${client}secret     ${issued.secret}\n`)
  }
  const key = program.command('key').description('credentials')

  key
    .command('create')
    .description('make a credential and print its secret, once; one of the same kind and name stops at once')
    .argument('<application-id>')
    .addOption(kind().makeOptionMandatory())
    .requiredOption('--name <name>', 'what you call it, such as the terminal that holds it', readName)
    .option('--gallery <name>', 'the gallery that it works on; default: default', readGallery)
    .addOption(new Option('--scope <scope...>', 'what it may do; default: everything').choices(allScopes))
    .addOption(json)
    .action(async (applicationId: string, { json: isJson, scope, gallery, ...rest }: CreateOptions) => {
      const request = {
        ...rest,
        ...(gallery === undefined ? {} : { gallery }),
        ...(scope === undefined ? {} : { scopes: scope }),
      }
      show(await withAdmin((admin) => admin.issueKey(applicationId, request)), isJson)
    })
  key
    .command('rotate')
    .description('replace the credential that came with the application; the old one stops at once')
    .argument('<application-id>')
    .addOption(kind().default('secret_key'))
    .addOption(json)
    .action(async (applicationId: string, options: { kind: CredentialKind; json?: true }) => {
      const rotated = await withAdmin((admin) => admin.issueKey(applicationId, { kind: options.kind }))
      if (options.json) return print(rotated)
      write(`${rotated.kind}: ${rotated.secret}\n`)
    })
  key
    .command('list')
    .description('list the credentials of an application, without their secrets')
    .argument('<application-id>')
    .addOption(json)
    .action(async (applicationId: string, options: { json?: true }) => {
      const keys = await withAdmin((admin) => admin.listKeys(applicationId))
      if (options.json) return print(keys)
      for (const each of keys) write(`${line(each)}\n`)
    })
  key
    .command('remove')
    .description('remove a credential; it stops at once')
    .argument('<application-id>')
    .argument('<credential-id>')
    .action(async (applicationId: string, credentialId: string) => {
      await withAdmin((admin) => admin.removeKey(applicationId, credentialId))
      write(`Removed ${credentialId}\n`)
    })
}

const line = ({ credential_id: id, kind, name, gallery, scopes }: CredentialSummary): string =>
  [id, kind, name, gallery, scopes.join(',')].filter((part) => part !== '').join('  ')

function readName(text: string): string {
  if (credentialName.safeParse(text).success) return text
  throw new InvalidArgumentError('letters, digits, dots, dashes and underscores, 64 at most')
}

function readGallery(text: string): string {
  if (galleryName.safeParse(text).success) return text
  throw new InvalidArgumentError('lower-case letters, digits, dashes and underscores, 64 at most')
}
