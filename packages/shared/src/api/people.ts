/** What a backend may ask about a person beside managing them: everything that is kept, and proof that nothing is. */
import * as z from 'zod/mini'
import { consentEntry } from './consents.ts'
import { deviceStatus } from './devices.ts'
import { face } from './faces.ts'
import { jsonValue, timestamp, uuid } from './fields.ts'
import { auditRecord } from './monitoring.ts'
import { subject } from './subjects.ts'
import { eventOutcome, offlineDeviceStatus, offlineOperation } from './sync.ts'

/**
 * `GET /v1/subjects/{facial_id}/export`: everything that is kept of one person. Neither templates, PIN nor keys: who reads this could
 * otherwise sign in with them.
 */
export const personExport = z.strictObject({
  exported_at: timestamp,
  person: subject,
  faces: z.array(face),
  /** Base64 of a JPEG; null where none is kept. */
  image: z.nullable(z.string()),
  /** Newest first. */
  consents: z.array(consentEntry),
  /** The face as a means to sign in that is managed; null where nobody manages it. */
  authenticator: z.nullable(
    z.strictObject({ status: z.string(), expires_at: z.nullable(timestamp), created_at: timestamp }),
  ),
  devices: z.array(
    z.strictObject({
      key_id: z.string(),
      label: z.nullable(z.string()),
      status: deviceStatus,
      created_at: timestamp,
      last_used_at: z.nullable(timestamp),
    }),
  ),
  passkeys: z.array(
    z.strictObject({
      credential_id: z.string(),
      relying_party: z.string(),
      created_at: timestamp,
      last_used_at: z.nullable(timestamp),
    }),
  ),
  /** Of the person's own that may recognise them without the server. */
  offline_devices: z.array(
    z.strictObject({ key_id: z.nullable(z.string()), status: offlineDeviceStatus, created_at: timestamp }),
  ),
  /** What devices said of the person while they had no network. Oldest first. */
  offline_events: z.array(
    z.strictObject({
      device_id: uuid,
      op: offlineOperation,
      at: timestamp,
      received_at: timestamp,
      outcome: eventOutcome,
    }),
  ),
  /** Oldest first. */
  audit: z.array(auditRecord),
  /** What was or will be sent to webhooks. */
  events: z.array(z.strictObject({ event: z.string(), state: z.string(), created_at: timestamp, body: jsonValue })),
})
export type PersonExport = z.infer<typeof personExport>

/**
 * `GET /v1/erasures/{facial_id}`: of somebody who was erased, in whatever dialect or because their time was over. The certificate is an
 * ES256 JWS of type `mien-erasure+jwt` with `iss`, `aud` (the application), `sub` (the facial id), `erased_at`, `empty`, `kept` and
 * `tombstone`. It has no end; keep the key set that verifies it beside it, or ask again: keys are replaced.
 */
export const erasure = z.strictObject({
  facial_id: uuid,
  erased_at: timestamp,
  /** Tables that were looked at for this answer and hold nothing of the person. */
  empty: z.array(z.string()),
  /** Tables that keep what is no biometrics: proof of consent, the audit log, a keyed digest of the id. */
  kept: z.array(z.string()),
  certificate: z.string(),
})
export type Erasure = z.infer<typeof erasure>
