/**
 * One schema for PGlite and PostgreSQL. The application id leads every key, so that the tables can be distributed by it.
 * Nothing newer than PostgreSQL 17 and pgvector 0.8.0, and no index that only one of the two engines can build.
 */
import type { ApplicationSettings, CredentialKind } from '@mien/shared/api/applications'
import type { ActiveScript, CaptureScript } from '@mien/shared/api/challenges'
import type { DeviceStatus } from '@mien/shared/api/devices'
import type { AssuranceLevel, DevicePublicKey, Factor, Operation, SessionOperation } from '@mien/shared/api/fields'
import type { SearchEngine } from '@mien/shared/api/galleries'
import type { PageClaims } from '@mien/shared/api/results'
import type { EventOutcome, OfflineDeviceKind, OfflineDeviceStatus, OfflineOperation } from '@mien/shared/api/sync'
import type { WebhookEvent, WebhookFailure } from '@mien/shared/api/webhooks'
import { sql } from 'drizzle-orm'
import {
  type AnyPgColumn,
  bigint,
  bigserial,
  boolean,
  check,
  customType,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { fromSql, toSql } from 'pgvector'
import type { KeyUse, TemplateProtection } from '../domain/application-keys.ts'
import type { Compared } from '../domain/compared.ts'
import type { AuditEvent, AuthenticatorStatus, PasskeyPurpose } from '../domain/model.ts'

const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => 'bytea',
  // A plain Uint8Array: PGlite does not take a Buffer's subclass, postgres.js takes both.
  toDriver: (value) => new Uint8Array(value),
  fromDriver: (value) => new Uint8Array(value),
})

/** Without a dimension: the checks below hold it per model. */
const halfvec = customType<{ data: Float32Array; driverData: string }>({
  dataType: () => 'halfvec',
  toDriver: (value) => toSql([...value]),
  fromDriver: (value) => Float32Array.from(fromSql(value) as number[]),
})

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
/** What a page said; rows of before it was asked say that nothing was. */
const pageClaims = () =>
  jsonb('page_claims').$type<PageClaims>().notNull().default({ active_check: 'none', camera: null })
const createdAt = () => instant('created_at').notNull()
const applicationId = () =>
  uuid('application_id')
    .notNull()
    .references(() => applications.id, { onDelete: 'cascade' })

/** Mark and key version of a sealed value: its first three bytes. Indexed, so that what lies under an older key is found without a scan. */
export const sealingHead = (value: AnyPgColumn) => sql`substring(${value} from 1 for 3)`

/**
 * What an earlier version left in clear, or under the master key: its first byte is not the mark of what is sealed under the application's
 * key. Indexed, so that a start finds what there is of it, mostly nothing, without a scan.
 */
export const isUnsealed = (value: AnyPgColumn) =>
  sql`length(${value}) > 0 and substring(${value} from 1 for 1) <> '\\x02'::bytea`

export const applications = pgTable('applications', {
  id: uuid('id').primaryKey(),
  publicId: text('public_id').notNull().unique(),
  name: text('name').notNull(),
  settings: jsonb('settings').$type<ApplicationSettings>().notNull(),
  createdAt: createdAt(),
})

export const galleries = pgTable(
  'galleries',
  {
    applicationId: applicationId(),
    id: uuid('id').notNull(),
    name: text('name').notNull(),
    createdAt: createdAt(),
    /** The last of its changes that is not kept any more. */
    changesFloor: bigint('changes_floor', { mode: 'bigint' }).notNull().default(sql`0`),
    /** What searches it; `auto`: the server's own choice. */
    searchEngine: text('search_engine').$type<SearchEngine>().notNull().default('auto'),
    /** Candidates that a search of its graph keeps, 1..1000; null: the default. */
    hnswEfSearch: smallint('hnsw_ef_search'),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.id] }),
    unique('galleries_name').on(table.applicationId, table.name),
    check('galleries_search_engine', sql`${table.searchEngine} in ('auto', 'database', 'memory', 'hnsw')`),
    check('galleries_hnsw_ef_search', sql`${table.hnswEfSearch} between 1 and 1000`),
  ],
)

export const credentials = pgTable(
  'credentials',
  {
    applicationId: applicationId(),
    id: uuid('id').notNull(),
    kind: text('kind').$type<CredentialKind>().notNull(),
    name: text('name').notNull().default('default'),
    clientId: text('client_id'),
    secretDigest: bytea('secret_digest').notNull(),
    galleryId: uuid('gallery_id').notNull(),
    /** Empty: all that the dialect offers. */
    scopes: text('scopes').array().notNull().default([]),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.id] }),
    unique('credentials_name').on(table.applicationId, table.kind, table.name),
    foreignKey({
      columns: [table.applicationId, table.galleryId],
      foreignColumns: [galleries.applicationId, galleries.id],
    }).onDelete('cascade'),
    index('credentials_secret').on(table.kind, table.secretDigest),
    index('credentials_client').on(table.kind, table.clientId),
  ],
)

export const subjects = pgTable(
  'subjects',
  {
    applicationId: applicationId(),
    /** The facial id. */
    id: uuid('id').notNull(),
    galleryId: uuid('gallery_id').notNull(),
    /** A short number beside the facial id, for dialects that show one. All applications share the sequence, so it counts nobody's people. */
    number: bigserial('number', { mode: 'number' }).notNull(),
    externalRef: text('external_ref'),
    /** What people call them; empty where nobody said. */
    name: text('name').notNull().default(''),
    /** JSON as it came, sealed. */
    payload: bytea('payload').notNull(),
    createdAt: createdAt(),
    lastSeenAt: instant('last_seen_at'),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.id] }),
    unique('subjects_external_ref').on(table.applicationId, table.galleryId, table.externalRef),
    index('subjects_newest').on(table.applicationId, table.createdAt, table.id),
    index('subjects_key_version').on(table.applicationId, sealingHead(table.payload)),
    index('subjects_unsealed').on(table.applicationId).where(isUnsealed(table.payload)),
    foreignKey({
      columns: [table.applicationId, table.galleryId],
      foreignColumns: [galleries.applicationId, galleries.id],
    }).onDelete('cascade'),
  ],
)

export const pins = pgTable(
  'pins',
  {
    applicationId: uuid('application_id').notNull(),
    subjectId: uuid('subject_id').notNull(),
    /** Sealed. */
    hash: bytea('hash').notNull(),
    /** Version of the key that peppered it. */
    pepperVersion: smallint('pepper_version').notNull().default(1),
    tries: integer('tries').notNull().default(0),
    /** Keyed digest of the PIN, only while the application wants PINs to be unique. */
    uniqueDigest: bytea('unique_digest'),
    setAt: instant('set_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.subjectId] }),
    // Rows without a digest do not collide: a unique index takes any number of nulls.
    unique('pins_unique_digest').on(table.applicationId, table.uniqueDigest),
    index('pins_key_version').on(table.applicationId, sealingHead(table.hash)),
    index('pins_unsealed').on(table.applicationId).where(isUnsealed(table.hash)),
    index('pins_pepper_version').on(table.applicationId, table.pepperVersion),
    foreignKey({
      columns: [table.applicationId, table.subjectId],
      foreignColumns: [subjects.applicationId, subjects.id],
    }).onDelete('cascade'),
  ],
)

/** Narrow on purpose: a scan reads nothing but vectors. Rotated, zero-padded to a power of two, unit length. */
export const faces = pgTable(
  'faces',
  {
    applicationId: uuid('application_id').notNull(),
    galleryId: uuid('gallery_id').notNull(),
    id: uuid('id').notNull(),
    subjectId: uuid('subject_id').notNull(),
    modelId: text('model_id').notNull(),
    keyVersion: smallint('key_version').notNull(),
    dimension: smallint('dimension').notNull(),
    /** Null where it is sealed: the key version says which. */
    vector: halfvec('vector'),
    sealed: bytea('sealed'),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.galleryId, table.id] }),
    index('faces_subject').on(table.applicationId, table.subjectId),
    index('faces_key_version').on(table.applicationId, table.keyVersion),
    foreignKey({
      columns: [table.applicationId, table.subjectId],
      foreignColumns: [subjects.applicationId, subjects.id],
    }).onDelete('cascade'),
    check('faces_dimension', sql`vector_dims(${table.vector}) = ${table.dimension}`),
    check('faces_power_of_two', sql`${table.dimension} > 0 and (${table.dimension} & (${table.dimension} - 1)) = 0`),
    // NaN compares as the largest value in PostgreSQL, so it fails too. halfvec rounds to 2^-11 per component.
    check('faces_unit', sql`l2_norm(${table.vector}) between 0.998 and 1.002`),
    check('faces_one_form', sql`num_nonnulls(${table.vector}, ${table.sealed}) = 1`),
  ],
)

/** How many faces there are, kept by triggers on `faces`: a search asks each time, and counting them reads them all. */
export const gallerySizes = pgTable(
  'gallery_sizes',
  {
    applicationId: uuid('application_id').notNull(),
    galleryId: uuid('gallery_id').notNull(),
    modelId: text('model_id').notNull(),
    faces: integer('faces').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.galleryId, table.modelId] }),
    foreignKey({
      columns: [table.applicationId, table.galleryId],
      foreignColumns: [galleries.applicationId, galleries.id],
    }).onDelete('cascade'),
    check('gallery_sizes_faces', sql`${table.faces} >= 0`),
  ],
)

/** Pictures of applications that keep them, sealed: of a subject, or of a session that was opened with one. */
export const keptImages = pgTable(
  'kept_images',
  {
    applicationId: applicationId(),
    /** The subject's or the session's. */
    ownerId: uuid('owner_id').notNull(),
    subjectId: uuid('subject_id'),
    sessionId: uuid('session_id'),
    sealed: bytea('sealed').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.ownerId] }),
    index('kept_images_key_version').on(table.applicationId, sealingHead(table.sealed)),
    index('kept_images_unsealed').on(table.applicationId).where(isUnsealed(table.sealed)),
    index('kept_images_subject').on(table.applicationId, table.subjectId),
    index('kept_images_session').on(table.applicationId, table.sessionId),
    foreignKey({
      columns: [table.applicationId, table.subjectId],
      foreignColumns: [subjects.applicationId, subjects.id],
    }).onDelete('cascade'),
    foreignKey({
      columns: [table.applicationId, table.sessionId],
      foreignColumns: [sessions.applicationId, sessions.id],
    }).onDelete('cascade'),
    check('kept_images_owner', sql`coalesce(${table.subjectId}, ${table.sessionId}) = ${table.ownerId}`),
  ],
)

/** What a live face is compared with in a session that was opened with a photograph. Rotated, as a face is. */
export const sessionPhotos = pgTable(
  'session_photos',
  {
    applicationId: uuid('application_id').notNull(),
    sessionId: uuid('session_id').notNull(),
    modelId: text('model_id').notNull(),
    keyVersion: smallint('key_version').notNull(),
    /** Null where it is sealed. */
    vector: halfvec('vector'),
    sealed: bytea('sealed'),
    /** Least level that is a match, 1..5. */
    minLevel: smallint('min_level').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.sessionId] }),
    index('session_photos_key_version').on(table.applicationId, table.keyVersion),
    foreignKey({
      columns: [table.applicationId, table.sessionId],
      foreignColumns: [sessions.applicationId, sessions.id],
    }).onDelete('cascade'),
    check('session_photos_one_form', sql`num_nonnulls(${table.vector}, ${table.sealed}) = 1`),
  ],
)

/** A subject's face as a means to sign in that somebody manages: it is activated by an invitation, may expire and be switched off. */
export const authenticators = pgTable(
  'authenticators',
  {
    applicationId: uuid('application_id').notNull(),
    id: uuid('id').notNull(),
    subjectId: uuid('subject_id').notNull(),
    /** The session of the invitation; it may be gone. */
    sessionId: uuid('session_id'),
    status: text('status').$type<AuthenticatorStatus>().notNull(),
    /** Of the invitation while it waits, of the face afterwards; null: never. */
    expiresAt: instant('expires_at'),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.id] }),
    unique('authenticators_subject').on(table.applicationId, table.subjectId),
    index('authenticators_session').on(table.applicationId, table.sessionId),
    foreignKey({
      columns: [table.applicationId, table.subjectId],
      foreignColumns: [subjects.applicationId, subjects.id],
    }).onDelete('cascade'),
  ],
)

/** What was answered to a request that may come again. The answer is sealed: it may hold what a person told. */
export const idempotentRequests = pgTable(
  'idempotent_requests',
  {
    applicationId: applicationId(),
    keyDigest: bytea('key_digest').notNull(),
    requestDigest: bytea('request_digest').notNull(),
    /** Null while the first request is being answered. */
    sealedAnswer: bytea('sealed_answer'),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.keyDigest] }),
    index('idempotent_requests_age').on(table.createdAt),
    index('idempotent_requests_unsealed').on(table.applicationId).where(isUnsealed(table.sealedAnswer)),
  ],
)

/** What an index outside the database follows. `seq` grows in commit order inside a gallery: writers of a gallery take turns. */
export const galleryChanges = pgTable(
  'gallery_changes',
  {
    applicationId: applicationId(),
    galleryId: uuid('gallery_id').notNull(),
    seq: bigserial('seq', { mode: 'bigint' }).notNull(),
    faceId: uuid('face_id').notNull(),
    operation: text('operation').$type<'insert' | 'delete'>().notNull(),
    at: instant('at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.galleryId, table.seq] }),
    index('gallery_changes_age').on(table.at),
  ],
)

export const sessions = pgTable(
  'sessions',
  {
    applicationId: applicationId(),
    id: uuid('id').notNull(),
    galleryId: uuid('gallery_id').notNull(),
    operation: text('operation').$type<SessionOperation>().notNull(),
    opener: text('opener').$type<'backend' | 'page'>().notNull(),
    tokenDigest: bytea('token_digest').notNull(),
    origin: text('origin'),
    externalRef: text('external_ref'),
    subjectId: uuid('subject_id'),
    /** Opened with a photograph: the live face is compared with that, and with nobody where it is gone. */
    hasPhoto: boolean('has_photo').notNull().default(false),
    nonce: text('nonce'),
    codeChallenge: text('code_challenge'),
    /** Asked for by whoever opened it. */
    minAssurance: text('min_assurance').$type<AssuranceLevel>().notNull().default('A0'),
    faceTries: integer('face_tries').notNull().default(0),
    pinTries: integer('pin_tries').notNull().default(0),
    expiresAt: instant('expires_at').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.id] }),
    // A token names its session before the application is known.
    uniqueIndex('sessions_token').on(table.tokenDigest),
    index('sessions_expiry').on(table.expiresAt),
  ],
)

export const challenges = pgTable(
  'challenges',
  {
    applicationId: uuid('application_id').notNull(),
    id: uuid('id').notNull(),
    sessionId: uuid('session_id').notNull(),
    nonce: text('nonce').notNull(),
    operation: text('operation').$type<SessionOperation>().notNull(),
    level: text('level').$type<AssuranceLevel>().notNull(),
    modelId: text('model_id').notNull(),
    /** What the person is asked to do; null: nothing. */
    script: jsonb('script').$type<ActiveScript>(),
    /** What is shown and done while pictures are taken for the server; null: none are. */
    captureScript: jsonb('capture_script').$type<CaptureScript>(),
    /** Whether the submission states the hash of a picture of each frame. */
    commitsCrops: boolean('commits_crops').notNull().default(false),
    /** SHA-256 of the submission whose pictures were asked for; null: none were. */
    revealDigest: bytea('reveal_digest'),
    revealUntil: instant('reveal_until'),
    revealedAt: instant('revealed_at'),
    /** The key that the submission has to be signed with; null: any, or none. */
    deviceKeyId: text('device_key_id'),
    expiresAt: instant('expires_at').notNull(),
    usedAt: instant('used_at'),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.id] }),
    index('challenges_session').on(table.applicationId, table.sessionId),
    index('challenges_reveal')
      .on(table.revealUntil)
      .where(sql`${table.revealDigest} is not null and ${table.revealedAt} is null`),
    foreignKey({
      columns: [table.applicationId, table.sessionId],
      foreignColumns: [sessions.applicationId, sessions.id],
    }).onDelete('cascade'),
  ],
)

export const pendingSubmissions = pgTable(
  'pending_submissions',
  {
    applicationId: uuid('application_id').notNull(),
    id: uuid('id').notNull(),
    sessionId: uuid('session_id').notNull(),
    candidateIds: uuid('candidate_ids').array().notNull(),
    /** No foreign key: it is to be seen that one is gone. */
    faceIds: uuid('face_ids').array().notNull().default([]),
    origin: text('origin').notNull(),
    serverVerified: boolean('server_verified').notNull().default(false),
    /** The key that signed, whoever has it. */
    deviceKeyId: text('device_key_id'),
    /** A key that would be enrolled; null: none was offered. */
    offeredKey: jsonb('offered_key').$type<DevicePublicKey>(),
    offeredLabel: text('offered_label'),
    /** Whose failures a success ends; null: nobody's. */
    clears: jsonb('clears').$type<Compared>(),
    pageClaims: pageClaims(),
    expiresAt: instant('expires_at').notNull(),
    finishedAt: instant('finished_at'),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.id] }),
    index('pending_session').on(table.applicationId, table.sessionId),
    foreignKey({
      columns: [table.applicationId, table.sessionId],
      foreignColumns: [sessions.applicationId, sessions.id],
    }).onDelete('cascade'),
  ],
)

export const results = pgTable(
  'results',
  {
    applicationId: uuid('application_id').notNull(),
    codeDigest: bytea('code_digest').notNull(),
    id: uuid('id').notNull(),
    sessionId: uuid('session_id').notNull(),
    /** No foreign key: a result of a deleted subject is answered with "gone". Null: compared with a photograph. */
    subjectId: uuid('subject_id'),
    matchLevel: smallint('match_level'),
    operation: text('operation').$type<Operation>().notNull(),
    assurance: text('assurance').$type<AssuranceLevel>().notNull(),
    factors: text('factors').array().$type<Factor[]>().notNull(),
    serverVerified: boolean('server_verified').notNull().default(false),
    /** No foreign key: what was proved stays proved. */
    deviceId: uuid('device_id'),
    origin: text('origin'),
    pageClaims: pageClaims(),
    authTime: instant('auth_time').notNull(),
    expiresAt: instant('expires_at').notNull(),
    redeemedAt: instant('redeemed_at'),
    endedAt: instant('ended_at'),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.codeDigest] }),
    index('results_session').on(table.applicationId, table.sessionId),
    index('results_subject').on(table.applicationId, table.subjectId),
    foreignKey({
      columns: [table.applicationId, table.sessionId],
      foreignColumns: [sessions.applicationId, sessions.id],
    }).onDelete('cascade'),
  ],
)

/** Survives the template: it proves consent and holds no biometrics. */
export const consents = pgTable(
  'consents',
  {
    applicationId: applicationId(),
    id: uuid('id').notNull(),
    subjectId: uuid('subject_id').notNull(),
    policyVersion: text('policy_version').notNull(),
    textSha256: text('text_sha256').notNull(),
    locale: text('locale').notNull(),
    givenAt: instant('given_at').notNull(),
    method: text('method').$type<'widget' | 'integrator'>().notNull(),
    recordedAt: instant('recorded_at').notNull(),
    withdrawnAt: instant('withdrawn_at'),
    /** What it is to: keeping a template here, or on a device that works without the server. */
    purpose: text('purpose').$type<'enrolment' | 'offline'>().notNull().default('enrolment'),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.id] }),
    index('consents_subject').on(table.applicationId, table.subjectId),
  ],
)

/** Outlives its application: no foreign key. */
export const auditRecords = pgTable(
  'audit_records',
  {
    applicationId: uuid('application_id').notNull(),
    id: uuid('id').notNull(),
    event: text('event').$type<AuditEvent>().notNull(),
    outcome: text('outcome').notNull(),
    subjectId: uuid('subject_id'),
    sessionId: uuid('session_id'),
    at: instant('at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.id] }),
    index('audit_records_subject').on(table.applicationId, table.subjectId, table.id),
    // Of the few records that are counted when asked.
    index('audit_records_reveals')
      .on(table.applicationId, table.outcome)
      .where(sql`${table.outcome} in ('reveal', 'reveal_owed', 'reveal_missed')`),
    // As few, which outlive their application.
    index('audit_records_deleted_applications').on(table.at).where(sql`${table.event} = 'application_deleted'`),
  ],
)

/** Keyed digests of templates that were sent, so that a replay is recognised. */
export const templateDigests = pgTable(
  'template_digests',
  { applicationId: applicationId(), digest: bytea('digest').notNull(), seenAt: instant('seen_at').notNull() },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.digest] }),
    index('template_digests_age').on(table.seenAt),
  ],
)

/** Keyed digests of deleted facial ids. */
export const tombstones = pgTable(
  'tombstones',
  { applicationId: applicationId(), digest: bytea('digest').notNull(), deletedAt: instant('deleted_at').notNull() },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.digest] }),
    index('tombstones_age').on(table.deletedAt),
  ],
)

/** A key of a subject's device, or one that waits to become one. */
export const devices = pgTable(
  'devices',
  {
    applicationId: uuid('application_id').notNull(),
    id: uuid('id').notNull(),
    subjectId: uuid('subject_id').notNull(),
    /** RFC 7638. One device may be several people's. */
    keyId: text('key_id').notNull(),
    publicKey: jsonb('public_key').$type<DevicePublicKey>().notNull(),
    label: text('label'),
    status: text('status').$type<DeviceStatus>().notNull(),
    createdAt: createdAt(),
    lastUsedAt: instant('last_used_at'),
    /** Pictures were asked for of what it signed as this person, and none of the person have come since that were right. */
    owesReveal: boolean('owes_reveal').notNull().default(false),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.id] }),
    unique('devices_key').on(table.applicationId, table.subjectId, table.keyId),
    index('devices_by_key').on(table.applicationId, table.keyId),
    index('devices_pending').on(table.createdAt).where(sql`${table.status} = 'pending'`),
    foreignKey({
      columns: [table.applicationId, table.subjectId],
      foreignColumns: [subjects.applicationId, subjects.id],
    }).onDelete('cascade'),
  ],
)

/** A WebAuthn credential of a subject. */
export const passkeys = pgTable(
  'passkeys',
  {
    applicationId: uuid('application_id').notNull(),
    id: uuid('id').notNull(),
    subjectId: uuid('subject_id').notNull(),
    credentialId: text('credential_id').notNull(),
    /** COSE. */
    publicKey: bytea('public_key').notNull(),
    signCount: bigint('sign_count', { mode: 'number' }).notNull(),
    transports: text('transports').array().notNull().default([]),
    /** The site that it belongs to. */
    relyingParty: text('relying_party').notNull(),
    createdAt: createdAt(),
    lastUsedAt: instant('last_used_at'),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.id] }),
    unique('passkeys_credential').on(table.applicationId, table.credentialId),
    index('passkeys_subject').on(table.applicationId, table.subjectId),
    foreignKey({
      columns: [table.applicationId, table.subjectId],
      foreignColumns: [subjects.applicationId, subjects.id],
    }).onDelete('cascade'),
  ],
)

/** What an authenticator has to sign; each once, inside a session. */
export const passkeyChallenges = pgTable(
  'passkey_challenges',
  {
    applicationId: uuid('application_id').notNull(),
    id: uuid('id').notNull(),
    sessionId: uuid('session_id').notNull(),
    purpose: text('purpose').$type<PasskeyPurpose>().notNull(),
    /** The recognised face that it is asked for beside; null to register. */
    submissionId: uuid('submission_id'),
    challenge: text('challenge').notNull(),
    expiresAt: instant('expires_at').notNull(),
    usedAt: instant('used_at'),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.id] }),
    index('passkey_challenges_session').on(table.applicationId, table.sessionId),
    foreignKey({
      columns: [table.applicationId, table.sessionId],
      foreignColumns: [sessions.applicationId, sessions.id],
    }).onDelete('cascade'),
  ],
)

/** Failures in a row, of whatever `scopeDigest` stands for: a person on a device, an address, a key. */
export const attempts = pgTable(
  'attempts',
  {
    applicationId: applicationId(),
    /** Keyed, so that the table does not say who was tried. */
    scopeDigest: bytea('scope_digest').notNull(),
    failures: integer('failures').notNull(),
    blockedUntil: instant('blocked_until'),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.scopeDigest] }),
    index('attempts_age').on(table.updatedAt),
  ],
)

/** Calls in a window of time, over all processes. Not of an application: strangers are counted too. */
export const rateWindows = pgTable(
  'rate_windows',
  {
    keyDigest: bytea('key_digest').primaryKey(),
    startedAt: instant('started_at').notNull(),
    taken: integer('taken').notNull(),
  },
  (table) => [index('rate_windows_age').on(table.startedAt)],
)

/** The last templates that somebody was recognised by: one that is nearly the same is a copy. Rotated, as a face is. */
export const recentProbes = pgTable(
  'recent_probes',
  {
    applicationId: uuid('application_id').notNull(),
    id: uuid('id').notNull(),
    subjectId: uuid('subject_id').notNull(),
    modelId: text('model_id').notNull(),
    keyVersion: smallint('key_version').notNull(),
    vector: halfvec('vector').notNull(),
    at: instant('at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.id] }),
    index('recent_probes_subject').on(table.applicationId, table.subjectId, table.id),
    index('recent_probes_key_version').on(table.applicationId, table.keyVersion),
    foreignKey({
      columns: [table.applicationId, table.subjectId],
      foreignColumns: [subjects.applicationId, subjects.id],
    }).onDelete('cascade'),
  ],
)

/** The audit log's chain: each seal covers a record and the seal before it. Written once, in order, after the records committed. */
export const auditSeals = pgTable(
  'audit_seals',
  {
    applicationId: uuid('application_id').notNull(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    recordId: uuid('record_id').notNull(),
    seal: bytea('seal').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.seq] }),
    unique('audit_seals_record').on(table.applicationId, table.recordId),
  ],
)

/** One key for each chain, sealed under the master key. Like the records it outlives its application. */
export const auditKeys = pgTable('audit_keys', {
  applicationId: uuid('application_id').primaryKey(),
  sealed: bytea('sealed').notNull(),
})

/** Keys of one application, sealed under the master key. The newest of use `all` turns and seals what is written. */
export const applicationKeys = pgTable(
  'application_keys',
  {
    applicationId: applicationId(),
    version: smallint('version').notNull(),
    use: text('use').$type<KeyUse>().notNull(),
    /** How templates lie that this version turned. */
    protection: text('protection').$type<TemplateProtection>().notNull().default('rotated'),
    sealed: bytea('sealed').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.version] }),
    check('application_keys_protection', sql`${table.protection} in ('rotated', 'sealed')`),
  ],
)

/** Sealed under the master key, so that all processes sign alike. `slot` makes the first one unique. */
export const signingKeys = pgTable('signing_keys', {
  keyId: text('key_id').primaryKey(),
  slot: integer('slot').notNull().unique(),
  sealed: bytea('sealed').notNull(),
  isRetired: boolean('is_retired').notNull().default(false),
  createdAt: createdAt(),
})

/** One row: until when people whose time was over were looked for, by the clock of the server that did. */
export const retentionSweeps = pgTable('retention_sweeps', {
  id: smallint('id').primaryKey(),
  sweptAt: instant('swept_at').notNull(),
})

/** Where an application wants to hear what happened. One row is also the dispatcher's queue head: deliveries leave in order. */
export const webhookEndpoints = pgTable(
  'webhook_endpoints',
  {
    applicationId: applicationId(),
    id: uuid('id').notNull(),
    url: text('url').notNull(),
    events: text('events').array().$type<WebhookEvent[]>().notNull(),
    /** How event names are written. */
    casing: text('casing').$type<'lower' | 'upper'>().notNull(),
    includePayload: boolean('include_payload').notNull(),
    /** Bearer token and signing secrets, sealed under the master key. */
    sealedSecrets: bytea('sealed_secrets').notNull(),
    status: text('status').$type<'active' | 'disabled'>().notNull(),
    /** Since when every attempt failed; null while it answers. */
    failingSince: instant('failing_since'),
    /** Not before. */
    nextAttemptAt: instant('next_attempt_at').notNull(),
    /** A dispatcher is at it until then. */
    leasedUntil: instant('leased_until'),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.id] }),
    index('webhook_endpoints_due').on(table.status, table.nextAttemptAt),
  ],
)

/** The outbox and the delivery log in one: written by the transaction that decided, so neither is there without the other. */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    applicationId: uuid('application_id').notNull(),
    endpointId: uuid('endpoint_id').notNull(),
    seq: bigserial('seq', { mode: 'number' }).notNull(),
    /** `webhook-id`: the same for every attempt, so that a receiver can tell a repeat. */
    id: uuid('id').notNull(),
    event: text('event').$type<WebhookEvent>().notNull(),
    /** Whose event it is, so that erasing the person erases what was kept of the event. */
    subjectId: uuid('subject_id'),
    /** Exactly the bytes that are signed and sent, sealed; empty: erased. */
    body: bytea('body').notNull(),
    state: text('state').$type<'pending' | 'delivered'>().notNull(),
    attempts: integer('attempts').notNull().default(0),
    lastAttemptAt: instant('last_attempt_at'),
    /** HTTP status of the last attempt; null when none came. */
    lastStatus: integer('last_status'),
    lastError: text('last_error').$type<WebhookFailure>(),
    deliveredAt: instant('delivered_at'),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.endpointId, table.seq] }),
    unique('webhook_deliveries_id').on(table.applicationId, table.id),
    index('webhook_deliveries_pending').on(table.applicationId, table.endpointId, table.state, table.seq),
    index('webhook_deliveries_subject').on(table.applicationId, table.subjectId),
    index('webhook_deliveries_age').on(table.createdAt),
    index('webhook_deliveries_unsealed').on(table.applicationId).where(isUnsealed(table.body)),
    foreignKey({
      columns: [table.applicationId, table.endpointId],
      foreignColumns: [webhookEndpoints.applicationId, webhookEndpoints.id],
    }).onDelete('cascade'),
  ],
)

/** How often a dialect's backend interface was called. */
export const apiCalls = pgTable(
  'api_calls',
  {
    applicationId: applicationId(),
    dialect: text('dialect').notNull(),
    calls: bigint('calls', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.applicationId, table.dialect] })],
)

/** A device that may work without the server: a kiosk with a gallery, or somebody's own. */
export const offlineDevices = pgTable(
  'offline_devices',
  {
    applicationId: applicationId(),
    id: uuid('id').notNull(),
    kind: text('kind').$type<OfflineDeviceKind>().notNull(),
    galleryId: uuid('gallery_id').notNull(),
    /** No foreign key: it outlives its person, revoked and without this. */
    subjectId: uuid('subject_id'),
    label: text('label'),
    status: text('status').$type<OfflineDeviceStatus>().notNull(),
    codeDigest: bytea('code_digest'),
    codeExpiresAt: instant('code_expires_at'),
    /** RFC 7638. */
    keyId: text('key_id'),
    publicKey: jsonb('public_key').$type<DevicePublicKey>(),
    createdAt: createdAt(),
    registeredAt: instant('registered_at'),
    revokedAt: instant('revoked_at'),
    lastSeenAt: instant('last_seen_at'),
    epoch: bigint('epoch', { mode: 'number' }).notNull().default(0),
    handedAt: instant('handed_at'),
    pullRecordedAt: instant('pull_recorded_at'),
    appliedEpoch: bigint('applied_epoch', { mode: 'number' }).notNull().default(0),
    currentAt: instant('current_at'),
    floorEpoch: bigint('floor_epoch', { mode: 'number' }).notNull().default(0),
    /** Events up to this place of its chain have had their time. */
    sweptSeq: bigint('swept_seq', { mode: 'number' }).notNull().default(0),
    isForked: boolean('is_forked').notNull().default(false),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.id] }),
    // A device names itself before the application is known, and so does its code.
    uniqueIndex('offline_devices_id').on(table.id),
    uniqueIndex('offline_devices_code').on(table.codeDigest),
    index('offline_devices_subject').on(table.applicationId, table.subjectId),
    foreignKey({
      columns: [table.applicationId, table.galleryId],
      foreignColumns: [galleries.applicationId, galleries.id],
    }).onDelete('cascade'),
  ],
)

const offlineDeviceColumns = () => ({
  applicationId: uuid('application_id').notNull(),
  deviceId: uuid('device_id').notNull(),
})

const ofOfflineDevice = (table: { applicationId: AnyPgColumn; deviceId: AnyPgColumn }) =>
  foreignKey({
    columns: [table.applicationId, table.deviceId],
    foreignColumns: [offlineDevices.applicationId, offlineDevices.id],
  }).onDelete('cascade')

/** Which faces a device was handed, so that it hears of those that went. No template: those are made when they are handed. */
export const offlineFaces = pgTable(
  'offline_faces',
  {
    ...offlineDeviceColumns(),
    faceId: uuid('face_id').notNull(),
    /** Null once the person was erased. */
    subjectId: uuid('subject_id'),
    templateHash: text('template_hash').notNull(),
    /** Null: it has to be handed again. */
    addedEpoch: bigint('added_epoch', { mode: 'number' }),
    removedEpoch: bigint('removed_epoch', { mode: 'number' }),
    removedAt: instant('removed_at'),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.deviceId, table.faceId] }),
    index('offline_faces_subject').on(table.applicationId, table.subjectId),
    index('offline_faces_removed').on(table.removedAt),
    ofOfflineDevice(table),
  ],
)

/** Statements over what a device holds. */
export const offlineSnapshots = pgTable(
  'offline_snapshots',
  {
    ...offlineDeviceColumns(),
    id: uuid('id').notNull(),
    cursor: bigint('cursor', { mode: 'number' }).notNull(),
    createdAt: createdAt(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.deviceId, table.id] }),
    index('offline_snapshots_expiry').on(table.expiresAt),
    ofOfflineDevice(table),
  ],
)

/** Each pays for one event of its device. */
export const offlineTickets = pgTable(
  'offline_tickets',
  {
    ...offlineDeviceColumns(),
    id: uuid('id').notNull(),
    notBefore: instant('not_before').notNull(),
    notAfter: instant('not_after').notNull(),
    usedAt: instant('used_at'),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.deviceId, table.id] }),
    index('offline_tickets_end').on(table.notAfter),
    ofOfflineDevice(table),
  ],
)

/** What devices say happened, and what became of it. */
export const offlineEvents = pgTable(
  'offline_events',
  {
    ...offlineDeviceColumns(),
    id: uuid('id').notNull(),
    /** In the order in which they came in. */
    number: bigserial('number', { mode: 'number' }).notNull(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    hash: text('hash').notNull(),
    prevHash: text('prev_hash').notNull(),
    op: text('op').$type<OfflineOperation>().notNull(),
    /** No foreign key: the event outlives its person, without this. */
    subjectId: uuid('subject_id'),
    at: instant('at').notNull(),
    monoMs: bigint('mono_ms', { mode: 'number' }).notNull(),
    bootId: uuid('boot_id').notNull(),
    receivedAt: instant('received_at').notNull(),
    status: text('status').$type<EventOutcome['status']>().notNull(),
    /** Code, state or reason, as the status asks for one. */
    reason: text('reason'),
    isClockSuspect: boolean('is_clock_suspect').notNull(),
    /** What is decided on, sealed, while it waits. */
    held: bytea('held'),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.deviceId, table.id] }),
    index('offline_events_place').on(table.applicationId, table.deviceId, table.seq),
    index('offline_events_newest').on(table.applicationId, table.number),
    index('offline_events_subject').on(table.applicationId, table.subjectId),
    index('offline_events_age').on(table.receivedAt),
    index('offline_events_waiting').on(table.applicationId, table.number).where(sql`${table.status} = 'quarantined'`),
    ofOfflineDevice(table),
  ],
)
