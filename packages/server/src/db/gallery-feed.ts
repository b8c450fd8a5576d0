import { and, asc, eq, lt, lte, sql } from 'drizzle-orm'
import type { Executor } from './executor.ts'
import { galleries, galleryChanges } from './schema.ts'

/** Far longer than a process that is up goes without a look: each looks every minute. Whoever was away longer reads everything anew. */
const keepChangesMs = 30 * 86_400_000

/** Changes that are deleted in one transaction. */
const batchSize = 1000

/** Forgets old changes, and remembers with each gallery how far: whoever follows from before that has missed some. */
export async function sweepGalleryChanges(db: Executor, now: Date): Promise<void> {
  const isOld = lt(galleryChanges.at, new Date(now.getTime() - keepChangesMs))
  const { applicationId, galleryId, seq } = galleryChanges
  for (;;) {
    const oldest = db.select({ applicationId, galleryId, seq }).from(galleryChanges).where(isOld)
    // Of those of one moment the first: what is forgotten up to a floor is then in the batch.
    const rows = await oldest.orderBy(asc(galleryChanges.at), asc(seq)).limit(batchSize)
    const floors = new Map(rows.map((row) => [`${row.applicationId}|${row.galleryId}`, row]))
    for (const row of rows) {
      const floor = floors.get(`${row.applicationId}|${row.galleryId}`)!
      if (row.seq > floor.seq) floors.set(`${row.applicationId}|${row.galleryId}`, row)
    }
    for (const floor of floors.values()) await forgetUpTo(db, floor)
    if (rows.length < batchSize) return
  }
}

interface Floor {
  readonly applicationId: string
  readonly galleryId: string
  readonly seq: bigint
}

/** Both at once: a reader who sees a gap sees why. The gallery comes first, as for its writers. */
const forgetUpTo = (db: Executor, { applicationId, galleryId, seq }: Floor): Promise<void> =>
  db.transaction(async (tx) => {
    await tx
      .update(galleries)
      .set({ changesFloor: sql`greatest(${galleries.changesFloor}, ${sql.param(seq, galleries.changesFloor)})` })
      .where(and(eq(galleries.applicationId, applicationId), eq(galleries.id, galleryId)))
    const ofGallery = and(eq(galleryChanges.applicationId, applicationId), eq(galleryChanges.galleryId, galleryId))
    await tx.delete(galleryChanges).where(and(ofGallery, lte(galleryChanges.seq, seq)))
  })
