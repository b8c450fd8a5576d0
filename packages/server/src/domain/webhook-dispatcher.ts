import type { AuditRecord } from './model.ts'
import type { Clock, Database } from './ports.ts'
import type { Vault } from './vault.ts'
import type { Delivery, WebhookAttempt, WebhookEndpoint, WebhookSender } from './webhook-ports.ts'
import { isGivenUp, retryDelayMs } from './webhook-retry.ts'
import { openSecrets, webhookHeaders } from './webhook-secrets.ts'

/** Much longer than one attempt may take; after it another process takes over from one that died. */
const leaseMs = 30_000

/** Endpoints that one process sends to at a time. */
const lanes = 8

/** Deliveries to one endpoint before the others have their turn. */
const maxTurn = 20

const pollMs = 1000

/** Between runs that fail one after the other, as they do while the database is away: what is told of it must not fill a log. */
const longestPauseMs = 30_000

export interface DispatcherOptions {
  readonly database: Database
  readonly clock: Clock
  readonly vault: Vault
  readonly sender: WebhookSender
  /** 0 <= random < 1. */
  readonly random: () => number
}

export interface DispatcherReports {
  /** An endpoint began to fail or was switched off; never its address, a body or a secret. */
  readonly onTrouble: (trouble: WebhookTrouble) => void
  /** Something went wrong on our side; it is tried again. */
  readonly onFailure: (error: unknown) => void
}

export interface WebhookTrouble {
  readonly applicationId: string
  readonly webhookId: string
  readonly error: string
  readonly isDisabled: boolean
}

export interface Dispatcher {
  /** Sends everything that is due. Never two deliveries of one endpoint at once, also across processes. */
  runDue(): Promise<void>
  /** From now on runs when woken, and once a second for what others wrote and for what is to be tried again; less often while that fails. */
  start(reports: DispatcherReports): void
  wake(): void
  /** Lets the attempts that are under way end and begins no other. */
  stop(): Promise<void>
}

/**
 * Sends what the outbox holds, in order and at least once. An endpoint is leased in the database while its deliveries are sent,
 * with no transaction open; what became of an attempt is written only while the lease is still held, so a process that was away
 * for too long changes nothing, and the delivery is sent again by whoever holds it now, under the same id.
 */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { clock, database } = options
  let isStopping = false
  let isWoken = false
  let rouse = () => {}
  let running = Promise.resolve()
  let onTrouble: DispatcherReports['onTrouble'] = () => {}

  const leaseEnd = () => new Date(clock.now().getTime() + leaseMs)

  const claim = (): Promise<WebhookEndpoint | undefined> =>
    isStopping ? Promise.resolve(undefined) : database.stores.webhooks.claim(clock.now(), leaseEnd())

  /** A lane starts the next one only after it found something: an empty outbox costs one query. */
  const drain = async (lane: number): Promise<void> => {
    const first = await claim()
    if (first === undefined) return
    await settleAll([lane < lanes ? drain(lane + 1) : Promise.resolve(), takeTurns(first)])
  }

  const takeTurns = async (first: WebhookEndpoint): Promise<void> => {
    for (let endpoint: WebhookEndpoint | undefined = first; endpoint !== undefined; endpoint = await claim()) {
      await takeTurn(endpoint)
    }
  }

  const takeTurn = async (claimed: WebhookEndpoint): Promise<void> => {
    let endpoint: WebhookEndpoint | undefined = claimed
    for (let sent = 0; endpoint?.status === 'active' && sent < maxTurn && !isStopping; sent++) {
      const delivery = await database.stores.deliveries.next(endpoint.applicationId, endpoint.id)
      if (delivery === undefined) break
      endpoint = await attempt({ ...options, onTrouble }, endpoint, delivery, leaseEnd)
    }
    if (endpoint === undefined) return
    await database.stores.webhooks.updateLeased(endpoint, { leasedUntil: null, nextAttemptAt: clock.now() })
  }

  const runDue = (): Promise<void> => drain(1)

  const loop = async (onFailure: DispatcherReports['onFailure']): Promise<void> => {
    let failures = 0
    while (!isStopping) {
      isWoken = false
      try {
        await runDue()
        failures = 0
      } catch (error) {
        onFailure(error)
        failures++
      }
      if (!isWoken && !isStopping) await pause(Math.min(longestPauseMs, pollMs * 2 ** failures))
    }
  }

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      timer.unref()
      rouse = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  return {
    runDue,
    start(reports) {
      onTrouble = reports.onTrouble
      running = loop(reports.onFailure)
    },
    wake() {
      isWoken = true
      rouse()
    },
    async stop() {
      isStopping = true
      rouse()
      await running
    },
  }
}

/** Waits for all, then rejects with the first failure: what goes wrong with one endpoint leaves the others their turn. */
async function settleAll(works: readonly Promise<void>[]): Promise<void> {
  for (const settled of await Promise.allSettled(works)) if (settled.status === 'rejected') throw settled.reason
}

type AttemptOptions = DispatcherOptions & Pick<DispatcherReports, 'onTrouble'>

/** One attempt. @returns the endpoint as its owner wants it now, with its lease prolonged; undefined when its turn is over */
async function attempt(
  options: AttemptOptions,
  endpoint: WebhookEndpoint,
  delivery: Delivery,
  leaseEnd: () => Date,
): Promise<WebhookEndpoint | undefined> {
  const { clock, sender, vault, database } = options
  const { id, body } = delivery
  const headers = webhookHeaders(openSecrets(vault, endpoint), { id, body, at: clock.now() })
  const answer = await sender.post({ url: endpoint.url, headers, body })
  const outcome = { ...answer, at: clock.now() }
  const isDelivered = answer.error === null
  const change: Change = isDelivered ? { failingSince: null, leasedUntil: leaseEnd() } : afterFailure(options, endpoint)
  const changed = await database.transaction(async (stores) => {
    const ours = await stores.webhooks.updateLeased(endpoint, change)
    if (ours === undefined) return undefined
    await stores.deliveries.attempted(delivery, outcome)
    if (change.status === 'disabled') await stores.audit.append(switchedOff(endpoint, outcome.at))
    return ours
  })
  if (isDelivered) return changed
  if (changed !== undefined) report(options, endpoint, outcome, change)
  return undefined
}

type Change = Partial<Pick<WebhookEndpoint, 'status' | 'failingSince' | 'nextAttemptAt' | 'leasedUntil'>>

function afterFailure({ clock, random }: DispatcherOptions, endpoint: WebhookEndpoint): Change {
  const now = clock.now()
  const failingSince = endpoint.failingSince ?? now
  const failingForMs = now.getTime() - failingSince.getTime()
  return {
    failingSince,
    leasedUntil: null,
    nextAttemptAt: new Date(now.getTime() + retryDelayMs(failingForMs, random())),
    ...(isGivenUp(failingForMs) ? { status: 'disabled' as const } : {}),
  }
}

/** Once when it begins and once when it is given up: an outage of days does not fill a log. */
function report(
  { onTrouble }: AttemptOptions,
  { applicationId, id: webhookId, failingSince }: WebhookEndpoint,
  { error, httpStatus }: WebhookAttempt,
  { status }: Change,
): void {
  const isDisabled = status === 'disabled'
  if (failingSince !== null && !isDisabled) return
  onTrouble({ applicationId, webhookId, error: `${error}${httpStatus === null ? '' : ` ${httpStatus}`}`, isDisabled })
}

const switchedOff = ({ applicationId }: WebhookEndpoint, at: Date): AuditRecord => ({
  applicationId,
  event: 'webhook_changed',
  outcome: 'disabled',
  subjectId: null,
  sessionId: null,
  at,
})
