import { createRoute, z } from '@hono/zod-openapi'
import {
  application,
  applicationCredentials,
  applicationList,
  applicationRequest,
  applicationSettingsPatch,
  credentialList,
  rotateRequest,
  rotateResponse,
} from '@mien/shared/api/applications'
import { challengeRequest, challengeResponse } from '@mien/shared/api/challenges'
import { errorBody } from '@mien/shared/api/errors'
import { galleryName, localeTag } from '@mien/shared/api/fields'
import {
  gallery,
  galleryList,
  galleryPatch,
  galleryRequest,
  galleryStats,
  galleryStatsList,
} from '@mien/shared/api/galleries'
import { auditChainReport, auditHeadList, auditVerifyRequest } from '@mien/shared/api/monitoring'
import { jwks, redeemRequest, redeemResponse } from '@mien/shared/api/results'
import { sessionRequest, sessionResponse } from '@mien/shared/api/sessions'
import { signingKeyList, signingKeyRequest } from '@mien/shared/api/signing-keys'
import { stepUpRequest } from '@mien/shared/api/step-ups'
import { keyRenewal, masterKeyRotation, retentionReport, retentionRequest } from '@mien/shared/api/stored-keys'
import { submissionRequest, submissionResponse } from '@mien/shared/api/submissions'
import { isCanonicalUuid } from '@mien/shared/ids'
import type { ZodMiniType } from 'zod/mini'
import { documentSchema, wireSchema } from '../../http/wire-schema.ts'

const json = <Output>(schema: ZodMiniType<Output>) => ({ 'application/json': { schema: wireSchema(schema) } })
export const body = <Output>(schema: ZodMiniType<Output>) => ({ body: { required: true, content: json(schema) } })
export const answer = <Output>(description: string, schema: ZodMiniType<Output>) => ({
  description,
  content: json(schema),
})

/** Errors of every route; which codes there are is in shared/errors. */
export const failure = { default: { description: 'What went wrong', content: json(errorBody) } }
/** What a repeat of a POST is answered with: see the header `Idempotency-Key`. */
export const idempotencyHeader = z.object({
  'idempotency-key': z.string().optional().openapi({
    description:
      'Up to 128 visible ASCII characters. The same key with the same request gets the same answer for 24 hours, marked by `Idempotency-Replayed: true`; with another request, 422.',
  }),
})
export const noContent = { 204: { description: 'Done' }, ...failure }

export const backend = [{ secretKey: [] }]
export const page = [{ clientToken: [] }]
export const admin = [{ adminToken: [] }]

export const uuidParam = z.string().refine(isCanonicalUuid)
export const facialIdParams = z.object({ facial_id: uuidParam })
const applicationIdParams = z.object({ application_id: uuidParam })

/** Digits only: `Number` would take `1e2`, `0x10` and spaces too. */
export const limitParam = z
  .string()
  .regex(/^[1-9]\d{0,2}$/)
  .transform(Number)
  .optional()

/** As many as the body of `POST /v1/sessions` may name, with commas between them. */
const localesParam = z
  .string()
  .transform((text) => text.split(','))
  .refine((tags) => tags.length <= 10 && tags.every((tag) => localeTag.safeParse(tag).success))
  .optional()

export const openSession = createRoute({
  method: 'post',
  path: '/v1/sessions',
  summary: 'Start a ceremony',
  security: [{ secretKey: [] }, { publicId: [] }],
  request: { ...body(sessionRequest), headers: idempotencyHeader },
  responses: { 201: answer('The session', sessionResponse), ...failure },
})

export const readSession = createRoute({
  method: 'get',
  path: '/v1/sessions/current',
  summary: 'Read the session behind a client token that a backend handed over',
  security: page,
  request: { query: z.strictObject({ locales: localesParam }) },
  responses: { 200: answer('The session', sessionResponse), ...failure },
})

export const askChallenge = createRoute({
  method: 'post',
  path: '/v1/challenges',
  summary: 'Ask for a one-time challenge',
  security: page,
  request: body(challengeRequest),
  responses: { 201: answer('The challenge', challengeResponse), ...failure },
})

const jpeg = { type: 'string', format: 'binary' } as const

/** For the description only: what comes is read and checked by `readSubmission`, which takes pictures too. */
function submissionForm() {
  const envelope = documentSchema(submissionRequest)
  const crops = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`crop${i}`, jpeg]))
  const form = {
    type: 'object',
    properties: { envelope, ...crops },
    required: ['envelope'],
    additionalProperties: false,
  }
  const encoding = {
    envelope: { contentType: 'application/json' },
    ...Object.fromEntries(Object.keys(crops).map((name) => [name, { contentType: 'image/jpeg' }])),
  }
  return { 'multipart/form-data': { schema: form as object, encoding } }
}

function submissionBody() {
  const alone = { 'application/json': { schema: documentSchema(submissionRequest) as object } }
  return { body: { required: true, content: { ...alone, ...submissionForm() } } }
}

export const submitCapture = createRoute({
  method: 'post',
  path: '/v1/submissions',
  summary: 'Submit the templates of one capture',
  description:
    'JSON, or, where the challenge has a `capture_script`, a form: first the part `envelope` with that JSON, then the pictures `crop0`, `crop1`, … in the order of the steps; at most 512 KB. `Mien-Signature` covers the bytes of the JSON. Where the challenge has a `crop_commitment` the answer may be `reveal`: see `POST /v1/reveals`.',
  security: page,
  request: submissionBody(),
  responses: { 200: answer('The decision', submissionResponse), ...failure },
})

export const revealPictures = createRoute({
  method: 'post',
  path: '/v1/reveals',
  summary: 'Send the pictures that a submission committed to, after the answer `reveal`',
  description:
    'A form: first the part `envelope` with the submission, byte for byte as it was sent, then the pictures `crop0`, `crop1`, … of its `crops`; at most 512 KB. Once, within `expires_in` seconds, in the same session. `Mien-Signature` as before, by the same key.',
  security: page,
  request: { body: { required: true, content: submissionForm() } },
  responses: { 200: answer('The decision', submissionResponse), ...failure },
})

export const stepUp = createRoute({
  method: 'post',
  path: '/v1/step-ups',
  summary: 'Give the PIN, or what a passkey signed, beside a recognised face',
  security: page,
  request: body(stepUpRequest),
  responses: { 200: answer('The decision', submissionResponse), ...failure },
})

export const redeemResult = createRoute({
  method: 'post',
  path: '/v1/results/redeem',
  summary: 'Exchange a result code for a signed assertion, once',
  security: backend,
  request: body(redeemRequest),
  responses: { 200: answer('Who it was', redeemResponse), ...failure },
})

export const publishKeys = createRoute({
  method: 'get',
  path: '/.well-known/jwks.json',
  summary: 'The keys that sign assertions',
  responses: { 200: answer('JSON Web Key Set', jwks), ...failure },
})

export const listGalleries = createRoute({
  method: 'get',
  path: '/v1/galleries',
  summary: 'List galleries',
  security: backend,
  responses: { 200: answer('All galleries', galleryList), ...failure },
})

export const createGallery = createRoute({
  method: 'post',
  path: '/v1/galleries',
  summary: 'Create a gallery',
  security: backend,
  request: { ...body(galleryRequest), headers: idempotencyHeader },
  responses: { 201: answer('The gallery', gallery), ...failure },
})

const galleryParams = z.object({ name: z.string().refine((text) => galleryName.safeParse(text).success) })

export const getGallery = createRoute({
  method: 'get',
  path: '/v1/galleries/{name}',
  summary: 'Read one gallery',
  security: backend,
  request: { params: galleryParams },
  responses: { 200: answer('The gallery', gallery), ...failure },
})

export const patchGallery = createRoute({
  method: 'patch',
  path: '/v1/galleries/{name}',
  summary: 'Choose what searches a gallery',
  security: backend,
  request: { params: galleryParams, ...body(galleryPatch) },
  responses: { 200: answer('The gallery', gallery), ...failure },
})

export const deleteGallery = createRoute({
  method: 'delete',
  path: '/v1/galleries/{name}',
  summary: 'Remove a gallery that nobody is in and no credential works on',
  security: backend,
  request: { params: galleryParams },
  responses: noContent,
})

export const createApplication = createRoute({
  method: 'post',
  path: '/v1/admin/applications',
  summary: 'Create an application; its secrets are shown this once',
  security: admin,
  request: body(applicationRequest),
  responses: { 201: answer('The credentials', applicationCredentials), ...failure },
})

export const listApplications = createRoute({
  method: 'get',
  path: '/v1/admin/applications',
  summary: 'List applications',
  security: admin,
  responses: { 200: answer('All applications', applicationList), ...failure },
})

export const deleteApplication = createRoute({
  method: 'delete',
  path: '/v1/admin/applications/{application_id}',
  summary: 'Erase an application with everyone in it',
  security: admin,
  request: { params: applicationIdParams },
  responses: noContent,
})

export const patchSettings = createRoute({
  method: 'patch',
  path: '/v1/admin/applications/{application_id}/settings',
  summary: 'Change settings',
  security: admin,
  request: { params: applicationIdParams, ...body(applicationSettingsPatch) },
  responses: { 200: answer('The application', application), ...failure },
})

export const rotateKey = createRoute({
  method: 'post',
  path: '/v1/admin/applications/{application_id}/keys',
  summary: 'Make a credential; one of the same kind and name stops at once',
  security: admin,
  request: { params: applicationIdParams, ...body(rotateRequest) },
  responses: { 201: answer('The new secret, shown this once', rotateResponse), ...failure },
})

export const listKeys = createRoute({
  method: 'get',
  path: '/v1/admin/applications/{application_id}/keys',
  summary: 'List credentials, without their secrets',
  security: admin,
  request: { params: applicationIdParams },
  responses: { 200: answer('All credentials', credentialList), ...failure },
})

export const listAdminGalleries = createRoute({
  method: 'get',
  path: '/v1/admin/applications/{application_id}/galleries',
  summary: 'List the galleries of an application, and what searches them',
  security: admin,
  request: { params: applicationIdParams },
  responses: { 200: answer('All galleries', galleryStatsList), ...failure },
})

export const patchAdminGallery = createRoute({
  method: 'patch',
  path: '/v1/admin/applications/{application_id}/galleries/{name}',
  summary: 'Choose what searches a gallery of an application',
  security: admin,
  request: { params: applicationIdParams.extend(galleryParams.shape), ...body(galleryPatch) },
  responses: { 200: answer('The gallery', galleryStats), ...failure },
})

export const listAuditChains = createRoute({
  method: 'get',
  path: '/v1/admin/audit/heads',
  summary: "Where the chain of each application's audit log ends, to be noted elsewhere",
  security: admin,
  responses: { 200: answer('The heads', auditHeadList), ...failure },
})

export const verifyAuditChain = createRoute({
  method: 'post',
  path: '/v1/admin/audit/{application_id}/verify',
  summary: "Walk the chain of an application's audit log, also of one that was deleted",
  security: admin,
  request: { params: applicationIdParams, ...body(auditVerifyRequest) },
  responses: { 200: answer('What was found', auditChainReport), ...failure },
})

export const listSigningKeys = createRoute({
  method: 'get',
  path: '/v1/admin/signing-keys',
  summary: 'List the keys that sign assertions',
  security: admin,
  responses: { 200: answer('Oldest first', signingKeyList), ...failure },
})

export const rotateSigningKey = createRoute({
  method: 'post',
  path: '/v1/admin/signing-keys',
  summary:
    'Make a new key to sign assertions with; it signs ten minutes later, and what was signed before holds until it expires',
  security: admin,
  request: body(signingKeyRequest),
  responses: { 201: answer('All keys, oldest first', signingKeyList), ...failure },
})

const renewalOf = { params: z.object({ application_id: uuidParam }) }

export const readKeyRenewal = createRoute({
  method: 'get',
  path: '/v1/admin/applications/{application_id}/key-renewal',
  summary: 'How far the keys that protect what is stored of an application are replaced',
  security: admin,
  request: renewalOf,
  responses: { 200: answer('How far', keyRenewal), ...failure },
})

export const renewKeys = createRoute({
  method: 'post',
  path: '/v1/admin/applications/{application_id}/key-renewal',
  summary: 'Replace the keys that protect what is stored of an application; goes on after the answer',
  security: admin,
  request: renewalOf,
  responses: { 202: answer('It has begun', keyRenewal), ...failure },
})

export const rotateMasterKey = createRoute({
  method: 'post',
  path: '/v1/admin/master-key',
  summary: 'Seal every key again under a new master key',
  security: admin,
  responses: { 200: answer('How many keys', masterKeyRotation), ...failure },
})

export const runRetention = createRoute({
  method: 'post',
  path: '/v1/admin/retention',
  summary: 'Erase who was not there for retention_days now; confirm a clock that went on by more than a week',
  security: admin,
  request: body(retentionRequest),
  responses: { 200: answer('How many people', retentionReport), ...failure },
})

export const removeKey = createRoute({
  method: 'delete',
  path: '/v1/admin/applications/{application_id}/keys/{credential_id}',
  summary: 'Remove one credential; it stops at once',
  security: admin,
  request: { params: z.object({ application_id: uuidParam, credential_id: uuidParam }) },
  responses: noContent,
})

export const securitySchemes = {
  secretKey: { type: 'http', scheme: 'bearer', description: 'Secret key of an application; for backends only' },
  adminToken: { type: 'http', scheme: 'bearer', description: 'The token in the data folder' },
  publicId: { type: 'http', scheme: 'Public', description: '`Authorization: Public <public id>`' },
  clientToken: { type: 'http', scheme: 'Session', description: '`Authorization: Session <client token>`' },
} as const
