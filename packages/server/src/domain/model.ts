/** The words of the core. Plain data; ids are canonical UUID text, digests are 32 bytes. */
import type { ApplicationSettings, CredentialKind } from '@mien/shared/api/applications'
import type { ActiveScript, CaptureScript } from '@mien/shared/api/challenges'
import type { DeviceStatus } from '@mien/shared/api/devices'
import type {
  AssuranceLevel,
  DevicePublicKey,
  FaceDetails,
  Factor,
  JsonValue,
  Operation,
  SessionOperation,
} from '@mien/shared/api/fields'
import type { PageClaims } from '@mien/shared/api/results'
import type { WebhookEvent } from '@mien/shared/api/webhooks'
import type { MorphRule } from '@mien/shared/policy/morph'
import type { PlausibilityRule, Population } from '@mien/shared/policy/plausibility'
import type { OperatingPoint } from '@mien/shared/policy/threshold'
import type { Compared } from './compared.ts'

export type Digest = Uint8Array

export interface Application {
  readonly id: string
  readonly publicId: string
  readonly name: string
  readonly settings: ApplicationSettings
  readonly createdAt: Date
}

export interface Credential {
  readonly applicationId: string
  readonly id: string
  readonly kind: CredentialKind
  /** What an operator calls it. */
  readonly name: string
  /** The name that goes with the secret where a dialect has one. */
  readonly clientId: string | null
  /** SHA-256 of the secret: enough for 128 random bits and more. */
  readonly secretDigest: Digest
  /** The gallery that this credential works on. */
  readonly galleryId: string
  /** What it may do, in the words of its dialect; empty: everything. */
  readonly scopes: readonly string[]
  readonly createdAt: Date
}

export interface Gallery {
  readonly applicationId: string
  readonly id: string
  readonly name: string
  readonly createdAt: Date
}

export interface Subject {
  readonly applicationId: string
  /** The facial id. */
  readonly id: string
  readonly galleryId: string
  /** Given by the database, never again. */
  readonly number: number
  readonly externalRef: string | null
  /** What people call them; empty where nobody said. */
  readonly name: string
  readonly payload: JsonValue
  readonly hasPin: boolean
  readonly createdAt: Date
  readonly lastSeenAt: Date | null
}

/** Somebody without what is sealed of them: what cannot be opened of one person hides nobody in a list. */
export type ListedSubject = Omit<Subject, 'payload'>

/** One enrolled sample. `vector` is rotated and padded, so it means nothing outside its application, model and key version. */
export interface Face {
  readonly applicationId: string
  readonly id: string
  readonly galleryId: string
  readonly subjectId: string
  readonly modelId: string
  readonly keyVersion: number
  readonly vector: Float32Array
}

/** Templates that may be compared with each other, each with a probe that its own key version turned. */
export interface FaceSpace {
  readonly applicationId: string
  readonly galleryId: string
  readonly modelId: string
}

export interface Session {
  readonly applicationId: string
  readonly id: string
  readonly galleryId: string
  readonly operation: SessionOperation
  /** `backend`: opened with a secret key; `page`: with the public id. */
  readonly opener: 'backend' | 'page'
  readonly tokenDigest: Digest
  /** Null when a backend left it open; `null` as text when it was opened by a page that has none. */
  readonly origin: string | null
  readonly externalRef: string | null
  readonly subjectId: string | null
  /** Opened with a photograph: a live face is compared with that and with nobody else. */
  readonly hasPhoto: boolean
  readonly nonce: string | null
  readonly codeChallenge: string | null
  /** Asked for by whoever opened it; the application may ask for more. */
  readonly minAssurance: AssuranceLevel
  readonly expiresAt: Date
  readonly createdAt: Date
}

export interface Challenge {
  readonly applicationId: string
  readonly id: string
  readonly sessionId: string
  readonly nonce: string
  readonly operation: SessionOperation
  readonly level: AssuranceLevel
  readonly modelId: string
  readonly script: ActiveScript | null
  /** Null: no picture is taken for the server. */
  readonly captureScript: CaptureScript | null
  /** Whether the submission has to state the hash of a picture of each frame, for a spot check that may come. */
  readonly commitsCrops: boolean
  /** The key that the submission has to be signed with; null: any, or none. */
  readonly deviceKeyId: string | null
  readonly expiresAt: Date
  readonly usedAt: Date | null
}

/** Pictures that a submission committed to and that were asked for. */
export interface Reveal {
  readonly sessionId: string
  /** SHA-256 of the submission's bytes. */
  readonly digest: Digest
  readonly until: Date
  /** The key that signed, as the challenge asked. */
  readonly deviceKeyId: string
}

/** A face that was recognised and waits for a second factor. */
export interface PendingSubmission {
  readonly applicationId: string
  readonly id: string
  readonly sessionId: string
  /** One, or two that the face does not tell apart. */
  readonly candidateIds: readonly string[]
  /** All their faces when they were recognised: while any is gone, the face counts for nothing. */
  readonly faceIds: readonly string[]
  readonly origin: string
  readonly serverVerified: boolean
  /** The key that signed, whoever has it. */
  readonly deviceKeyId: string | null
  /** A key that would be enrolled; null: none was offered. */
  readonly offeredKey: DevicePublicKey | null
  readonly offeredLabel: string | null
  /** Whose failures end once the second factor lets the person in; null: nobody's, the face was no clear match or none had failed. */
  readonly clears: Compared | null
  readonly pageClaims: PageClaims
  readonly expiresAt: Date
}

export interface Result {
  readonly applicationId: string
  readonly id: string
  readonly codeDigest: Digest
  readonly sessionId: string
  /** Null: nobody was recognised, a live face was compared with a photograph. */
  readonly subjectId: string | null
  /** 1..5; null where no photograph was given. */
  readonly matchLevel: number | null
  readonly operation: Operation
  readonly assurance: AssuranceLevel
  readonly factors: readonly Factor[]
  readonly serverVerified: boolean
  /** The device whose key signed, if it is enrolled for the subject. */
  readonly deviceId: string | null
  readonly origin: string | null
  readonly pageClaims: PageClaims
  readonly authTime: Date
  readonly expiresAt: Date
  readonly redeemedAt: Date | null
  /** When something that the person signs in with was taken away: from then on it is worth nothing. */
  readonly endedAt: Date | null
}

/** What a grant is worth, and by what. */
export interface Worth {
  readonly assurance: AssuranceLevel
  readonly factors: readonly Factor[]
  readonly serverVerified: boolean
  /** The device whose key signed, if it is this person's. */
  readonly deviceId: string | null
}

/** A key of a subject's device. */
export interface Device {
  readonly applicationId: string
  readonly id: string
  readonly subjectId: string
  /** RFC 7638 thumbprint of the public key. */
  readonly keyId: string
  readonly publicKey: DevicePublicKey
  readonly label: string | null
  readonly status: DeviceStatus
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
}

/** A WebAuthn credential of a subject. */
export interface Passkey {
  readonly applicationId: string
  readonly id: string
  readonly subjectId: string
  /** Base64url. */
  readonly credentialId: string
  /** COSE. */
  readonly publicKey: Uint8Array
  /** What the authenticator counted last; 0: it does not count. */
  readonly signCount: number
  /** How the browser reaches it. */
  readonly transports: readonly string[]
  /** The site that it belongs to. */
  readonly relyingParty: string
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
}

export type PasskeyPurpose = 'register' | 'authenticate'

/** What an authenticator has to sign. */
export interface PasskeyChallenge {
  readonly applicationId: string
  readonly id: string
  readonly sessionId: string
  readonly purpose: PasskeyPurpose
  /** The recognised face that it is asked for beside; null to register. */
  readonly submissionId: string | null
  /** 32 random bytes, base64url. */
  readonly challenge: string
  readonly expiresAt: Date
  readonly usedAt: Date | null
}

/** Proof that a person agreed. Holds no biometrics and outlives the template. */
export interface Consent {
  readonly applicationId: string
  readonly id: string
  readonly subjectId: string
  readonly policyVersion: string
  readonly textSha256: string
  readonly locale: string
  readonly givenAt: Date
  readonly method: 'widget' | 'integrator'
  readonly recordedAt: Date
  /** What it is to: keeping a template here, or on a device that works without the server. */
  readonly purpose: 'enrolment' | 'offline'
}

/** `expired` is not among them: time makes it so. */
export type AuthenticatorStatus = 'activating' | 'active' | 'failed' | 'review' | 'disabled'

/** A subject's face as a means to sign in that somebody manages. */
export interface Authenticator {
  readonly applicationId: string
  readonly id: string
  readonly subjectId: string
  /** Of the invitation that it waits for, or came by. */
  readonly sessionId: string | null
  readonly status: AuthenticatorStatus
  /** Of the invitation while it waits, of the face afterwards; null: never. */
  readonly expiresAt: Date | null
  readonly createdAt: Date
}

/** What a live face is compared with in a session that was opened with a photograph. `vector` is rotated. */
export interface SessionPhoto {
  readonly applicationId: string
  readonly sessionId: string
  readonly modelId: string
  readonly keyVersion: number
  readonly vector: Float32Array
  /** Least level that is a match, 1..5. */
  readonly minLevel: number
}

export type AuditEvent =
  | 'enroll'
  | 'authenticate'
  | 'search'
  | 'verify'
  | 'subject_created'
  | 'subject_changed'
  | 'face_removed'
  | 'image_read'
  | 'image_removed'
  | 'consent_recorded'
  | 'authenticator_changed'
  | 'gallery_deleted'
  | 'key_removed'
  | 'session_opened'
  | 'session_removed'
  | 'step_up'
  | 'redeem'
  | 'subject_deleted'
  | 'payload_changed'
  | 'pin_changed'
  | 'gallery_created'
  | 'application_created'
  | 'application_deleted'
  | 'key_rotated'
  | 'settings_changed'
  | 'webhook_changed'
  | 'device_added'
  | 'device_removed'
  | 'passkey_added'
  | 'passkey_removed'
  | 'keys_changed'
  | 'person_exported'
  | 'retention'
  | 'lockout'
  | 'offline_device_added'
  | 'offline_device_removed'
  | 'offline_pulled'
  | 'offline_event'
  | 'offline_decided'

/** Who is at the other end, as far as the server can tell. */
export interface Client {
  /** IP address in its canonical spelling; null when not known. */
  readonly address: string | null
  /** ISO 3166-1 alpha-2, from a proxy that the operator trusts; null when none says anything. */
  readonly statedCountry: string | null
}

/** Who did what and how it ended. Never images, templates or scores. */
export interface AuditRecord {
  readonly applicationId: string
  readonly event: AuditEvent
  readonly outcome: string
  readonly subjectId: string | null
  readonly sessionId: string | null
  readonly at: Date
}

/** What happened to a person, for whoever listens from outside. Never images, templates or scores. */
export interface DomainEvent {
  readonly applicationId: string
  readonly kind: WebhookEvent
  /** Null where nobody was recognised or enrolled. */
  readonly subjectId: string | null
  readonly at: Date
  /** Of the person's browser or of the backend that asked; null when not known. */
  readonly clientAddress: string | null
  /** Of an enrolment, where the application has them guessed. */
  readonly details: FaceDetails | null
  /** Why it failed: a refusal's reason. Null for what did not fail. */
  readonly reason: string | null
  /** Which one was added; null for everything else. */
  readonly device: Pick<Device, 'id' | 'status'> | null
}

/** The one model whose templates the server takes, with its measured operating points. */
export interface TemplateModel {
  readonly pack: string
  readonly modelId: string
  readonly dimension: number
  readonly points: readonly OperatingPoint[]
  readonly morphRule: MorphRule
  /** What a template may look like that is enrolled; null: the model brings no statistics, and any may be. */
  readonly plausibility: { readonly rule: PlausibilityRule; readonly population: Population } | null
  /** Calibrated threshold of the presentation-attack network, 0..1: the default of new applications. */
  readonly padThreshold: number
}
