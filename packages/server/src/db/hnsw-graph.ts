import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { FaceSpace } from '../domain/model.ts'
import type { GalleryGraph } from '../domain/ports.ts'
import type { Executor } from './executor.ts'

/*
 * The graph of one gallery and model is a partial index of `faces`: it holds the rows of that gallery alone, and PostgreSQL itself keeps it in
 * step with them, in the transaction that writes them. One graph over all galleries with a filter would miss half of the nearest.
 */

/** What all of them begin with. */
export const graphPrefix = 'faces_hnsw_'

/** Links of a node and candidates while building: recall 0.98 at 100,000 faces where half of it gives 0.82. */
export const graphLinks = 32
export const graphBuildCandidates = 200

/** At most 53 characters: PostgreSQL adds up to 10 of its own while it builds one anew, and takes 63. */
export function graphName({ applicationId, galleryId, modelId }: FaceSpace): string {
  const of = createHash('sha256').update(`${applicationId}|${modelId}`).digest('hex').slice(0, 8)
  return `${graphPrefix}${galleryId.replaceAll('-', '')}_${of}`
}

/** Undefined where there is none: always so in the embedded database. */
export async function findGraph(db: Executor, space: FaceSpace): Promise<GalleryGraph | undefined> {
  const name = graphName(space)
  const [row] = await db
    .select({
      isValid: sql<boolean>`pg_index.indisvalid`,
      bytes: sql`pg_relation_size(pg_class.oid)`.mapWith(Number),
      isBuilding: sql<boolean>`exists (select from pg_stat_progress_create_index as at where at.index_relid = pg_class.oid)`,
    })
    .from(sql`pg_class join pg_index on pg_index.indexrelid = pg_class.oid`)
    .where(sql`pg_class.relname = ${name} and pg_index.indrelid = 'faces'::regclass`)
  if (row === undefined) return undefined
  return { state: row.isValid ? 'ready' : row.isBuilding ? 'building' : 'broken', bytes: row.bytes }
}

/** In milliseconds: whoever searches or enrols waits no longer for a graph to go. */
const dropWaitMs = 200

/** Drops the graphs of galleries that are gone. One whose table is busy waits for the next time. */
export async function sweepGraphs(db: Executor): Promise<void> {
  const names = await db
    .select({ name: sql<string>`pg_class.relname` })
    .from(sql`pg_class join pg_index on pg_index.indexrelid = pg_class.oid`)
    .where(
      sql`pg_index.indrelid = 'faces'::regclass and starts_with(pg_class.relname, ${graphPrefix}) and not exists (
        select from galleries where replace(id::text, '-', '') = substring(pg_class.relname from ${graphPrefix.length + 1}::int for 32))`,
    )
  for (const { name } of names) {
    const drop = db.transaction(async (tx) => {
      await tx.execute(sql.raw(`set local lock_timeout = ${dropWaitMs}`))
      await tx.execute(sql`drop index if exists ${sql.identifier(name)}`)
    })
    await drop.catch(() => undefined)
  }
}
