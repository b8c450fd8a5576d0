import * as z from 'zod/mini'
import { timestamp, uuid } from './fields.ts'

/**
 * What an application may listen to. The first three are FACEIO's names; the others say that somebody was refused, or that a device
 * became somebody's or waits to be approved, and are sent only where they were asked for.
 */
export const webhookEvents = ['enroll', 'auth', 'deletion', 'enroll_failed', 'auth_failed', 'device_added'] as const
export const webhookEvent = z.enum(webhookEvents)
export type WebhookEvent = z.infer<typeof webhookEvent>

/** How event names are written: FACEIO's own examples have both. */
export const webhookCasing = z.enum(['lower', 'upper'])
export type WebhookCasing = z.infer<typeof webhookCasing>

/** `disabled` after three days without an answer, or by its owner: nothing is sent, what happens is kept for later. */
export const webhookStatus = z.enum(['active', 'disabled'])
export type WebhookStatus = z.infer<typeof webhookStatus>

const url = z.string().check(z.minLength(1), z.maxLength(2048))
const events = z.array(webhookEvent).check(
  z.minLength(1),
  z.refine((names) => new Set(names).size === names.length, { error: 'An event is named twice' }),
)

/** `POST /v1/webhooks`. Left out: the three events that FACEIO has, lower case, no payload. */
export const webhookRequest = z.strictObject({
  url,
  events: z.optional(events),
  casing: z.optional(webhookCasing),
  include_payload: z.optional(z.boolean()),
})
export type WebhookRequest = z.infer<typeof webhookRequest>

/** `PATCH /v1/webhooks/{webhook_id}`: what is left out stays. `status: active` starts a disabled one again. */
export const webhookPatch = z.extend(z.partial(webhookRequest), {
  url: z.optional(url),
  status: z.optional(webhookStatus),
})
export type WebhookPatch = z.infer<typeof webhookPatch>

export const webhook = z.strictObject({
  webhook_id: uuid,
  url,
  events,
  casing: webhookCasing,
  include_payload: z.boolean(),
  status: webhookStatus,
  /** Since when no attempt succeeded; null while it answers. */
  failing_since: z.nullable(timestamp),
  /** Deliveries that wait to be sent. */
  pending: z.int(),
  created_at: timestamp,
})
export type Webhook = z.infer<typeof webhook>

export const webhookList = z.strictObject({ webhooks: z.array(webhook) })
export type WebhookList = z.infer<typeof webhookList>

/** The only moment at which both secrets can be read together. */
export const webhookCreated = z.extend(webhook, {
  /** `whsec_` and base64: verifies `webhook-signature`. */
  signing_secret: z.string(),
  /** Sent as `WWW-Authenticate: Bearer …`, as FACEIO does. */
  bearer_token: z.string(),
})
export type WebhookCreated = z.infer<typeof webhookCreated>

export const webhookSecretKind = z.enum(['signing_secret', 'bearer_token'])
export type WebhookSecretKind = z.infer<typeof webhookSecretKind>

/** `POST /v1/webhooks/{webhook_id}/secret`. Both signing secrets sign for 24 hours; a bearer token is replaced at once. */
export const webhookSecretRequest = z.strictObject({ kind: webhookSecretKind })
export type WebhookSecretRequest = z.infer<typeof webhookSecretRequest>

export const webhookSecret = z.strictObject({ kind: webhookSecretKind, secret: z.string() })
export type WebhookSecret = z.infer<typeof webhookSecret>

/** Why an attempt came to no 2xx. `status`: it answered something else, a redirect included. */
export const webhookFailures = [
  'address_refused',
  'name_not_found',
  'connection_failed',
  'tls_failed',
  'timeout',
  'status',
] as const
export const webhookFailure = z.enum(webhookFailures)
export type WebhookFailure = z.infer<typeof webhookFailure>

/** `POST /v1/webhooks/{webhook_id}/test`: one signed event named `test`, sent now and outside the queue. */
export const webhookTestRequest = z.strictObject({})
export const webhookTestResult = z.strictObject({
  delivered: z.boolean(),
  /** What the receiver answered; null when it did not. */
  http_status: z.nullable(z.int()),
  error: z.nullable(webhookFailure),
})
export type WebhookTestResult = z.infer<typeof webhookTestResult>

/** One event on its way to one receiver: a line of the delivery log. */
export const webhookDelivery = z.strictObject({
  /** The header `webhook-id`: the same for every attempt. */
  delivery_id: uuid,
  event: webhookEvent,
  /** Null where nobody was recognised, and once the person was erased. */
  facial_id: z.nullable(uuid),
  state: z.enum(['pending', 'delivered']),
  attempts: z.int(),
  last_attempt_at: z.nullable(timestamp),
  last_status: z.nullable(z.int()),
  last_error: z.nullable(webhookFailure),
  delivered_at: z.nullable(timestamp),
  created_at: timestamp,
})
export type WebhookDelivery = z.infer<typeof webhookDelivery>

/** `GET /v1/webhooks/{webhook_id}/deliveries?limit&cursor`, newest first. */
export const webhookDeliveryList = z.strictObject({
  deliveries: z.array(webhookDelivery),
  /** Opaque; null after the last page. */
  next_cursor: z.nullable(z.string()),
})
export type WebhookDeliveryList = z.infer<typeof webhookDeliveryList>

/** `POST /v1/webhooks/{webhook_id}/deliveries/{delivery_id}/replay`. */
export const webhookReplayRequest = z.strictObject({})
