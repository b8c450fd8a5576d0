import * as z from 'zod/mini'
import { externalRef, galleryName, jsonValue, personName, pinText, timestamp, uuid } from './fields.ts'
import { consentStatement } from './submissions.ts'

/** A person in a gallery, as a backend with the secret key sees it. */
export const subjectSummary = z.strictObject({
  facial_id: uuid,
  gallery: galleryName,
  user_ref: z.nullable(z.string()),
  /** Empty where nobody said. */
  name: z.string(),
  has_pin: z.boolean(),
  created_at: timestamp,
  last_seen_at: z.nullable(timestamp),
})
export type SubjectSummary = z.infer<typeof subjectSummary>

/** Proof of what a person agreed to when enrolling, with the moment at which the server wrote it down. */
export const consentRecord = z.extend(consentStatement, { recorded_at: timestamp })
export type ConsentRecord = z.infer<typeof consentRecord>

/** `consent` is the newest that stands; null where the application did not ask for any. `faces` counts those that are enrolled. */
export const subject = z.extend(subjectSummary, {
  faces: z.int(),
  payload: jsonValue,
  consent: z.nullable(consentRecord),
})
export type Subject = z.infer<typeof subject>

/** `GET /v1/subjects?limit&cursor&gallery&user_ref`. */
export const subjectList = z.strictObject({
  subjects: z.array(subjectSummary),
  /** Opaque; null after the last page. */
  next_cursor: z.nullable(z.string()),
})
export type SubjectList = z.infer<typeof subjectList>

/** `POST /v1/subjects`: a person without a face, for now. */
export const subjectRequest = z.strictObject({
  name: z.optional(personName),
  /** The backend's own name for the person; one a gallery. */
  user_ref: z.optional(externalRef),
  /** Default: `default`. */
  gallery: z.optional(galleryName),
  payload: z.optional(jsonValue),
  pin: z.optional(pinText),
})
export type SubjectRequest = z.infer<typeof subjectRequest>

/** `PATCH /v1/subjects/{facial_id}`: what is left out stays. */
export const subjectPatch = z.strictObject({
  name: z.optional(personName),
  user_ref: z.optional(z.nullable(externalRef)),
})
export type SubjectPatch = z.infer<typeof subjectPatch>

/** `PUT /v1/subjects/{facial_id}/payload`. */
export const payloadRequest = z.strictObject({ payload: jsonValue })
export type PayloadRequest = z.infer<typeof payloadRequest>

/** `PUT /v1/subjects/{facial_id}/pin`. */
export const pinRequest = z.strictObject({ pin: pinText })
export type PinRequest = z.infer<typeof pinRequest>
