/**
 * Faces that a backend brings: a photograph, or a template. Three spellings of one request: JSON as below; `multipart/form-data`
 * with the photograph as the part `image` and the other fields as text; a body that is the photograph, the other fields in the query.
 */
import * as z from 'zod/mini'
import { consentRequest } from './consents.ts'
import { externalRef, galleryName, modelId, timestamp, uuid } from './fields.ts'

const faceInput = {
  /** Base64 of a JPEG, PNG or WebP file of at most 10 MB, bare or as a `data:` URL. */
  image: z.optional(z.string().check(z.maxLength(14_000_000))),
  /** base64url of the binary template format (`template/format.ts`), instead of `image`. */
  template: z.optional(z.string().check(z.maxLength(24_000))),
}

/** `POST /v1/subjects/{facial_id}/faces`. */
export const faceRequest = z.strictObject({
  ...faceInput,
  /** `replace`: the faces that the person has go. Default: `add`. */
  mode: z.optional(z.enum(['add', 'replace'])),
  /** Written down together with the face. JSON text outside a JSON body. */
  consent: z.optional(consentRequest),
})
export type FaceRequest = z.infer<typeof faceRequest>

export const face = z.strictObject({ face_id: uuid, model_id: modelId, created_at: timestamp })
export type Face = z.infer<typeof face>

/** `GET /v1/subjects/{facial_id}/faces`, oldest first. */
export const faceList = z.strictObject({ faces: z.array(face) })
export type FaceList = z.infer<typeof faceList>

/** 0..1, the grade of the photograph's worst fact; null for a template. */
const quality = z.nullable(z.number())

export const faceAdded = z.extend(face, { quality })
export type FaceAdded = z.infer<typeof faceAdded>

/** `POST /v1/verify`: whether a face is that of one person. Give `facial_id`, or `user_ref` with its gallery. */
export const verifyRequest = z.strictObject({
  ...faceInput,
  facial_id: z.optional(uuid),
  user_ref: z.optional(externalRef),
  /** Of `user_ref`. Default: `default`. */
  gallery: z.optional(galleryName),
})
export type VerifyRequest = z.infer<typeof verifyRequest>

/** A comparison for a backend. Nothing is signed, and whether the face was live nobody looked at: this is no sign-in. */
export const verifyResponse = z.strictObject({
  facial_id: uuid,
  match: z.boolean(),
  /** Cosine, -1..1. */
  score: z.number(),
  /** Cosine from which on it is a match. */
  threshold: z.number(),
  quality,
})
export type VerifyResponse = z.infer<typeof verifyResponse>

/** `POST /v1/identify`: who of a gallery it is. */
export const identifyRequest = z.strictObject({
  ...faceInput,
  /** Default: `default`. */
  gallery: z.optional(galleryName),
  /** People to name. Default: 5. */
  limit: z.optional(z.int().check(z.minimum(1), z.maximum(100))),
  /** Cosine below which nobody is named. Default: the threshold of the gallery. */
  min_score: z.optional(z.number().check(z.minimum(-1), z.maximum(1))),
})
export type IdentifyRequest = z.infer<typeof identifyRequest>

export const identifyResponse = z.strictObject({
  /** `close`: two people of the gallery whom this face does not tell apart. */
  verdict: z.enum(['match', 'close', 'none']),
  /** Of a match. */
  facial_id: z.nullable(uuid),
  /** Best first. */
  candidates: z.array(
    z.strictObject({ facial_id: uuid, user_ref: z.nullable(z.string()), name: z.string(), score: z.number() }),
  ),
  /** Cosine from which on somebody is a match: it grows with the gallery. */
  threshold: z.number(),
  quality,
})
export type IdentifyResponse = z.infer<typeof identifyResponse>
