/** What webhooks ask of storage and of the network. */
import type { WebhookCasing, WebhookEvent, WebhookFailure, WebhookStatus } from '@mien/shared/api/webhooks'

/** Where an application wants to hear what happened. */
export interface WebhookEndpoint {
  readonly applicationId: string
  readonly id: string
  readonly url: string
  readonly events: readonly WebhookEvent[]
  readonly casing: WebhookCasing
  readonly includePayload: boolean
  /** See webhook-secrets.ts. */
  readonly sealedSecrets: Uint8Array
  readonly status: WebhookStatus
  /** Since when every attempt failed; null while it answers. */
  readonly failingSince: Date | null
  /** Not before. */
  readonly nextAttemptAt: Date
  /** A dispatcher is at it until then; what it writes counts only while this is what it set. */
  readonly leasedUntil: Date | null
  readonly createdAt: Date
}

/** One event for one endpoint. */
export interface NewDelivery {
  readonly applicationId: string
  readonly endpointId: string
  /** `webhook-id`. */
  readonly id: string
  readonly event: WebhookEvent
  readonly subjectId: string | null
  /** Exactly the text that is signed and sent. Empty: erased with its person. */
  readonly body: string
  readonly createdAt: Date
}

export interface Delivery extends NewDelivery {
  /** In the order of commits inside one endpoint. */
  readonly seq: number
  readonly state: 'pending' | 'delivered'
  readonly attempts: number
  readonly lastAttemptAt: Date | null
  readonly lastStatus: number | null
  readonly lastError: WebhookFailure | null
  readonly deliveredAt: Date | null
}

export interface CountedEndpoint extends WebhookEndpoint {
  readonly pending: number
}

/** What one attempt came to. */
export interface WebhookAttempt {
  readonly at: Date
  /** Null when no answer came. */
  readonly httpStatus: number | null
  /** Null: it was delivered. */
  readonly error: WebhookFailure | null
}

type EndpointChange = Partial<Omit<WebhookEndpoint, 'applicationId' | 'id' | 'createdAt'>>

export interface WebhookStore {
  insert(endpoint: WebhookEndpoint): Promise<void>
  /** Oldest first. */
  list(applicationId: string): Promise<readonly CountedEndpoint[]>
  /** Held until the transaction ends. */
  lock(applicationId: string, id: string): Promise<WebhookEndpoint | undefined>
  /**
   * Those that listen to any of these events, each held until the transaction ends and always taken in the order of their ids. As the last
   * locks of a transaction they put the deliveries of one endpoint in the order of commits.
   */
  lockListening(applicationId: string, events: readonly WebhookEvent[]): Promise<readonly WebhookEndpoint[]>
  update(applicationId: string, id: string, change: EndpointChange): Promise<void>
  /** With its deliveries. @returns whether it was there */
  remove(applicationId: string, id: string): Promise<boolean>
  /** Leases one active endpoint that has something to send and that nobody else has; the one that waited longest. */
  claim(now: Date, leasedUntil: Date): Promise<WebhookEndpoint | undefined>
  /** Changes it only while the lease is still the caller's. @returns the endpoint as it is now; undefined when it was not */
  updateLeased(endpoint: WebhookEndpoint, change: EndpointChange): Promise<WebhookEndpoint | undefined>
}

export interface DeliveryPage {
  /** `seq` of the last delivery of the page before. */
  readonly beforeSeq?: number
  readonly limit: number
}

export interface WaitingDeliveries {
  readonly count: number
  /** Null where none waits. */
  readonly oldestAt: Date | null
}

export interface DeliveryStore {
  append(deliveries: readonly NewDelivery[]): Promise<void>
  /** The oldest that waits. */
  next(applicationId: string, endpointId: string): Promise<Delivery | undefined>
  /** What all applications together have waiting for endpoints that are switched on. */
  waiting(): Promise<WaitingDeliveries>
  find(applicationId: string, endpointId: string, id: string): Promise<Delivery | undefined>
  /** Newest first. */
  list(applicationId: string, endpointId: string, page: DeliveryPage): Promise<readonly Delivery[]>
  /** What arrived for somebody who was erased meanwhile keeps no body. */
  attempted(delivery: Delivery, attempt: WebhookAttempt): Promise<void>
  /** Waits to be sent again. @returns whether there was something left to send */
  requeue(delivery: Delivery): Promise<boolean>
  /**
   * What a person did that is still kept, whatever the endpoint; not that the person was deleted. Held until the transaction ends:
   * whether a delivery waits decides what becomes of its body.
   */
  aboutSubject(applicationId: string, subjectId: string): Promise<readonly Delivery[]>
  /** Replaces a body and forgets whose it was. */
  rewrite(delivery: Delivery, body: string): Promise<void>
}

/** What came back from a receiver. */
export type WebhookAnswer = Pick<WebhookAttempt, 'httpStatus' | 'error'>

export interface WebhookPost {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The way out. Never connects to an address that the operator would not want to be reached from inside. */
export interface WebhookSender {
  /** @throws MienError REQUEST_INVALID when nothing would ever be sent there */
  check(url: string): Promise<void>
  /** One attempt, five seconds at most, redirects not followed. Never rejects. */
  post(post: WebhookPost): Promise<WebhookAnswer>
}
