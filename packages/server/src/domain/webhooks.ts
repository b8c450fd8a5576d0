import type { WebhookPatch, WebhookRequest, WebhookSecret, WebhookSecretKind } from '@mien/shared/api/webhooks'
import { MienError } from '@mien/shared/errors'
import type { Application } from './model.ts'
import type { Clock, Database, Stores } from './ports.ts'
import { rowId } from './tokens.ts'
import type { Vault } from './vault.ts'
import { testBody } from './webhook-event.ts'
import type {
  CountedEndpoint,
  Delivery,
  DeliveryPage,
  WebhookAnswer,
  WebhookEndpoint,
  WebhookSender,
} from './webhook-ports.ts'
import { newWebhookSecrets, openSecrets, rotateSecrets, sealSecrets, webhookHeaders } from './webhook-secrets.ts'

/** Each event is written once for each endpoint that listens, by the transaction that decides. */
const maxEndpoints = 10

export interface CreatedWebhook {
  readonly endpoint: CountedEndpoint
  readonly signingSecret: string
  readonly bearerToken: string
}

/** Webhooks as the owner of an application manages them. All throw MienError NOT_FOUND for what is not the application's. */
export interface Webhooks {
  /** @throws MienError REQUEST_INVALID (an address where nothing would be sent), CONFLICT (ten are enough) */
  create(applicationId: string, request: WebhookRequest): Promise<CreatedWebhook>
  list(applicationId: string): Promise<readonly CountedEndpoint[]>
  find(applicationId: string, id: string): Promise<CountedEndpoint>
  /** @throws MienError REQUEST_INVALID */
  change(applicationId: string, id: string, patch: WebhookPatch): Promise<CountedEndpoint>
  /** With what waits to be sent. */
  remove(applicationId: string, id: string): Promise<void>
  rotate(applicationId: string, id: string, kind: WebhookSecretKind): Promise<WebhookSecret>
  /** One attempt with an event that means nothing, outside the queue. */
  test(applicationId: string, id: string): Promise<WebhookAnswer>
  deliveries(applicationId: string, id: string, page: DeliveryPage): Promise<readonly Delivery[]>
  /**
   * Sends one again, as the next of its endpoint: what waits keeps its order behind it.
   *
   * @throws MienError GONE when it was erased with its person
   */
  replay(applicationId: string, id: string, deliveryId: string): Promise<Delivery>
}

export interface WebhooksOptions {
  readonly database: Database
  readonly clock: Clock
  readonly vault: Vault
  readonly sender: WebhookSender
  /** Something may be due. */
  readonly wake: () => void
}

export function createWebhooks({ database, clock, vault, sender, wake }: WebhooksOptions): Webhooks {
  const { stores } = database

  const record = (within: Stores, applicationId: string, outcome: string) => {
    const about = { subjectId: null, sessionId: null, at: clock.now() }
    return within.audit.append({ applicationId, event: 'webhook_changed', outcome, ...about })
  }

  const find = async (applicationId: string, id: string): Promise<CountedEndpoint> =>
    found((await list(applicationId)).find((each) => each.id === id))

  const list = async (applicationId: string): Promise<readonly CountedEndpoint[]> => {
    await application(applicationId)
    return stores.webhooks.list(applicationId)
  }

  const application = async (id: string): Promise<Application> => found(await stores.applications.find(id))

  /** Changes one endpoint that nobody else changes meanwhile. */
  const locked = <T>(
    applicationId: string,
    id: string,
    outcome: string,
    work: (within: Stores, endpoint: WebhookEndpoint) => Promise<T>,
  ): Promise<T> =>
    database.transaction(async (within) => {
      const result = await work(within, found(await within.webhooks.lock(applicationId, id)))
      await record(within, applicationId, outcome)
      return result
    })

  return {
    async create(applicationId, request) {
      await application(applicationId)
      await sender.check(request.url)
      const now = clock.now()
      const place = { applicationId, id: rowId() }
      const secrets = newWebhookSecrets()
      const endpoint: WebhookEndpoint = {
        ...place,
        url: request.url,
        events: request.events ?? ['enroll', 'auth', 'deletion'],
        casing: request.casing ?? 'lower',
        includePayload: request.include_payload ?? false,
        sealedSecrets: sealSecrets(vault, place, secrets),
        status: 'active',
        failingSince: null,
        nextAttemptAt: now,
        leasedUntil: null,
        createdAt: now,
      }
      await database.transaction(async (within) => {
        // Whoever counts takes turns.
        await within.applications.lock(applicationId)
        const { length } = await within.webhooks.list(applicationId)
        if (length >= maxEndpoints)
          throw new MienError('CONFLICT', { message: 'An application has 10 webhooks at most' })
        await within.webhooks.insert(endpoint)
        await record(within, applicationId, 'created')
      })
      const { signingSecret, bearerToken } = secrets
      return { endpoint: { ...endpoint, pending: 0 }, signingSecret, bearerToken }
    },

    list,
    find,

    async change(applicationId, id, patch) {
      await find(applicationId, id)
      if (patch.url !== undefined) await sender.check(patch.url)
      await locked(applicationId, id, 'changed', (within, endpoint) =>
        within.webhooks.update(applicationId, id, changed(endpoint, patch, clock.now())),
      )
      wake()
      return find(applicationId, id)
    },

    remove: (applicationId, id) =>
      locked(applicationId, id, 'removed', async (within) => {
        await within.webhooks.remove(applicationId, id)
      }),

    rotate: (applicationId, id, kind) =>
      locked(applicationId, id, `${kind}_rotated`, async (within, endpoint) => {
        const secrets = rotateSecrets(openSecrets(vault, endpoint), kind, clock.now())
        await within.webhooks.update(applicationId, id, { sealedSecrets: sealSecrets(vault, endpoint, secrets) })
        return { kind, secret: kind === 'signing_secret' ? secrets.signingSecret : secrets.bearerToken }
      }),

    async test(applicationId, id) {
      const { publicId } = await application(applicationId)
      const endpoint = await find(applicationId, id)
      const at = clock.now()
      const body = testBody(publicId, endpoint.casing, at)
      const headers = webhookHeaders(openSecrets(vault, endpoint), { id: rowId(), body, at })
      return sender.post({ url: endpoint.url, headers, body })
    },

    async deliveries(applicationId, id, page) {
      await find(applicationId, id)
      return stores.deliveries.list(applicationId, id, page)
    },

    async replay(applicationId, id, deliveryId) {
      const delivery = await locked(applicationId, id, 'replayed', async (within) => {
        const one = found(await within.deliveries.find(applicationId, id, deliveryId))
        if (!(await within.deliveries.requeue(one))) throw new MienError('GONE')
        await within.webhooks.update(applicationId, id, { nextAttemptAt: clock.now() })
        return one
      })
      wake()
      return { ...delivery, state: 'pending' }
    },
  }
}

function found<T>(thing: T | undefined): T {
  if (thing === undefined) throw new MienError('NOT_FOUND')
  return thing
}

/**
 * Another address, and one that is switched on again, is tried at once and starts with a clean record: what comes of an attempt at
 * the old one is nobody's, since its lease is gone.
 */
function changed(endpoint: WebhookEndpoint, patch: WebhookPatch, now: Date): Partial<WebhookEndpoint> {
  const status = patch.status ?? endpoint.status
  const isFresh = patch.url !== undefined || (status === 'active' && endpoint.status === 'disabled')
  return {
    url: patch.url ?? endpoint.url,
    events: patch.events ?? endpoint.events,
    casing: patch.casing ?? endpoint.casing,
    includePayload: patch.include_payload ?? endpoint.includePayload,
    status,
    ...(isFresh ? { failingSince: null, nextAttemptAt: now, leasedUntil: null } : {}),
  }
}
