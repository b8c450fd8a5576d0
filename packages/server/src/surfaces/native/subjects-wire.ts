import { createRoute, z } from '@hono/zod-openapi'
import { consentEntry, consentList, consentRequest } from '@mien/shared/api/consents'
import { externalRef, galleryName } from '@mien/shared/api/fields'
import { erasure, personExport } from '@mien/shared/api/people'
import {
  payloadRequest,
  pinRequest,
  subject,
  subjectList,
  subjectPatch,
  subjectRequest,
} from '@mien/shared/api/subjects'
import type { ZodMiniType } from 'zod/mini'
import {
  answer,
  backend,
  body,
  facialIdParams,
  failure,
  idempotencyHeader,
  limitParam,
  noContent,
  uuidParam,
} from './wire.ts'

const textParam = (schema: ZodMiniType<string>) =>
  z
    .string()
    .refine((text) => schema.safeParse(text).success)
    .optional()

const subjectQuery = z.strictObject({
  limit: limitParam,
  cursor: uuidParam.optional(),
  gallery: textParam(galleryName),
  user_ref: textParam(externalRef),
})

export const createSubject = createRoute({
  method: 'post',
  path: '/v1/subjects',
  summary: 'Add a person without a face, for now',
  security: backend,
  request: { ...body(subjectRequest), headers: idempotencyHeader },
  responses: { 201: answer('The person', subject), ...failure },
})

export const listSubjects = createRoute({
  method: 'get',
  path: '/v1/subjects',
  summary: 'List people',
  security: backend,
  request: { query: subjectQuery },
  responses: { 200: answer('A page of people', subjectList), ...failure },
})

export const getSubject = createRoute({
  method: 'get',
  path: '/v1/subjects/{facial_id}',
  summary: 'Read one person',
  security: backend,
  request: { params: facialIdParams },
  responses: { 200: answer('The person', subject), ...failure },
})

export const deleteSubject = createRoute({
  method: 'delete',
  path: '/v1/subjects/{facial_id}',
  summary: 'Erase one person',
  security: backend,
  request: { params: facialIdParams },
  responses: noContent,
})

export const exportSubject = createRoute({
  method: 'get',
  path: '/v1/subjects/{facial_id}/export',
  summary: 'Everything that is kept of one person, without templates, PIN and keys',
  security: backend,
  request: { params: facialIdParams },
  responses: { 200: answer('Everything', personExport), ...failure },
})

export const certifyErasure = createRoute({
  method: 'get',
  path: '/v1/erasures/{facial_id}',
  summary: 'A signed certificate that a person was erased and nothing of them is left',
  security: backend,
  request: { params: facialIdParams },
  responses: { 200: answer('The certificate', erasure), ...failure },
})

export const putPayload = createRoute({
  method: 'put',
  path: '/v1/subjects/{facial_id}/payload',
  summary: 'Replace the payload',
  security: backend,
  request: { params: facialIdParams, ...body(payloadRequest) },
  responses: noContent,
})

export const putPin = createRoute({
  method: 'put',
  path: '/v1/subjects/{facial_id}/pin',
  summary: 'Set the PIN and unlock it',
  security: backend,
  request: { params: facialIdParams, ...body(pinRequest) },
  responses: noContent,
})

export const deletePin = createRoute({
  method: 'delete',
  path: '/v1/subjects/{facial_id}/pin',
  summary: 'Remove the PIN',
  security: backend,
  request: { params: facialIdParams },
  responses: noContent,
})

export const deleteLockouts = createRoute({
  method: 'delete',
  path: '/v1/subjects/{facial_id}/lockouts',
  summary: 'Let a person try again whose face was refused too often',
  description: 'On every device. A locked PIN is set anew instead.',
  security: backend,
  request: { params: facialIdParams },
  responses: noContent,
})

export const patchSubject = createRoute({
  method: 'patch',
  path: '/v1/subjects/{facial_id}',
  summary: 'Change name or reference',
  security: backend,
  request: { params: facialIdParams, ...body(subjectPatch) },
  responses: { 200: answer('The person', subject), ...failure },
})

export const listConsents = createRoute({
  method: 'get',
  path: '/v1/subjects/{facial_id}/consents',
  summary: 'Read what a person agreed to, also after they were erased',
  security: backend,
  request: { params: facialIdParams },
  responses: { 200: answer('Newest first', consentList), ...failure },
})

export const addConsent = createRoute({
  method: 'post',
  path: '/v1/subjects/{facial_id}/consents',
  summary: 'Write down a consent that the backend vouches for',
  description: 'Consent is withdrawn by erasing the person: nothing else makes the template go.',
  security: backend,
  request: { params: facialIdParams, ...body(consentRequest), headers: idempotencyHeader },
  responses: { 201: answer('The record', consentEntry), ...failure },
})
