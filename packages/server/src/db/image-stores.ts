import { and, eq } from 'drizzle-orm'
import type { SealedPlace } from '../domain/application-keys.ts'
import type { KeptImageStore, SessionPhotoStore } from '../domain/ports.ts'
import type { Sealing } from './application-key-store.ts'
import type { Executor } from './executor.ts'
import { keptImages, sessionPhotos } from './schema.ts'
import { placeOfPhoto, readTemplate, storeTemplate } from './sealed-templates.ts'
import { sweepRows } from './sweep-rows.ts'

const pictureOf = (ownerId: string): SealedPlace => ({ column: 'kept_images.sealed', row: ownerId })

export function createKeptImageStore(db: Executor, { seal, open }: Sealing): KeptImageStore {
  const at = (applicationId: string, ownerId: string) =>
    and(eq(keptImages.applicationId, applicationId), eq(keptImages.ownerId, ownerId))

  return {
    async put({ applicationId, kind, id }, picture, createdAt) {
      const sealed = await seal(applicationId, pictureOf(id), picture)
      const owner = kind === 'subject' ? { subjectId: id } : { sessionId: id }
      await db
        .insert(keptImages)
        .values({ applicationId, ownerId: id, ...owner, sealed, createdAt })
        .onConflictDoUpdate({ target: [keptImages.applicationId, keptImages.ownerId], set: { sealed, createdAt } })
    },
    async find(applicationId, ownerId) {
      const [row] = await db.select().from(keptImages).where(at(applicationId, ownerId))
      if (row === undefined) return undefined
      return { picture: await open(applicationId, pictureOf(ownerId), row.sealed), createdAt: row.createdAt }
    },
    async remove(applicationId, ownerId) {
      const removed = await db
        .delete(keptImages)
        .where(at(applicationId, ownerId))
        .returning({ id: keptImages.ownerId })
      return removed.length === 1
    },
    async removeAll(applicationId) {
      const own = eq(keptImages.applicationId, applicationId)
      await sweepRows(db, keptImages, own)
      // Those that somebody held.
      await db.delete(keptImages).where(own)
    },
  }
}

export function createSessionPhotoStore(db: Executor, { open, keysWith }: Sealing): SessionPhotoStore {
  return {
    async insert(photo) {
      const stored = storeTemplate(await keysWith(photo.applicationId, photo.keyVersion), placeOfPhoto(photo), photo)
      await db.insert(sessionPhotos).values({ ...photo, ...stored })
    },
    async find(applicationId, sessionId) {
      const at = and(eq(sessionPhotos.applicationId, applicationId), eq(sessionPhotos.sessionId, sessionId))
      const [row] = await db.select().from(sessionPhotos).where(at)
      if (row === undefined) return undefined
      const { sealed, ...photo } = row
      const openThis = (place: SealedPlace, box: Uint8Array) => open(applicationId, place, box)
      return { ...photo, vector: await readTemplate(openThis, placeOfPhoto(photo), row) }
    },
  }
}
