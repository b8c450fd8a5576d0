import { createRoute, z } from '@hono/zod-openapi'
import {
  passkeyList,
  passkeyOptionsRequest,
  passkeyOptionsResponse,
  passkeyRegistration,
} from '@mien/shared/api/passkeys'
import { answer, backend, body, facialIdParams, failure, noContent, page, uuidParam } from './wire.ts'

export const askPasskeyOptions = createRoute({
  method: 'post',
  path: '/v1/passkey-options',
  summary: 'Ask for what a passkey has to sign, beside a recognised face or to be added',
  security: page,
  request: body(passkeyOptionsRequest),
  responses: { 201: answer('Options for `navigator.credentials`', passkeyOptionsResponse), ...failure },
})

export const addPasskey = createRoute({
  method: 'post',
  path: '/v1/passkeys',
  summary: 'Add a passkey to the person whom the session has just enrolled or let in',
  description:
    'Within five minutes. After a sign-in only where a second factor was given that would enroll another device as well.',
  security: page,
  request: body(passkeyRegistration),
  responses: noContent,
})

export const listPasskeys = createRoute({
  method: 'get',
  path: '/v1/subjects/{facial_id}/passkeys',
  summary: 'List the passkeys of one person',
  security: backend,
  request: { params: facialIdParams },
  responses: { 200: answer('Oldest first', passkeyList), ...failure },
})

export const revokePasskey = createRoute({
  method: 'delete',
  path: '/v1/subjects/{facial_id}/passkeys/{passkey_id}',
  summary: 'Take a passkey away: it signs no more',
  security: backend,
  request: { params: z.object({ facial_id: uuidParam, passkey_id: uuidParam }) },
  responses: noContent,
})
