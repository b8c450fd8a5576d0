import { createRoute, z } from '@hono/zod-openapi'
import {
  webhook,
  webhookCreated,
  webhookDelivery,
  webhookDeliveryList,
  webhookList,
  webhookPatch,
  webhookReplayRequest,
  webhookRequest,
  webhookSecret,
  webhookSecretRequest,
  webhookTestRequest,
  webhookTestResult,
} from '@mien/shared/api/webhooks'
import { answer, body, failure, idempotencyHeader, limitParam, noContent, uuidParam } from './wire.ts'

/** Where one kind of caller finds webhooks, and how it proves who it is. */
export interface WebhookDoor {
  readonly path: string
  readonly security: Record<string, string[]>[]
}

const oneWebhook = z.object({ webhook_id: uuidParam })
const oneDelivery = z.object({ webhook_id: uuidParam, delivery_id: uuidParam })

const logQuery = z.strictObject({
  limit: limitParam,
  cursor: z
    .string()
    .regex(/^[1-9]\d{0,14}$/)
    .transform(Number)
    .optional(),
})

/** The routes of webhooks behind one door. */
export const webhookRoutes = ({ path, security }: WebhookDoor) => ({
  create: createRoute({
    method: 'post',
    path,
    summary: 'Add a webhook; its secrets are shown this once',
    security,
    request: { ...body(webhookRequest), headers: idempotencyHeader },
    responses: { 201: answer('The webhook with its secrets', webhookCreated), ...failure },
  }),
  list: createRoute({
    method: 'get',
    path,
    summary: 'List webhooks',
    security,
    responses: { 200: answer('All webhooks', webhookList), ...failure },
  }),
  find: createRoute({
    method: 'get',
    path: `${path}/{webhook_id}`,
    summary: 'Read one webhook',
    security,
    request: { params: oneWebhook },
    responses: { 200: answer('The webhook', webhook), ...failure },
  }),
  change: createRoute({
    method: 'patch',
    path: `${path}/{webhook_id}`,
    summary: 'Change a webhook, switch it off or on',
    security,
    request: { params: oneWebhook, ...body(webhookPatch) },
    responses: { 200: answer('The webhook', webhook), ...failure },
  }),
  remove: createRoute({
    method: 'delete',
    path: `${path}/{webhook_id}`,
    summary: 'Remove a webhook with what waits to be sent',
    security,
    request: { params: oneWebhook },
    responses: noContent,
  }),
  rotate: createRoute({
    method: 'post',
    path: `${path}/{webhook_id}/secret`,
    summary: 'Replace a secret; a signing secret goes on signing beside the new one for 24 hours',
    security,
    request: { params: oneWebhook, ...body(webhookSecretRequest) },
    responses: { 201: answer('The new secret, shown this once', webhookSecret), ...failure },
  }),
  test: createRoute({
    method: 'post',
    path: `${path}/{webhook_id}/test`,
    summary: 'Send a test event now',
    security,
    request: { params: oneWebhook, ...body(webhookTestRequest) },
    responses: { 200: answer('What the receiver answered', webhookTestResult), ...failure },
  }),
  log: createRoute({
    method: 'get',
    path: `${path}/{webhook_id}/deliveries`,
    summary: 'Read the delivery log, newest first',
    security,
    request: { params: oneWebhook, query: logQuery },
    responses: { 200: answer('A page of deliveries', webhookDeliveryList), ...failure },
  }),
  replay: createRoute({
    method: 'post',
    path: `${path}/{webhook_id}/deliveries/{delivery_id}/replay`,
    summary: 'Send a delivery again, as the next one',
    security,
    request: { params: oneDelivery, ...body(webhookReplayRequest) },
    responses: { 202: answer('The delivery, waiting', webhookDelivery), ...failure },
  }),
})
