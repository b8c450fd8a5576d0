import { and, eq, max, sql } from 'drizzle-orm'
import type { FaceSpace } from '../domain/model.ts'
import type { Executor } from './executor.ts'
import { galleries, galleryChanges } from './schema.ts'

type Gallery = Pick<FaceSpace, 'applicationId' | 'galleryId'>

export const isGallery = ({ applicationId, galleryId }: Gallery) =>
  and(eq(galleries.applicationId, applicationId), eq(galleries.id, galleryId))

export const changesOf = ({ applicationId, galleryId }: Gallery) =>
  and(eq(galleryChanges.applicationId, applicationId), eq(galleryChanges.galleryId, galleryId))

/** The change's transaction and the one that asks, and how far apart they were begun: the system column has the lower 32 bits alone. */
const own = sql`pg_current_xact_id_if_assigned()::text::bigint`
const apart = sql`((("gallery_changes".xmin::text::bigint - (${own} & 4294967295)) & 4294967295))`

/**
 * Whether the transaction that asks wrote the change itself, also in a savepoint. What is read is committed or one's own, and a savepoint's
 * number comes after that of its transaction: of what was begun since, what is not committed is one's own.
 */
export const isOwn = sql<boolean>`case when ${own} is null or ${apart} > 16777216 then false
  else pg_xact_status((${own} + ${apart})::text::xid8) = 'in progress' end`

/** The newest change, also where it is not kept any more. */
export async function headOf(db: Executor, space: Gallery): Promise<bigint> {
  const newest = db
    .select({ seq: max(galleryChanges.seq) })
    .from(galleryChanges)
    .where(changesOf(space))
  const head = sql<string | bigint>`coalesce((${newest}), ${galleries.changesFloor})`
  const [gallery] = await db.select({ head }).from(galleries).where(isGallery(space))
  return BigInt(gallery?.head ?? 0)
}

/** How far somebody followed a gallery. */
export interface Followed {
  readonly cursor: bigint
  /** The face that the change was of; null: not known. */
  readonly lastChanged: string | null
}

/**
 * Whether the changes go on from there: the one at the cursor is still the same, or is the last that is not kept. A database that was set back
 * to an earlier day, and a replica that took over and had not everything yet, give the same numbers to other changes.
 *
 * @param first of the changes from the cursor on; undefined: the gallery is gone
 */
export function goesOn(
  { cursor, lastChanged }: Followed,
  first: { readonly floor: bigint; readonly seq: bigint | null; readonly faceId: string | null } | undefined,
): boolean {
  if (first === undefined || first.floor > cursor) return false
  if (first.seq !== cursor) return cursor === first.floor
  return lastChanged === null || first.faceId === lastChanged
}
