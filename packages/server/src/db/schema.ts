/**
 * One schema for PGlite and PostgreSQL. The application id leads every key, so that the tables can be distributed by it.
 * Nothing newer than PostgreSQL 17 and pgvector 0.8.0, and no index that only one of the two engines can build.
 */
import type { ApplicationSettings, CredentialKind } from '@mien/shared/api/applications'
import type { AssuranceLevel, Operation } from '@mien/shared/api/fields'
import { sql } from 'drizzle-orm'
import {
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
const createdAt = () => instant('created_at').notNull()
const applicationId = () =>
  uuid('application_id')
    .notNull()
    .references(() => applications.id, { onDelete: 'cascade' })

export const applications = pgTable('applications', {
  id: uuid('id').primaryKey(),
  publicId: text('public_id').notNull().unique(),
  name: text('name').notNull(),
  settings: jsonb('settings').$type<ApplicationSettings>().notNull(),
  createdAt: createdAt(),
})

export const galleries = pgTable(
  'galleries',
  { applicationId: applicationId(), id: uuid('id').notNull(), name: text('name').notNull(), createdAt: createdAt() },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.id] }),
    unique('galleries_name').on(table.applicationId, table.name),
  ],
)

export const credentials = pgTable(
  'credentials',
  {
    applicationId: applicationId(),
    id: uuid('id').notNull(),
    kind: text('kind').$type<CredentialKind>().notNull(),
    clientId: text('client_id'),
    secretDigest: bytea('secret_digest').notNull(),
    galleryId: uuid('gallery_id').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.kind] }),
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
    externalRef: text('external_ref'),
    /** JSON as it came; text, because jsonb would change numbers and refuse some strings. */
    payload: text('payload').notNull(),
    createdAt: createdAt(),
    lastSeenAt: instant('last_seen_at'),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.id] }),
    unique('subjects_external_ref').on(table.applicationId, table.galleryId, table.externalRef),
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
    hash: text('hash').notNull(),
    tries: integer('tries').notNull().default(0),
    setAt: instant('set_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.subjectId] }),
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
    vector: halfvec('vector').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.galleryId, table.id] }),
    index('faces_subject').on(table.applicationId, table.subjectId),
    foreignKey({
      columns: [table.applicationId, table.subjectId],
      foreignColumns: [subjects.applicationId, subjects.id],
    }).onDelete('cascade'),
    check('faces_dimension', sql`vector_dims(${table.vector}) = ${table.dimension}`),
    check('faces_power_of_two', sql`${table.dimension} > 0 and (${table.dimension} & (${table.dimension} - 1)) = 0`),
    // NaN compares as the largest value in PostgreSQL, so it fails too. halfvec rounds to 2^-11 per component.
    check('faces_unit', sql`l2_norm(${table.vector}) between 0.998 and 1.002`),
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
  },
  (table) => [primaryKey({ columns: [table.applicationId, table.galleryId, table.seq] })],
)

export const sessions = pgTable(
  'sessions',
  {
    applicationId: applicationId(),
    id: uuid('id').notNull(),
    galleryId: uuid('gallery_id').notNull(),
    operation: text('operation').$type<Operation>().notNull(),
    opener: text('opener').$type<'backend' | 'page'>().notNull(),
    tokenDigest: bytea('token_digest').notNull(),
    origin: text('origin'),
    externalRef: text('external_ref'),
    subjectId: uuid('subject_id'),
    nonce: text('nonce'),
    codeChallenge: text('code_challenge'),
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
    operation: text('operation').$type<Operation>().notNull(),
    level: text('level').$type<AssuranceLevel>().notNull(),
    modelId: text('model_id').notNull(),
    expiresAt: instant('expires_at').notNull(),
    usedAt: instant('used_at'),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.id] }),
    index('challenges_session').on(table.applicationId, table.sessionId),
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
    origin: text('origin').notNull(),
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
    /** No foreign key: a result of a deleted subject is answered with "gone". */
    subjectId: uuid('subject_id').notNull(),
    operation: text('operation').$type<Operation>().notNull(),
    assurance: text('assurance').$type<AssuranceLevel>().notNull(),
    factors: text('factors').array().$type<('face' | 'pin')[]>().notNull(),
    origin: text('origin'),
    authTime: instant('auth_time').notNull(),
    expiresAt: instant('expires_at').notNull(),
    redeemedAt: instant('redeemed_at'),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.codeDigest] }),
    index('results_session').on(table.applicationId, table.sessionId),
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
    event: text('event').notNull(),
    outcome: text('outcome').notNull(),
    subjectId: uuid('subject_id'),
    sessionId: uuid('session_id'),
    at: instant('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.applicationId, table.id] })],
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
  (table) => [primaryKey({ columns: [table.applicationId, table.digest] })],
)

/** Sealed under the master key, so that all processes sign alike. `slot` makes the first one unique. */
export const signingKeys = pgTable('signing_keys', {
  keyId: text('key_id').primaryKey(),
  slot: integer('slot').notNull().unique(),
  sealed: bytea('sealed').notNull(),
  isRetired: boolean('is_retired').notNull().default(false),
  createdAt: createdAt(),
})
