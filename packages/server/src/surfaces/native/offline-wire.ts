import { createRoute, z } from '@hono/zod-openapi'
import {
  eventOutcome,
  offlineDeviceCreated,
  offlineDeviceList,
  offlineDeviceRequest,
  offlineEventList,
  quarantineDecision,
} from '@mien/shared/api/sync'
import { admin, answer, backend, body, failure, idempotencyHeader, limitParam, noContent, uuidParam } from './wire.ts'

const deviceParams = z.object({ device_id: uuidParam })

export const inviteDevice = createRoute({
  method: 'post',
  path: '/v1/offline-devices',
  summary: 'Make a kiosk that may hold one gallery; its registration code is shown this once',
  description:
    'Where `offline` is `kiosk` or `both`. The code lives an hour and makes one key the kiosk’s: whoever redeems it is handed the templates of the gallery.',
  security: backend,
  request: { ...body(offlineDeviceRequest), headers: idempotencyHeader },
  responses: { 201: answer('The kiosk and its code', offlineDeviceCreated), ...failure },
})

export const listDevices = createRoute({
  method: 'get',
  path: '/v1/offline-devices',
  summary: 'List the devices that may work without the server, with those that were revoked',
  security: backend,
  responses: { 200: answer('Oldest first', offlineDeviceList), ...failure },
})

export const revokeDevice = createRoute({
  method: 'delete',
  path: '/v1/offline-devices/{device_id}',
  summary: 'Revoke one: it is handed nothing more, and forgets what it holds of people when it next asks',
  security: backend,
  request: { params: deviceParams },
  responses: noContent,
})

const applicationParams = z.object({ application_id: uuidParam })

export const inviteAsOperator = createRoute({
  method: 'post',
  path: '/v1/admin/applications/{application_id}/offline-devices',
  summary: 'As `POST /v1/offline-devices`, by whoever runs the server',
  security: admin,
  request: { params: applicationParams, ...body(offlineDeviceRequest) },
  responses: { 201: answer('The kiosk and its code', offlineDeviceCreated), ...failure },
})

export const listAsOperator = createRoute({
  method: 'get',
  path: '/v1/admin/applications/{application_id}/offline-devices',
  summary: 'As `GET /v1/offline-devices`, by whoever runs the server',
  security: admin,
  request: { params: applicationParams },
  responses: { 200: answer('Oldest first', offlineDeviceList), ...failure },
})

export const revokeAsOperator = createRoute({
  method: 'delete',
  path: '/v1/admin/applications/{application_id}/offline-devices/{device_id}',
  summary: 'As `DELETE /v1/offline-devices/{device_id}`, by whoever runs the server',
  security: admin,
  request: { params: z.object({ application_id: uuidParam, device_id: uuidParam }) },
  responses: noContent,
})

const statusParam = z.enum(['accepted', 'rejected', 'conflict', 'quarantined']).optional()
const numberParam = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number)
  .optional()

export const listEvents = createRoute({
  method: 'get',
  path: '/v1/offline-events',
  summary: 'List what devices say happened without the server',
  security: backend,
  request: {
    query: z.strictObject({
      device: uuidParam.optional(),
      status: statusParam,
      limit: limitParam,
      cursor: numberParam,
    }),
  },
  responses: { 200: answer('Newest first', offlineEventList), ...failure },
})

export const decideEvent = createRoute({
  method: 'post',
  path: '/v1/offline-devices/{device_id}/events/{event_id}/decision',
  summary: 'Accept or decline an event that waits',
  description: 'Accepted, it is judged as if it had just come in; a draft goes through the checks of any enrolment.',
  security: backend,
  request: { params: z.object({ device_id: uuidParam, event_id: uuidParam }), ...body(quarantineDecision) },
  responses: { 200: answer('What became of it', eventOutcome), ...failure },
})
