import { eq } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { Executor } from './executor.ts'
import * as schema from './schema.ts'
import { sweepRows } from './sweep-rows.ts'

const {
  challenges,
  pendingSubmissions,
  results,
  passkeyChallenges,
  sessionPhotos,
  keptImages,
  sessions,
  faces,
  pins,
  recentProbes,
  devices,
  passkeys,
  authenticators,
  subjects,
  consents,
  tombstones,
  templateDigests,
  idempotentRequests,
  attempts,
  webhookDeliveries,
  webhookEndpoints,
  offlineEvents,
  offlineTickets,
  offlineSnapshots,
  offlineFaces,
  offlineDevices,
  galleryChanges,
  credentials,
  gallerySizes,
  galleries,
} = schema

/** All that may be many, each before what it belongs to: what goes with a row of the next is gone then. */
const owned: readonly (PgTable & { readonly applicationId: PgColumn })[] = [
  ...[challenges, pendingSubmissions, results, passkeyChallenges, sessionPhotos, keptImages, sessions],
  ...[faces, pins, recentProbes, devices, passkeys, authenticators, subjects],
  ...[consents, tombstones, templateDigests, idempotentRequests, attempts],
  ...[webhookDeliveries, webhookEndpoints],
  ...[offlineEvents, offlineTickets, offlineSnapshots, offlineFaces, offlineDevices],
  ...[galleryChanges, credentials, gallerySizes, galleries],
]

/**
 * Deletes an application with all that is its own, in one transaction: until its end the application is whole to everybody, and gone from then
 * on. In as many statements as it takes, each of which has a statement's time for itself, however many people there are.
 *
 * @returns whether it was there
 */
export const removeApplication = (db: Executor, id: string): Promise<boolean> =>
  db.transaction(async (tx) => {
    const { applications } = schema
    // Whoever writes to what belongs to it has ended, and others wait.
    const mine = tx.select({ id: applications.id }).from(applications).where(eq(applications.id, id))
    if ((await mine.for('update')).length === 0) return false
    for (const table of owned) await sweepRows(tx, table, eq(table.applicationId, id))
    // With the few that are left, and those that somebody held meanwhile.
    await tx.delete(applications).where(eq(applications.id, id))
    return true
  })
