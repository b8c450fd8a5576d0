import type { WebhookDelivery, Webhook as WireWebhook } from '@mien/shared/api/webhooks'
import type { CountedEndpoint, Delivery } from '../../domain/webhook-ports.ts'

const time = (date: Date): string => date.toISOString()
const timeOrNull = (date: Date | null): string | null => (date === null ? null : time(date))

export const toWebhook = (endpoint: CountedEndpoint): WireWebhook => ({
  webhook_id: endpoint.id,
  url: endpoint.url,
  events: [...endpoint.events],
  casing: endpoint.casing,
  include_payload: endpoint.includePayload,
  status: endpoint.status,
  failing_since: timeOrNull(endpoint.failingSince),
  pending: endpoint.pending,
  created_at: time(endpoint.createdAt),
})

export const toDelivery = (delivery: Delivery): WebhookDelivery => ({
  delivery_id: delivery.id,
  event: delivery.event,
  facial_id: delivery.subjectId,
  state: delivery.state,
  attempts: delivery.attempts,
  last_attempt_at: timeOrNull(delivery.lastAttemptAt),
  last_status: delivery.lastStatus,
  last_error: delivery.lastError,
  delivered_at: timeOrNull(delivery.deliveredAt),
  created_at: time(delivery.createdAt),
})
