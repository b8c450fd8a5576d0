import { createRoute, z } from '@hono/zod-openapi'
import {
  faceAdded,
  faceList,
  faceRequest,
  identifyRequest,
  identifyResponse,
  verifyRequest,
  verifyResponse,
} from '@mien/shared/api/faces'
import * as mini from 'zod/mini'
import { answer, backend, facialIdParams, failure, idempotencyHeader, noContent, uuidParam } from './wire.ts'

const binary = { type: 'string', format: 'binary' } as const

/** For the description only: what comes is read and checked by `readFaceRequest`, which takes larger bodies than other routes. */
function faceBody(schema: mini.ZodMiniType) {
  const { $schema: _, ...json } = mini.toJSONSchema(schema)
  const form = { ...json, properties: { ...json.properties, image: binary } }
  const content = {
    'application/json': { schema: json as object },
    'multipart/form-data': { schema: form as object },
    'image/jpeg': { schema: binary },
    'image/png': { schema: binary },
    'image/webp': { schema: binary },
  }
  return { body: { required: true, content } }
}

const spellings =
  'A photograph comes as the part `image` of a form, as the whole body (then the other fields are in the query), or as base64 in JSON; a template comes in JSON.'
const noSignIn =
  'For backends. Nothing is signed, and nobody looked whether the face was live: this is a comparison, not a sign-in.'

export const addFace = createRoute({
  method: 'post',
  path: '/v1/subjects/{facial_id}/faces',
  summary: 'Enroll a photograph or a template',
  description: `${spellings} Gates, in this order: morph, quality, somebody else's face.`,
  security: backend,
  request: { params: facialIdParams, headers: idempotencyHeader, ...faceBody(faceRequest) },
  responses: { 201: answer('The face', faceAdded), ...failure },
})

export const listFaces = createRoute({
  method: 'get',
  path: '/v1/subjects/{facial_id}/faces',
  summary: 'List the faces of one person',
  security: backend,
  request: { params: facialIdParams },
  responses: { 200: answer('Oldest first', faceList), ...failure },
})

export const deleteFace = createRoute({
  method: 'delete',
  path: '/v1/subjects/{facial_id}/faces/{face_id}',
  summary: 'Erase one face',
  security: backend,
  request: { params: z.object({ facial_id: uuidParam, face_id: uuidParam }) },
  responses: noContent,
})

export const getImage = createRoute({
  method: 'get',
  path: '/v1/subjects/{facial_id}/image',
  summary: 'Read the picture that is kept, where the application keeps pictures',
  security: backend,
  request: { params: facialIdParams },
  responses: {
    200: { description: 'Upright, without metadata', content: { 'image/jpeg': { schema: binary } } },
    ...failure,
  },
})

export const deleteImage = createRoute({
  method: 'delete',
  path: '/v1/subjects/{facial_id}/image',
  summary: 'Erase the picture that is kept; the face stays',
  security: backend,
  request: { params: facialIdParams },
  responses: noContent,
})

export const verify = createRoute({
  method: 'post',
  path: '/v1/verify',
  summary: 'Compare a face with one person',
  description: `${noSignIn} ${spellings}`,
  security: backend,
  request: faceBody(verifyRequest),
  responses: { 200: answer('How alike they are', verifyResponse), ...failure },
})

export const identify = createRoute({
  method: 'post',
  path: '/v1/identify',
  summary: 'Look for a face in a gallery',
  description: `${noSignIn} ${spellings}`,
  security: backend,
  request: faceBody(identifyRequest),
  responses: { 200: answer('Who it may be', identifyResponse), ...failure },
})
