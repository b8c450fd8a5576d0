import { eq, sql } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { Executor } from './executor.ts'
import * as schema from './schema.ts'

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

type OwnedTable = PgTable & { readonly applicationId: PgColumn }

/** All that may be many, each before what it belongs to: what goes with a row of the next is gone then. */
const owned: readonly OwnedTable[] = [
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
    for (const table of owned) await removeOwn(tx, table, id)
    // With the few that are left, and those that somebody changed meanwhile.
    await tx.delete(applications).where(eq(applications.id, id))
    return true
  })

/** Rows that are deleted in one statement. */
const partSize = 1000

/** They are looked for once: whoever looked anew for each part would go through all that this transaction deleted before. */
async function removeOwn(tx: Executor, table: OwnedTable, id: string): Promise<void> {
  const own = eq(table.applicationId, id)
  await tx.execute(sql`declare own_rows no scroll cursor for select ctid::text as place from ${table} where ${own}`)
  let places: readonly string[]
  do {
    places = placesOf(await tx.execute(sql.raw(`fetch ${partSize} from own_rows`)))
    const these = `{${places.map((place) => `"${place}"`).join()}}`
    if (places.length > 0) await tx.execute(sql`delete from ${table} where ctid = any(${these}::text::tid[])`)
  } while (places.length === partSize)
  await tx.execute(sql`close own_rows`)
}

interface Place {
  readonly place: string
}

/** One driver answers with the rows, the other with an object that has them. */
function placesOf(answer: unknown): readonly string[] {
  const rows = Array.isArray(answer) ? (answer as Place[]) : (answer as { readonly rows: Place[] }).rows
  return rows.map(({ place }) => place)
}
