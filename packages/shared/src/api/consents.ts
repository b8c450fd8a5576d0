import * as z from 'zod/mini'
import { timestamp } from './fields.ts'
import { consentRecord } from './subjects.ts'
import { consentStatement } from './submissions.ts'

/** `POST /v1/subjects/{facial_id}/consents`: what the backend vouches for that the person agreed to, and when. */
export const consentRequest = z.omit(consentStatement, { method: true })
export type ConsentRequest = z.infer<typeof consentRequest>

/** `withdrawn_at` is when the person was deleted: there is no other way to take consent back. */
export const consentEntry = z.extend(consentRecord, { withdrawn_at: z.nullable(timestamp) })
export type ConsentEntry = z.infer<typeof consentEntry>

/** `GET /v1/subjects/{facial_id}/consents`, newest first. It goes on to answer after the person was deleted. */
export const consentList = z.strictObject({ consents: z.array(consentEntry) })
export type ConsentList = z.infer<typeof consentList>
