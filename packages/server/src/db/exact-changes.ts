import { MienError } from '@mien/shared/errors'
import { and, asc, eq, gt, gte, isNotNull, sql } from 'drizzle-orm'
import type { VectorBlock } from '../search/vector-block.ts'
import type { ExactGallery, ExactState } from './exact-memory.ts'
import type { Executor } from './executor.ts'
import { changesOf, goesOn, isGallery, isOwn } from './follow-gallery.ts'
import { faces, galleries, galleryChanges } from './schema.ts'

/** Changes that are read at once: with all their vectors about a megabyte. */
const pageSize = 1000

/** Of the vector as `halfvec_send` gives it: its dimension. */
const headBytes = 4

/** As `VectorBlock.putHalf` takes them. */
export const halves = sql<Uint8Array | null>`halfvec_send(${faces.vector})`

export const componentsOf = (sent: Uint8Array): Uint8Array => sent.subarray(headBytes)

/**
 * Faces that the gallery's block holds. The key version is looked at in the row: a database that has not analysed its tables yet would else
 * look for a single face by the index of key versions, and read the whole gallery for it.
 */
export const isHeld = ({ space, dimension }: ExactGallery) =>
  and(
    eq(faces.applicationId, space.applicationId),
    eq(faces.galleryId, space.galleryId),
    eq(faces.modelId, space.modelId),
    sql`${faces.keyVersion} + 0 = ${space.keyVersion}`,
    eq(faces.dimension, dimension),
    isNotNull(faces.vector),
  )

/** Why a block has to be dropped. */
type UselessBlock = 'lost' | 'full' | 'broken'

/** What becomes of the gallery whose block is dropped. */
export const stateAfter = { lost: 'idle', full: 'waiting', broken: 'failed' } as const satisfies Record<
  UselessBlock,
  ExactState
>

/**
 * Applies the next changes that the transaction sees.
 *
 * @returns `done`: the block is as the transaction sees the gallery; `again`: there may be more; `unsettled`: this transaction wrote some
 *   itself, which nobody else is to see; `lost`: the gallery is gone, or its changes do not go on from where the block is; `full`: there is no
 *   memory for what came; `broken`: the block did not take it
 */
export async function applyChanges(
  db: Executor,
  gallery: ExactGallery,
  block: VectorBlock,
): Promise<'done' | 'again' | 'unsettled' | UselessBlock> {
  const from = gallery.cursor
  const rows = await readChanges(db, gallery, from)
  // From here on nothing waits: no other search comes between.
  if (gallery.block !== block) return 'lost'
  if (gallery.cursor !== from) return 'again'
  if (!goesOn(gallery, rows[0])) return 'lost'
  if (rows.some((row) => row.isOwn === true && row.seq !== from)) return 'unsettled'
  try {
    for (const { seq, faceId, sent } of rows) {
      if (seq === null || faceId === null) continue
      if (seq > from) apply(block, faceId, sent)
      Object.assign(gallery, { cursor: seq, lastChanged: faceId })
    }
  } catch (error) {
    return error instanceof MienError && error.code === 'OVERLOADED' ? 'full' : 'broken'
  }
  return rows.length < pageSize ? 'done' : 'again'
}

function apply(block: VectorBlock, faceId: string, sent: Uint8Array | null): void {
  if (sent === null) block.remove(faceId)
  else block.putHalf(faceId, componentsOf(sent))
}

/**
 * In their order, each with the face as it is now, and how far the gallery's are gone: what was read in one statement belongs together. The
 * first is the one that the block is up to, without its face. Each face is looked up by itself: a database that has not analysed its tables
 * yet would else compare every change with every face.
 */
function readChanges(db: Executor, gallery: ExactGallery, after: bigint) {
  const { seq, faceId } = galleryChanges
  const page = db
    .select({ seq, faceId, isOwn: isOwn.as('is_own') })
    .from(galleryChanges)
    .where(and(changesOf(gallery.space), gte(seq, after)))
    .orderBy(asc(seq))
    .limit(pageSize)
    .as('page')
  const face = db
    .select({ sent: halves.as('sent') })
    .from(faces)
    .where(and(isHeld(gallery), eq(faces.id, page.faceId), gt(page.seq, after)))
    .limit(1)
    .as('face')
  return db
    .select({ floor: galleries.changesFloor, seq: page.seq, faceId: page.faceId, isOwn: page.isOwn, sent: face.sent })
    .from(galleries)
    .leftJoin(page, sql`true`)
    .leftJoinLateral(face, sql`true`)
    .where(isGallery(gallery.space))
    .orderBy(asc(page.seq))
}
