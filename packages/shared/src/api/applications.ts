import * as z from 'zod/mini'
import { displayName, originText, timestamp, uuid } from './fields.ts'

/** The settings of an application, all optional in a request; what is left out keeps its value. */
export const applicationSettings = z.strictObject({
  /** Exact origins that may run the widget. Empty: any origin, for trying things out. */
  origins: z.array(originText).check(z.maxLength(50)),
  /** Refuse a second facial id for a person who is in the gallery. */
  prevent_duplicates: z.boolean(),
  disclose_to_page: z.boolean(),
  consent_required: z.boolean(),
  policy_version: z.string().check(z.minLength(1), z.maxLength(64)),
  /** Minimum `live` probability of each captured frame; null: not checked. */
  pad_threshold: z.nullable(z.number().check(z.minimum(0), z.maximum(1))),
  pin_enroll: z.enum(['off', 'optional', 'required']),
  pin_authenticate: z.enum(['off', 'when_close', 'always']),
  reject_weak_pins: z.boolean(),
  /** Subjects in the whole application; null: no limit. */
  max_subjects: z.nullable(z.int().check(z.minimum(0))),
  /** Largest gallery in which a face alone may identify; above it a facial id or a PIN is needed. */
  max_identify_gallery: z.int().check(z.minimum(1), z.maximum(10_000_000)),
  /** Failed face tries of one session before it is refused. */
  max_tries: z.int().check(z.minimum(1), z.maximum(20)),
})
export type ApplicationSettings = z.infer<typeof applicationSettings>

export const applicationSettingsPatch = z.partial(applicationSettings)
export type ApplicationSettingsPatch = z.infer<typeof applicationSettingsPatch>

/** `POST /v1/admin/applications`, `Authorization: Bearer <admin token>`. */
export const applicationRequest = z.strictObject({
  name: displayName,
  origins: z.optional(z.array(originText).check(z.maxLength(50))),
})
export type ApplicationRequest = z.infer<typeof applicationRequest>

export const application = z.strictObject({
  application_id: uuid,
  public_id: z.string(),
  name: displayName,
  created_at: timestamp,
  settings: applicationSettings,
})
export type Application = z.infer<typeof application>

export const applicationList = z.strictObject({ applications: z.array(application) })
export type ApplicationList = z.infer<typeof applicationList>

/** Every credential of an application, readable this once; the server keeps hashes. */
export const applicationCredentials = z.strictObject({
  application_id: uuid,
  public_id: z.string(),
  secret_key: z.string(),
  faceio: z.strictObject({ api_key: z.string() }),
  ticos: z.strictObject({ terminal_secret: z.string() }),
  uqudo: z.strictObject({ client_id: z.string(), client_secret: z.string() }),
  idaas: z.strictObject({ application_id: z.string(), shared_secret: z.string() }),
  ufme: z.strictObject({ api_key: z.string() }),
})
export type ApplicationCredentials = z.infer<typeof applicationCredentials>

export const credentialKinds = ['secret_key', 'faceio', 'ticos', 'uqudo', 'idaas', 'ufme'] as const
export const credentialKind = z.enum(credentialKinds)
export type CredentialKind = z.infer<typeof credentialKind>

/** `POST /v1/admin/applications/{id}/keys`: replaces one credential; the old one stops at once. */
export const rotateRequest = z.strictObject({ kind: credentialKind })
export type RotateRequest = z.infer<typeof rotateRequest>

export const rotateResponse = z.strictObject({
  kind: credentialKind,
  client_id: z.nullable(z.string()),
  secret: z.string(),
})
export type RotateResponse = z.infer<typeof rotateResponse>
