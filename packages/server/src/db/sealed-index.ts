import { MienError } from '@mien/shared/errors'
import { and, asc, count, desc, eq, gt, gte, isNotNull, max, sql } from 'drizzle-orm'
import type { FaceSpace } from '../domain/model.ts'
import type { TemplateIndex } from '../domain/ports.ts'
import type { Sealing } from './application-key-store.ts'
import type { Executor } from './executor.ts'
import { changesOf, goesOn, headOf, isGallery, isOwn } from './follow-gallery.ts'
import type { GalleryMemory } from './gallery-memory.ts'
import { faces, galleries, galleryChanges } from './schema.ts'
import { bytesOfGallery, type OpenedFace, type SealedGallery } from './sealed-gallery.ts'
import { placeOfFace } from './sealed-templates.ts'
import { fromSqlError } from './sql-errors.ts'

/** Faces, or changes, that are read at once. */
const pageSize = 500

export interface SealedIndexOptions {
  readonly sealing: Sealing
  readonly memory: GalleryMemory
}

/**
 * Exact search over templates that are opened in this process alone. Each search first reads, in its own transaction, what changed in the
 * gallery since this process looked last: what is committed anywhere is known here.
 */
export function createSealedIndex(db: Executor, options: SealedIndexOptions): TemplateIndex {
  const { memory } = options
  return {
    async nearest({ vector, limit, keyVersion, applicationId, galleryId, modelId }) {
      const space = { applicationId, galleryId, modelId }
      let gallery = memory.find(space)
      let own: SealedGallery | undefined
      let wasLost = false
      try {
        for (;;) {
          if (gallery === undefined || gallery.isReleased) {
            own = await openGallery(db, space, options)
            gallery = own
          }
          const step = await bringOn(db, space, gallery, options)
          // What this transaction changed may be undone: no other search is to see it.
          if (step === 'unsettled') gallery = undefined
          if (step !== 'done' || gallery?.isReleased !== false) continue
          if (gallery === own && !wasLost && (await isSettled(db, space))) memory.keep(space, gallery)
          const hits = await gallery.nearest(vector, keyVersion, limit)
          if (!gallery.isReleased) return hits
          // It made room for another one while it was searched. The next is this search's alone, so that no two keep each other from an end.
          wasLost = true
        }
      } finally {
        if (own !== undefined && !memory.isKept(own)) own.release()
      }
    },
  }
}

/** Brings on all that are kept, or of them those with these ids, and drops those whose gallery is gone: whoever was erased is not in memory for long. */
export async function followGalleries(
  db: Executor,
  options: SealedIndexOptions,
  galleryIds?: ReadonlySet<string>,
): Promise<void> {
  const { memory } = options
  for (const space of memory.spaces()) {
    if (galleryIds?.has(space.galleryId) === false) continue
    // Where the database does not answer the next search follows, or the next sweep; one that cannot be followed is opened anew. No other is held up.
    if (!(await follow(db, space, options).catch(isNotNow))) memory.drop(space)
  }
}

function isNotNow(error: unknown): boolean {
  const own = fromSqlError(error)
  return own instanceof MienError && (own.code === 'DATABASE_UNAVAILABLE' || own.code === 'OVERLOADED')
}

/** @returns whether the gallery is still there */
async function follow(db: Executor, space: FaceSpace, options: SealedIndexOptions): Promise<boolean> {
  const isThere = (await db.select({ id: galleries.id }).from(galleries).where(isGallery(space))).length === 1
  let gallery = options.memory.find(space)
  while (isThere && gallery !== undefined && (await bringOn(db, space, gallery, options)) !== 'done')
    gallery = options.memory.find(space)
  return isThere
}

/** Whoever writes to a gallery holds it until the commit, so that own changes are the newest. */
async function isSettled(db: Executor, space: FaceSpace): Promise<boolean> {
  const newest = db.select({ isOwn }).from(galleryChanges).where(changesOf(space)).orderBy(desc(galleryChanges.seq))
  return (await newest.limit(1))[0]?.isOwn !== true
}

const faceColumns = {
  id: faces.id,
  galleryId: faces.galleryId,
  subjectId: faces.subjectId,
  modelId: faces.modelId,
  keyVersion: faces.keyVersion,
  sealed: faces.sealed,
}

type FaceRow = { readonly [Column in keyof typeof faceColumns]: (typeof faces.$inferSelect)[Column] }

/** Null for one that is not sealed, or does not open: it is found by nobody, and the others are. */
async function openFace(
  { sealing }: SealedIndexOptions,
  applicationId: string,
  row: FaceRow,
): Promise<OpenedFace | null> {
  const { id, subjectId, keyVersion, sealed } = row
  if (sealed === null) return null
  try {
    return { id, subjectId, keyVersion, packed: await sealing.open(applicationId, placeOfFace(row), sealed) }
  } catch (error) {
    if (error instanceof MienError && error.code === 'INTERNAL') return null
    throw error
  }
}

/** All that is sealed in the gallery. What changes while it is read comes with the changes after it. */
async function openGallery(db: Executor, space: FaceSpace, options: SealedIndexOptions): Promise<SealedGallery> {
  const { applicationId } = space
  const mine = and(
    eq(faces.applicationId, applicationId),
    eq(faces.galleryId, space.galleryId),
    eq(faces.modelId, space.modelId),
    isNotNull(faces.sealed),
  )
  const head = await headOf(db, space)
  const [size] = await db
    .select({ faces: count(), dimension: max(faces.dimension) })
    .from(faces)
    .where(mine)
  const bytes = bytesOfGallery(size?.faces ?? 0, size?.dimension ?? 0)
  const gallery = options.memory.open(head, bytes)
  try {
    let rows: FaceRow[] = []
    do {
      const last = rows.at(-1)
      const next = last === undefined ? mine : and(mine, gt(faces.id, last.id))
      rows = await db.select(faceColumns).from(faces).where(next).orderBy(asc(faces.id)).limit(pageSize)
      for (const row of rows) {
        const opened = await openFace(options, applicationId, row)
        if (opened !== null) gallery.put(opened)
      }
    } while (rows.length === pageSize)
    return gallery
  } catch (error) {
    gallery.release()
    throw error
  }
}

/**
 * Applies the next changes.
 *
 * @returns `again`: there are more, another search was faster, or some that would come next are not kept any more or the gallery is gone, and
 *   it has to be opened anew; `unsettled`: this transaction wrote some of them itself, and others search the gallery too
 */
async function bringOn(
  db: Executor,
  space: FaceSpace,
  gallery: SealedGallery,
  options: SealedIndexOptions,
): Promise<'done' | 'again' | 'unsettled'> {
  const { memory } = options
  const from = gallery.cursor
  const { changes, first } = await readChanges(db, space, from)
  const opened = await Promise.all(
    changes.map(({ face }) => (face === null ? null : openFace(options, space.applicationId, face))),
  )
  // From here on nothing waits: no other search comes between.
  if (gallery.cursor !== from || gallery.isReleased) return 'again'
  const isKept = memory.isKept(gallery)
  // One that is gone is opened anew once, and is empty.
  const isEmptyOfNone = first === undefined && !isKept && gallery.bytes === 0
  if (!goesOn(gallery, first) && !isEmptyOfNone) {
    if (isKept) memory.drop(space)
    else gallery.release()
    return 'again'
  }
  if (isKept && changes.some((change) => change.isOwn)) return 'unsettled'
  try {
    for (const [i, { faceId }] of changes.entries()) {
      const face = opened[i] ?? null
      if (face === null) gallery.remove(faceId)
      else gallery.put(face)
    }
  } catch (error) {
    if (isKept) memory.drop(space)
    throw error
  }
  gallery.cursor = changes.at(-1)?.seq ?? from
  gallery.lastChanged = changes.at(-1)?.faceId ?? (first?.seq === from ? first.faceId : null)
  return changes.length < pageSize - 1 ? 'done' : 'again'
}

/**
 * In their order, each with the face as it is now, and how far the gallery's are gone: what was read in one statement belongs together. `first`
 * is the one that the gallery is up to, or the next where that is not kept. Each face is looked up by itself: a database that has not analysed its tables yet would else compare every change with every face.
 */
async function readChanges(db: Executor, space: FaceSpace, after: bigint) {
  const { seq, faceId } = galleryChanges
  const page = db
    .select({ seq, faceId, isOwn: isOwn.as('is_own') })
    .from(galleryChanges)
    .where(and(changesOf(space), gte(seq, after)))
    .orderBy(asc(seq))
    .limit(pageSize)
    .as('page')
  const ofChange = and(
    eq(faces.applicationId, space.applicationId),
    eq(faces.galleryId, space.galleryId),
    eq(faces.id, page.faceId),
    eq(faces.modelId, space.modelId),
    gt(page.seq, after),
  )
  const face = db.select(faceColumns).from(faces).where(ofChange).limit(1).as('face')
  const { id, galleryId, subjectId, modelId, keyVersion, sealed } = face
  const rows = await db
    .select({
      floor: galleries.changesFloor,
      seq: page.seq,
      faceId: page.faceId,
      isOwn: page.isOwn,
      face: { id, galleryId, subjectId, modelId, keyVersion, sealed },
    })
    .from(galleries)
    .leftJoin(page, sql`true`)
    .leftJoinLateral(face, sql`true`)
    .where(isGallery(space))
    .orderBy(asc(page.seq))
  const changes = rows.flatMap(({ seq: at, faceId: changed, face: now, ...row }) =>
    at === null || changed === null || at === after ? [] : [{ ...row, seq: at, faceId: changed, face: now }],
  )
  return { changes, first: rows[0] }
}
