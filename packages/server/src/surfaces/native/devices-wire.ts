import { createRoute, z } from '@hono/zod-openapi'
import { device, deviceApproval, deviceList } from '@mien/shared/api/devices'
import { answer, backend, body, facialIdParams, failure, noContent, uuidParam } from './wire.ts'

const deviceParams = z.object({ facial_id: uuidParam, device_id: uuidParam })

export const listDevices = createRoute({
  method: 'get',
  path: '/v1/subjects/{facial_id}/devices',
  summary: 'List the devices of one person, with those that wait for approval',
  security: backend,
  request: { params: facialIdParams },
  responses: { 200: answer('Oldest first', deviceList), ...failure },
})

export const approveDevice = createRoute({
  method: 'post',
  path: '/v1/subjects/{facial_id}/devices/{device_id}/approve',
  summary: 'Let in a device that waits',
  description:
    'Somebody with the face of this person asked for it, or with a photograph of that face: ask the person first.',
  security: backend,
  request: { params: deviceParams, ...body(deviceApproval) },
  responses: { 200: answer('The device', device), ...failure },
})

export const revokeDevice = createRoute({
  method: 'delete',
  path: '/v1/subjects/{facial_id}/devices/{device_id}',
  summary: 'Take a device away: its key signs no more',
  security: backend,
  request: { params: deviceParams },
  responses: noContent,
})
