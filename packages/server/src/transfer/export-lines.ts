import {
  externalRef,
  galleryName,
  jsonValue,
  localeTag,
  modelId,
  personName,
  sha256Hex,
  timestamp,
  uuid,
} from '@mien/shared/api/fields'
import { z } from 'zod'
import { isBearableHash } from '../domain/argon2-hasher.ts'

const base64Url = z.base64url()
const key256 = base64Url.length(43)

/** A template and the largest payload fit many times; what is longer is no export. */
export const maxLineBytes = 2 ** 20

/** First: what the file is. */
const headerLine = z.strictObject({
  type: z.literal('header'),
  format: z.literal('mien-export'),
  version: z.literal(1),
  created_at: timestamp,
  application_id: uuid,
  model_id: modelId,
  /** Null: all of them. */
  gallery: z.nullable(galleryName),
  /** A digest by the key that tombstones have: whether the application that takes the file has the same one. */
  tombstone_check: key256,
})

/** The people after it are in it. */
const galleryLine = z.strictObject({ type: z.literal('gallery'), name: galleryName })

/** What PIN hashes were peppered with. */
const pepperLine = z.strictObject({
  type: z.literal('pepper'),
  version: z.number().int().min(0).max(32_767),
  key: key256,
})

const consent = z.strictObject({
  id: uuid,
  policy_version: z.string().max(200),
  text_sha256: sha256Hex,
  locale: localeTag,
  given_at: timestamp,
  method: z.enum(['widget', 'integrator']),
  recorded_at: timestamp,
  withdrawn_at: z.nullable(timestamp),
  purpose: z.enum(['enrolment', 'offline']),
})

/** Somebody with everything: it is taken whole or not at all. */
const personLine = z.strictObject({
  type: z.literal('person'),
  facial_id: uuid,
  user_ref: z.nullable(externalRef),
  name: personName,
  payload: jsonValue,
  created_at: timestamp,
  last_seen_at: z.nullable(timestamp),
  pin: z
    .strictObject({
      hash: z.string().max(500).refine(isBearableHash),
      pepper_version: z.number().int().min(0).max(32_767),
      set_at: timestamp,
    })
    .nullable(),
  consents: z.array(consent).max(1000),
  /** The template as it travels, base64url. */
  faces: z.array(z.strictObject({ face_id: uuid, template: base64Url.max(40_000) })).max(1000),
})

const tombstoneLine = z.strictObject({ type: z.literal('tombstone'), digest: key256, deleted_at: timestamp })

/** Somebody who comes before as a person, and was erased while the others were written. */
const erasedLine = z.strictObject({ type: z.literal('erased'), facial_id: uuid, deleted_at: timestamp })

/** Templates that were damaged and are not in a file; of more than these, the first. */
export const maxUnopened = 1000

/** Last: a file without it is cut. */
const endLine = z.strictObject({
  type: z.literal('end'),
  people: z.number().int().min(0),
  /** Absent: none. */
  unopened: z
    .array(z.strictObject({ facial_id: uuid, face_id: uuid }))
    .max(maxUnopened)
    .optional(),
  /** Of all bytes before this line. */
  sha256: sha256Hex,
})

export const exportLine = z.discriminatedUnion('type', [
  headerLine,
  galleryLine,
  pepperLine,
  personLine,
  tombstoneLine,
  erasedLine,
  endLine,
])

export type HeaderLine = z.infer<typeof headerLine>
export type EndLine = z.infer<typeof endLine>
export type PersonLine = z.infer<typeof personLine>
export type ExportLine = z.infer<typeof exportLine>
