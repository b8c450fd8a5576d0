import * as z from 'zod/mini'
import { consentText } from './consent-text.ts'
import {
  activeAction,
  assuranceLevel,
  countryCode,
  displayName,
  galleryName,
  originText,
  timestamp,
  uuid,
} from './fields.ts'

/** The settings of an application, all optional in a request; what is left out keeps its value. */
export const applicationSettings = z.strictObject({
  /** Exact origins that may run the widget. Empty: any origin, for trying things out. */
  origins: z.array(originText).check(z.maxLength(50)),
  /** Refuse a second facial id for a person who is in the gallery. */
  prevent_duplicates: z.boolean(),
  disclose_to_page: z.boolean(),
  /**
   * Refuse a page without an origin: no `Origin` header, or `null`. Off, a sandboxed frame or a file may run the widget, and since
   * any site can make one of those, `origins` no longer says which sites may.
   */
  reject_empty_origin: z.boolean(),
  /**
   * Countries from which the widget may be used; empty: any. An address whose country is unknown is in none of them, so a server
   * that knows no countries (`MIEN_COUNTRY_HEADER`, `MIEN_COUNTRY_DATABASE`) refuses everybody. It keeps out no one who hires an
   * address elsewhere.
   */
  countries: z.array(countryCode).check(z.maxLength(250)),
  consent_required: z.boolean(),
  policy_version: z.string().check(z.minLength(1), z.maxLength(64)),
  /** The application's own words, the first one being the default. Empty: the widget's own. */
  consent_texts: z.array(consentText).check(z.maxLength(30)),
  /**
   * Guesses from the face, made on the device. `age_gate`: an enrolment says whether the person seems at least `minimum_age`, and
   * nothing more. `details`: age and gender are shown to the page and sent. `off`: nobody looks.
   *
   * A hint, and no protection of minors. Measured on 649 photographs, the guess is 12.9 years off on average (5 to 7 between 25 and 45):
   * of 19 photographs of people aged 13 to 17 it took 2 for younger than 18, and 11 for younger than 25.
   */
  attributes: z.enum(['off', 'age_gate', 'details']),
  /**
   * Years. Where it matters, ask for 25 and let whoever seems younger show a document: at 18, nearly every teenager passes. Even at
   * 25 many do.
   */
  minimum_age: z.int().check(z.minimum(1), z.maximum(120)),
  /** Minimum `live` probability of each captured frame; null: not checked. */
  pad_threshold: z.nullable(z.number().check(z.minimum(0), z.maximum(1))),
  pin_enroll: z.enum(['off', 'optional', 'required']),
  pin_authenticate: z.enum(['off', 'when_close', 'always']),
  reject_weak_pins: z.boolean(),
  /**
   * Unwise: it tells whoever enrolls that a PIN is somebody's, which is half of what a thief wants to know. While it is on, a keyed
   * digest of each PIN that is set is kept beside its hash; PINs that were set before have none, and nobody is kept from using
   * them again until they are set anew. Switched off, all digests are forgotten.
   */
  unique_pins: z.boolean(),
  /**
   * `optional`: people may add passkeys, and wherever a second factor is asked for, whoever has one for the site may use it instead of a
   * PIN, also where `pin_authenticate` is `off`. `off`: none are added, and none are taken.
   * The widget offers one after an enrolment or a sign-in with a PIN.
   */
  passkeys: z.enum(['off', 'optional']),
  /** The widget waits until mask and dark glasses are off. */
  reject_obscured: z.boolean(),
  /** How many actions a person is asked to do before the capture, drawn at random from `active_actions`; 0: none. */
  active_steps: z.int().check(z.minimum(0), z.maximum(4)),
  active_actions: z.array(activeAction).check(z.minLength(1), z.maxLength(4)),
  /** Subjects in the whole application; null: no limit. */
  max_subjects: z.nullable(z.int().check(z.minimum(0))),
  /** Largest gallery in which a face alone may identify; above it a facial id or a PIN is needed. */
  max_identify_gallery: z.int().check(z.minimum(1), z.maximum(10_000_000)),
  /** Failed face tries of one session before it is refused. */
  max_tries: z.int().check(z.minimum(1), z.maximum(20)),
  /** Least level of an enrolment. There is no A1: a key that is enrolled in the same moment proves nothing about the face. */
  min_assurance_enroll: z.enum(['A0', 'A2', 'A3']),
  /** Least level of a sign-in. A session may ask for more, never for less. */
  min_assurance_authenticate: assuranceLevel,
  /** Whether a page may open a session by itself, with the public id alone: to enroll somebody new, and to sign in. */
  page_enroll: z.boolean(),
  page_authenticate: z.boolean(),
  /** Whether devices get keys. Off: nothing beyond A0. */
  device_keys: z.boolean(),
  /**
   * What enrolls another device of somebody who is there: `second_factor`: a PIN or a passkey beside the face; `a3`: those, and a face
   * that the server looked at itself; `approval`: only the backend, which sees the device waiting. A face alone never does.
   */
  new_device: z.enum(['second_factor', 'a3', 'approval']),
  /** Whether colours flash on the screen while the server's script runs; off, heads turn instead. */
  flashes: z.boolean(),
  /** Percentage of sign-ins at A1 of which the pictures that they commit to are asked for afterwards. Above 0 it needs `device_keys`. */
  spot_check_percent: z.int().check(z.minimum(0), z.maximum(100)),
  /**
   * `rotated`: templates are turned by a secret key and compared by the database. `sealed`: they are encrypted there, and compared in the
   * server's memory alone.
   */
  protection: z.enum(['rotated', 'sealed']),
  /**
   * Which devices may recognise people without the server: a person's own device, which then holds the template of that person alone,
   * kiosks that a backend registers, which hold a gallery, or both. What they say afterwards is their word, and signs nobody in.
   */
  offline: z.enum(['off', 'own_device', 'kiosk', 'both']),
  /** People whom a kiosk may hold. A gallery with more is not handed out. */
  offline_max_people: z.int().check(z.minimum(1), z.maximum(10_000)),
  /** Enrolments that a kiosk made without the server: not taken; checked like any other; or checked once the backend has agreed. */
  offline_drafts: z.enum(['off', 'check', 'review']),
  /** People who were not seen for so many days are erased; null: never. */
  retention_days: z.nullable(z.int().check(z.minimum(1), z.maximum(1095))),
  /** Searches without a match that all people of the application together may cause in an hour; then only 1:1 goes on. */
  failed_searches_per_hour: z.int().check(z.minimum(1), z.maximum(1_000_000)),
  /** Time for consent, loading, capture and PIN. */
  session_seconds: z.int().check(z.minimum(5), z.maximum(3600)),
  /** Keep the picture that a backend enrolled a face with: upright, without metadata, encrypted. Off: nothing is kept. */
  retain_images: z.boolean(),
  /** A photograph is not enrolled when it resembles two different enrolled people, as a blend of both would. */
  refuse_morphs: z.boolean(),
  /** An enrolment by invitation waits for a person who looks at it before it can be used. */
  review_enrolments: z.boolean(),
  /** How long an invitation to enroll may be used. */
  activation_seconds: z.int().check(z.minimum(300), z.maximum(30 * 86_400)),
  /** uqudo: deleting erases the template too. Off: only the picture, as uqudo itself does. */
  uqudo_strict_delete: z.boolean(),
  /** UFME: minimum `live` probability of a photograph; null: not checked. */
  ufme_pad_threshold: z.nullable(z.number().check(z.minimum(0), z.maximum(1))),
  /** UFME: minimum quality score of a photograph. */
  ufme_quality_threshold: z.number().check(z.minimum(0), z.maximum(1)),
  /** UFME: what enrolling a subject does who is there already: take the new face instead, take it too, or refuse. */
  ufme_on_existing: z.enum(['replace', 'add', 'refuse']),
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

/** What a credential may be limited to, in the words of its dialect. One without any may do all that its dialect offers. */
export const credentialScopes = {
  secret_key: [],
  faceio: [],
  ticos: [],
  uqudo: ['face:session', 'face:match', 'face:search', 'face:insert', 'face:delete', 'face:info'],
  idaas: ['FACE:ADD', 'FACE:VIEW', 'FACE:EDIT', 'FACE:REMOVE'],
  ufme: [],
} as const satisfies Readonly<Record<CredentialKind, readonly string[]>>

/** What an operator calls a credential, such as the terminal that holds it. */
export const credentialName = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/))

/**
 * `POST /v1/admin/applications/{id}/keys`: a new credential. One of the same kind and name is replaced and stops at once.
 * An application has as many of a kind as it needs, each for one gallery.
 */
export const rotateRequest = z.strictObject({
  kind: credentialKind,
  /** Default: `default`, the name of those that came with the application. */
  name: z.optional(credentialName),
  /** Default: that of the credential that is replaced, or `default`. */
  gallery: z.optional(galleryName),
  /** Some of `credentialScopes[kind]`. Default: all of them. */
  scopes: z.optional(z.array(z.string().check(z.maxLength(64))).check(z.maxLength(16))),
})
export type RotateRequest = z.infer<typeof rotateRequest>

export const credentialSummary = z.strictObject({
  credential_id: uuid,
  kind: credentialKind,
  name: credentialName,
  client_id: z.nullable(z.string()),
  gallery: galleryName,
  scopes: z.array(z.string()),
  created_at: timestamp,
})
export type CredentialSummary = z.infer<typeof credentialSummary>

/** `GET /v1/admin/applications/{id}/keys`. */
export const credentialList = z.strictObject({ keys: z.array(credentialSummary) })
export type CredentialList = z.infer<typeof credentialList>

export const rotateResponse = z.extend(credentialSummary, { secret: z.string() })
export type RotateResponse = z.infer<typeof rotateResponse>
