import { and, eq, sql } from 'drizzle-orm'
import type { FaceSpace } from '../domain/model.ts'
import type { Executor } from './executor.ts'
import { gallerySizes } from './schema.ts'

/** Faces of the model in the gallery, of all key versions: exact, and as the transaction sees them. */
export async function sizeOfGallery(db: Executor, { applicationId, galleryId, modelId }: FaceSpace): Promise<number> {
  const one = and(
    eq(gallerySizes.applicationId, applicationId),
    eq(gallerySizes.galleryId, galleryId),
    eq(gallerySizes.modelId, modelId),
  )
  return (await db.select({ faces: gallerySizes.faces }).from(gallerySizes).where(one))[0]?.faces ?? 0
}

/** Faces of an application, of all models. */
export async function countFaces(db: Executor, applicationId: string): Promise<number> {
  const ofAll = sql<number>`coalesce(sum(${gallerySizes.faces}), 0)::int`
  const mine = eq(gallerySizes.applicationId, applicationId)
  return (await db.select({ faces: ofAll }).from(gallerySizes).where(mine))[0]?.faces ?? 0
}
