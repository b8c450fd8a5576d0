import { createRoute } from '@hono/zod-openapi'
import {
  kioskRegistration,
  ownDeviceRegistration,
  pullRequest,
  pullResponse,
  syncRegistration,
  syncRequest,
  syncResponse,
  ticketsRequest,
  ticketsResponse,
} from '@mien/shared/api/sync'
import type { ZodMiniType } from 'zod/mini'
import { documentSchema } from '../../http/wire-schema.ts'
import { answer, failure, page } from './wire.ts'

const signed =
  '`Mien-Signature` covers the bytes of the JSON, with the protected header `{"alg":"ES256","kid":<key id>,"typ":"mien-sync+jws"}`.'

/** For the description only: a signature covers what came, so the body is read and checked by the handler. */
const signedBody = (schema: ZodMiniType) => ({
  body: { required: true, content: { 'application/json': { schema: documentSchema(schema) as object } } },
})

export const registerKiosk = createRoute({
  method: 'post',
  path: '/v1/sync/kiosks',
  summary: 'Make the key that signs this the key of a kiosk, by its registration code',
  description: signed,
  request: signedBody(kioskRegistration),
  responses: { 201: answer('What the kiosk is', syncRegistration), ...failure },
})

export const registerOwnDevice = createRoute({
  method: 'post',
  path: '/v1/sync/own-devices',
  summary: 'Let the device that signs this hold the template of the person who has just signed in on it',
  description: `Within five minutes, where \`offline\` is \`own_device\` or \`both\`. ${signed}`,
  security: page,
  request: signedBody(ownDeviceRegistration),
  responses: { 201: answer('What the device is', syncRegistration), ...failure },
})

export const pull = createRoute({
  method: 'post',
  path: '/v1/sync/pull',
  summary: 'Ask for what changed of whom the device may recognise, and acknowledge what it has applied',
  description: `\`gone\`: the device was revoked. \`quota_reached\`: the gallery has more people than a kiosk may hold. ${signed}`,
  request: signedBody(pullRequest),
  responses: { 200: answer('A page', pullResponse), ...failure },
})

export const askTickets = createRoute({
  method: 'post',
  path: '/v1/sync/tickets',
  summary: 'Ask for tickets, each of which pays for one event',
  description: `\`conflict\`: the device has not applied what there is for 72 hours. \`forbidden\`: its key works in two places. ${signed}`,
  request: signedBody(ticketsRequest),
  responses: { 200: answer('All that are unused', ticketsResponse), ...failure },
})

export const sync = createRoute({
  method: 'post',
  path: '/v1/sync',
  summary: 'Say what happened without the server; it may come again, and counts once',
  description: `At most 200 events and 512 KB. Each event has its own answer; none signs anybody in. Without events it tells the time. ${signed}`,
  request: signedBody(syncRequest),
  responses: { 200: answer('What became of each', syncResponse), ...failure },
})
