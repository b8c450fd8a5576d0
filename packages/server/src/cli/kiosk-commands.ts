import { galleryName } from '@mien/shared/api/fields'
import type { OfflineDevice } from '@mien/shared/api/sync'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { CommandDependencies } from './webhook-commands.ts'

interface CreateOptions {
  readonly label: string
  readonly gallery?: string
  readonly json?: true
}

/** `mien kiosk`: devices that recognise people without the server. */
export function addKioskCommands(program: Command, { withAdmin, write }: CommandDependencies): void {
  const json = new Option('--json', 'print JSON')
  const print = (value: object) => write(`${JSON.stringify(value, null, 2)}\n`)
  const kiosk = program.command('kiosk').description('devices that recognise people without the server')

  kiosk
    .command('create')
    .description('make a kiosk and print its registration code, once; who redeems it is handed the gallery')
    .argument('<application-id>')
    .requiredOption('--label <label>', 'what you call it, such as the door that it stands at')
    .option('--gallery <name>', 'whom it recognises; default: default', readGallery)
    .addOption(json)
    .action(async (applicationId: string, { json: isJson, ...request }: CreateOptions) => {
      const created = await withAdmin((admin) => admin.inviteKiosk(applicationId, request))
      if (isJson) return print(created)
      const { registration_code: code, code_expires_at: until } = created
      write(`${line(created)}\nregistration_code  ${code}  until ${until}\n`)
    })
  kiosk
    .command('list')
    .description("list kiosks and people's own devices, with those that were revoked")
    .argument('<application-id>')
    .addOption(json)
    .action(async (applicationId: string, options: { json?: true }) => {
      const devices = await withAdmin((admin) => admin.listOfflineDevices(applicationId))
      if (options.json) return print(devices)
      for (const each of devices) write(`${[line(each), ...stateOf(each)].join('  ')}\n`)
    })
  kiosk
    .command('revoke')
    .description('revoke one: it is handed nothing more')
    .argument('<application-id>')
    .argument('<device-id>')
    .action(async (applicationId: string, deviceId: string) => {
      await withAdmin((admin) => admin.revokeOfflineDevice(applicationId, deviceId))
      write(`Revoked ${deviceId}\n`)
    })
}

const line = ({ device_id: id, kind, label, gallery, status }: OfflineDevice): string =>
  [id, kind, label ?? '', gallery, status].filter((part) => part !== '').join('  ')

const stateOf = ({ last_seen_at: seen, missing_events: missing, forked }: OfflineDevice): readonly string[] => [
  seen === null ? 'never seen' : `seen ${seen}`,
  ...(missing === 0 ? [] : [`${missing} events missing`]),
  ...(forked ? ['COPIED'] : []),
]

function readGallery(text: string): string {
  if (galleryName.safeParse(text).success) return text
  throw new InvalidArgumentError('lower-case letters, digits, dashes and underscores, 64 at most')
}
