import { asc, eq, inArray } from 'drizzle-orm'
import type { SigningKeyStore, Stores, TemplateIndex } from '../domain/ports.ts'
import { createApiCallStore } from './api-call-store.ts'
import { createApplicationKeyStore, createSealing, type OpenedKeyCache } from './application-key-store.ts'
import { createApplicationStore, createCredentialStore, createGalleryStore } from './application-stores.ts'
import { createAttemptStore } from './attempt-store.ts'
import { createAuditChainStore } from './audit-chain-store.ts'
import { createAuditStore } from './audit-store.ts'
import { createAuthenticatorStore } from './authenticator-store.ts'
import {
  createChallengeStore,
  createDigestStore,
  createPendingStore,
  createResultStore,
  createSessionStore,
} from './ceremony-stores.ts'
import { createDeviceStore } from './device-store.ts'
import type { Executor } from './executor.ts'
import { createIdempotencyStore } from './idempotency-store.ts'
import { createKeptImageStore, createSessionPhotoStore } from './image-stores.ts'
import { createOfflineStore } from './offline-store.ts'
import { createPasskeyChallengeStore, createPasskeyStore } from './passkey-store.ts'
import { createPersonStore } from './person-store.ts'
import { createRateWindowStore } from './rate-window-store.ts'
import { createRecentProbeStore } from './recent-probe-store.ts'
import { createRetentionSweepStore } from './retention-sweep-store.ts'
import { signingKeys } from './schema.ts'
import { eachWithSqlErrors, withSqlErrors } from './sql-errors.ts'
import {
  createConsentStore,
  createFaceStore,
  createPinStore,
  createSubjectStore,
  createTombstoneStore,
} from './subject-stores.ts'
import { createDeliveryStore, createWebhookStore } from './webhook-stores.ts'

/** Every store over one connection or transaction. */
export function createStores(
  db: Executor,
  createIndex: (db: Executor) => TemplateIndex,
  cache: OpenedKeyCache,
): Stores {
  const sealing = createSealing(db, cache)
  return {
    applications: withSqlErrors(createApplicationStore(db, cache)),
    applicationKeys: withSqlErrors(createApplicationKeyStore(db, cache)),
    credentials: withSqlErrors(createCredentialStore(db)),
    galleries: withSqlErrors(createGalleryStore(db)),
    subjects: withSqlErrors(createSubjectStore(db, sealing)),
    people: withSqlErrors(createPersonStore(db)),
    faces: withSqlErrors(createFaceStore(db, sealing)),
    index: withSqlErrors(createIndex(db)),
    sessions: withSqlErrors(createSessionStore(db)),
    sessionPhotos: withSqlErrors(createSessionPhotoStore(db, sealing)),
    keptImages: withSqlErrors(createKeptImageStore(db, sealing)),
    authenticators: withSqlErrors(createAuthenticatorStore(db)),
    idempotency: withSqlErrors(createIdempotencyStore(db, sealing)),
    challenges: withSqlErrors(createChallengeStore(db)),
    devices: withSqlErrors(createDeviceStore(db)),
    recentProbes: withSqlErrors(createRecentProbeStore(db)),
    attempts: withSqlErrors(createAttemptStore(db)),
    passkeys: withSqlErrors(createPasskeyStore(db)),
    passkeyChallenges: withSqlErrors(createPasskeyChallengeStore(db)),
    pending: withSqlErrors(createPendingStore(db)),
    results: withSqlErrors(createResultStore(db)),
    pins: withSqlErrors(createPinStore(db, cache)),
    consents: withSqlErrors(createConsentStore(db)),
    audit: withSqlErrors(createAuditStore(db)),
    auditChains: withSqlErrors(createAuditChainStore(db)),
    digests: withSqlErrors(createDigestStore(db)),
    tombstones: withSqlErrors(createTombstoneStore(db)),
    retentionSweeps: withSqlErrors(createRetentionSweepStore(db)),
    apiCalls: withSqlErrors(createApiCallStore(db)),
    signingKeys: withSqlErrors(createSigningKeyStore(db)),
    rateWindows: withSqlErrors(createRateWindowStore(db)),
    webhooks: withSqlErrors(createWebhookStore(db)),
    deliveries: withSqlErrors(createDeliveryStore(db, sealing)),
    offline: eachWithSqlErrors(createOfflineStore(db, sealing)),
    savepoints: withSqlErrors({
      run: <T>(work: (stores: Stores) => Promise<T>) =>
        db.transaction((tx) => work(createStores(tx, createIndex, cache))),
    }),
  }
}

function createSigningKeyStore(db: Executor): SigningKeyStore {
  return {
    list: () =>
      db
        .select({
          keyId: signingKeys.keyId,
          slot: signingKeys.slot,
          sealed: signingKeys.sealed,
          createdAt: signingKeys.createdAt,
        })
        .from(signingKeys)
        .where(eq(signingKeys.isRetired, false))
        .orderBy(asc(signingKeys.slot)),
    async insert(key) {
      const inserted = await db
        .insert(signingKeys)
        .values(key)
        .onConflictDoNothing()
        .returning({ slot: signingKeys.slot })
      return inserted.length === 1
    },
    async retire(keyIds) {
      await db
        .update(signingKeys)
        .set({ isRetired: true, sealed: new Uint8Array() })
        .where(inArray(signingKeys.keyId, [...keyIds]))
    },
  }
}
