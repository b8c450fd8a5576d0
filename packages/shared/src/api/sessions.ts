import * as z from 'zod/mini'
import { consentText } from './consent-text.ts'
import {
  assuranceLevel,
  externalRef,
  galleryName,
  localeTag,
  modelId,
  originText,
  sessionOperation,
  timestamp,
  token256,
  uuid,
} from './fields.ts'

/**
 * `POST /v1/sessions`, opened by a backend (`Authorization: Bearer <secret key>`) or by a page
 * (`Authorization: Public <public id>`). `origin`, `user_ref` and `facial_id` are a backend's to give.
 */
export const sessionRequest = z.strictObject({
  operation: sessionOperation,
  origin: z.optional(originText),
  gallery: z.optional(galleryName),
  /** enroll: the caller's name for the new subject. authenticate: compare with this subject only. */
  user_ref: z.optional(externalRef),
  /** authenticate: compare with this subject only. enroll: give this subject, who has no face yet, its face. */
  facial_id: z.optional(uuid),
  /** A backend's to give: at least this level, or more where the application asks for more. */
  min_assurance: z.optional(assuranceLevel),
  /** Comes back inside the assertion, so that the caller can tie it to its own request. */
  nonce: z.optional(z.string().check(z.regex(/^[A-Za-z0-9_-]{16,128}$/))),
  /** PKCE (RFC 7636), method S256. */
  code_challenge: z.optional(token256),
  /** The person's languages, best first: which of the application's consent texts to send. */
  locales: z.optional(z.array(localeTag).check(z.maxLength(10))),
})
export type SessionRequest = z.infer<typeof sessionRequest>

/** What the widget must know to run the ceremony. The server decides again with its own policy. */
export const sessionSettings = z.strictObject({
  application_name: z.string(),
  consent_required: z.boolean(),
  /** Version of the consent text that the application asks for. */
  policy_version: z.string(),
  /** The application's own consent text in the best of the languages asked for; null: the widget's own words. */
  consent_text: z.nullable(consentText),
  attributes: z.enum(['off', 'age_gate', 'details']),
  /** Years. */
  minimum_age: z.int().check(z.minimum(1), z.maximum(120)),
  reject_obscured: z.boolean(),
  min_frames: z.int().check(z.minimum(1)),
  max_frames: z.int().check(z.maximum(16)),
  min_frame_interval_ms: z.int().check(z.minimum(0)),
  /** Frames below this `live` probability are not worth sending; null: presentation attacks are not checked. */
  pad_threshold: z.nullable(z.number()),
  pin: z.strictObject({
    enroll: z.enum(['off', 'optional', 'required']),
    authenticate: z.enum(['off', 'when_close', 'always']),
    reject_weak: z.boolean(),
  }),
  /** Whether whoever is enrolled here, or signs in with a PIN, may add a passkey for this site afterwards. */
  passkeys: z.boolean(),
  /** Pictures will be sent for the server to look at, in memory only: the person is told, and agrees, before the camera opens. */
  server_verified: z.boolean(),
  /** Pictures may be asked for after a capture: the person is told, and agrees, before the camera opens. */
  spot_checked: z.boolean(),
  /** Whether the screen may change colour for them. */
  flashes: z.boolean(),
  /** Whether this device may have a key. */
  devices: z.boolean(),
  /** Whether `ok` answers carry facial id and payload to the page. */
  disclose_to_page: z.boolean(),
})
export type SessionSettings = z.infer<typeof sessionSettings>

export const sessionResponse = z.strictObject({
  session_id: uuid,
  client_token: token256,
  expires_at: timestamp,
  operation: sessionOperation,
  settings: sessionSettings,
  model: z.strictObject({ pack: z.string(), model_id: modelId, dimension: z.int().check(z.positive()) }),
})
export type SessionResponse = z.infer<typeof sessionResponse>
