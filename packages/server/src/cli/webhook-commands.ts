import { type WebhookDelivery, type WebhookEvent, webhookCasing, webhookEvents } from '@mien/shared/api/webhooks'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { AdminClient } from './admin-client.ts'

export interface CommandDependencies {
  /** Runs `work` against the running server, or against the database when none runs. */
  readonly withAdmin: <T>(work: (admin: AdminClient) => Promise<T>) => Promise<T>
  readonly write: (text: string) => void
}

interface AddOptions {
  readonly url: string
  readonly event?: WebhookEvent[]
  readonly casing?: 'lower' | 'upper'
  readonly payload?: true
  readonly json?: true
}

/** `mien webhook`: where an application is told what happened. */
export function addWebhookCommands(program: Command, { withAdmin, write }: CommandDependencies): void {
  const json = new Option('--json', 'print JSON')
  const print = (value: object) => write(`${JSON.stringify(value, null, 2)}\n`)
  const webhook = program.command('webhook').description('where an application is told what happened')

  webhook
    .command('add')
    .description('add a webhook and print its secrets, once')
    .argument('<application-id>')
    .requiredOption('--url <url>', 'public https address, or an origin in MIEN_WEBHOOK_ALLOW')
    .addOption(new Option('--event <name...>', 'what to send; default: enroll auth deletion').choices(webhookEvents))
    .addOption(new Option('--casing <case>', 'how event names are written').choices(webhookCasing.options))
    .option('--payload', "send the person's payload along")
    .addOption(json)
    .action(async (applicationId: string, options: AddOptions) => {
      const added = await withAdmin((admin) => admin.addWebhook(applicationId, toRequest(options)))
      if (options.json) return print(added)
      write(`${added.webhook_id}\nsigning_secret  ${added.signing_secret}\nbearer_token    ${added.bearer_token}\n`)
    })
  webhook
    .command('list')
    .description('list the webhooks of an application')
    .argument('<application-id>')
    .addOption(json)
    .action(async (applicationId: string, options: { json?: true }) => {
      const all = await withAdmin((admin) => admin.listWebhooks(applicationId))
      if (options.json) return print(all)
      for (const each of all) {
        const state = each.failing_since === null ? each.status : `${each.status}, failing since ${each.failing_since}`
        write(`${each.webhook_id}  ${each.url}  ${each.events.join(' ')}  ${state}  ${each.pending} waiting\n`)
      }
    })
  webhook
    .command('remove')
    .description('remove a webhook with what waits to be sent')
    .argument('<application-id>')
    .argument('<webhook-id>')
    .action(async (applicationId: string, webhookId: string) => {
      await withAdmin((admin) => admin.removeWebhook(applicationId, webhookId))
      write(`Removed ${webhookId}\n`)
    })
  webhook
    .command('log')
    .description('what became of the last deliveries, newest first')
    .argument('<application-id>')
    .argument('<webhook-id>')
    .option('--limit <count>', '1 to 100', readLimit, 20)
    .addOption(json)
    .action(async (applicationId: string, webhookId: string, options: { limit: number; json?: true }) => {
      const log = await withAdmin((admin) => admin.webhookLog(applicationId, webhookId, options.limit))
      if (options.json) return print(log)
      for (const each of log) write(`${logLine(each)}\n`)
    })
  webhook
    .command('replay')
    .description('send a delivery again, as the next one')
    .argument('<application-id>')
    .argument('<webhook-id>')
    .argument('<delivery-id>')
    .action(async (applicationId: string, webhookId: string, deliveryId: string) => {
      await withAdmin((admin) => admin.replayWebhook(applicationId, webhookId, deliveryId))
      write(`Will be sent again: ${deliveryId}\n`)
    })
}

const toRequest = ({ url, event, casing, payload }: AddOptions) => ({
  url,
  ...(event === undefined ? {} : { events: event }),
  ...(casing === undefined ? {} : { casing }),
  ...(payload === undefined ? {} : { include_payload: payload }),
})

const logLine = ({
  delivery_id: id,
  created_at: at,
  event,
  state,
  attempts,
  last_status,
  last_error,
}: WebhookDelivery) =>
  `${id}  ${at}  ${event}  ${state}  ${attempts} attempts  ${last_status ?? '-'}  ${last_error ?? '-'}`

function readLimit(text: string): number {
  if (!/^([1-9]\d?|100)$/.test(text)) throw new InvalidArgumentError('not a number from 1 to 100')
  return Number(text)
}
