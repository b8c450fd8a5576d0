import * as z from 'zod/mini'
import { galleryName, jsonValue, pinText, timestamp, uuid } from './fields.ts'
import { consentStatement } from './submissions.ts'

/** A person in a gallery, as a backend with the secret key sees it. */
export const subjectSummary = z.strictObject({
  facial_id: uuid,
  gallery: galleryName,
  user_ref: z.nullable(z.string()),
  has_pin: z.boolean(),
  created_at: timestamp,
  last_seen_at: z.nullable(timestamp),
})
export type SubjectSummary = z.infer<typeof subjectSummary>

/** Proof of what a person agreed to when enrolling, with the moment at which the server wrote it down. */
export const consentRecord = z.extend(consentStatement, { recorded_at: timestamp })
export type ConsentRecord = z.infer<typeof consentRecord>

/** `consent` is null where the application did not ask for any. */
export const subject = z.extend(subjectSummary, { payload: jsonValue, consent: z.nullable(consentRecord) })
export type Subject = z.infer<typeof subject>

/** `GET /v1/subjects?limit&cursor&gallery`. */
export const subjectList = z.strictObject({
  subjects: z.array(subjectSummary),
  /** Opaque; null after the last page. */
  next_cursor: z.nullable(z.string()),
})
export type SubjectList = z.infer<typeof subjectList>

/** `PUT /v1/subjects/{facial_id}/payload`. */
export const payloadRequest = z.strictObject({ payload: jsonValue })
export type PayloadRequest = z.infer<typeof payloadRequest>

/** `PUT /v1/subjects/{facial_id}/pin`. */
export const pinRequest = z.strictObject({ pin: pinText })
export type PinRequest = z.infer<typeof pinRequest>
