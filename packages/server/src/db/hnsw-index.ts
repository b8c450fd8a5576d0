import { and, asc, eq, is, type SQL, sql } from 'drizzle-orm'
import { PgTransaction } from 'drizzle-orm/pg-core'
import { toSql } from 'pgvector'
import type { IndexHit, NearestQuery, TemplateIndex } from '../domain/ports.ts'
import type { Executor } from './executor.ts'
import { createPgvectorIndex } from './pgvector-index.ts'
import { faces, galleries } from './schema.ts'

/** Candidates that a search keeps where the gallery does not say. */
const defaultEfSearch = 200

/** More than pgvector takes. */
const maxEfSearch = 1000

/**
 * Approximate search by the graph of the gallery (see hnsw-graph.ts), in the caller's transaction or in one of its own. Where the graph is
 * missing or broken the same statement is an exact search; where it finds fewer than were asked for, the exact one is asked.
 */
export function createHnswIndex(db: Executor): TemplateIndex {
  const exact = createPgvectorIndex(db)
  return {
    async nearest(query) {
      if (query.limit > maxEfSearch) return exact.nearest(query)
      const hits = await searchGraph(db, query)
      return hits.length < query.limit ? exact.nearest(query) : hits
    },
  }
}

async function searchGraph(db: Executor, query: NearestQuery): Promise<readonly IndexHit[]> {
  if (!is(db, PgTransaction)) return db.transaction((tx) => searchWithin(tx, query))
  const hits = await searchWithin(db, query)
  // What else the caller asks in its transaction may be sorted.
  await db.execute(sql`set local enable_sort to default`)
  return hits
}

async function searchWithin(tx: Executor, query: NearestQuery): Promise<readonly IndexHit[]> {
  await tx.execute(prepareSearch(query))
  const rows = await graphQuery(tx, query)
  return rows.map(({ subjectId, distance }) => ({ subjectId, score: -distance }))
}

/** What PostgreSQL would do for this search, one line a step. */
export const planOfSearch = (db: Executor, query: NearestQuery): Promise<string> =>
  db.transaction(async (tx) => {
    await tx.execute(prepareSearch(query))
    const plan = await tx.execute(sql`explain (costs off) ${graphQuery(tx, query).getSQL()}`)
    return (plan as unknown as readonly { 'QUERY PLAN': string }[]).map((row) => row['QUERY PLAN']).join('\n')
  })

/**
 * Settings until the end of the transaction. Only a graph brings rows in the order of their distance: without sorts it is taken whenever
 * there is one, whatever the planner's statistics make of the gallery's size. That one goes back after the search.
 */
function prepareSearch({ applicationId, galleryId, limit }: NearestQuery): SQL {
  const own = sql`select ${galleries.hnswEfSearch} from ${galleries} where ${and(
    eq(galleries.applicationId, applicationId),
    eq(galleries.id, galleryId),
  )}`
  const efSearch = sql`greatest(${limit}::int, coalesce((${own}), ${defaultEfSearch}::int))`
  return sql`select set_config('hnsw.ef_search', ${efSearch}::text, true),
    set_config('hnsw.iterative_scan', 'strict_order', true),
    set_config('plan_cache_mode', 'force_custom_plan', true),
    set_config('enable_sort', 'off', true)`
}

/** As the graph is declared, so that it serves: the same expression, the same conditions. The key version is looked at afterwards. */
function graphQuery(tx: Executor, { vector, limit, ...space }: NearestQuery) {
  const dimension = sql.raw(String(vector.length))
  const type = sql`halfvec(${dimension})`
  const distance = sql<number>`(${faces.vector}::${type}) <#> ${toSql([...vector])}::${type}`
  return tx
    .select({ subjectId: faces.subjectId, distance })
    .from(faces)
    .where(
      and(
        eq(faces.applicationId, space.applicationId),
        eq(faces.galleryId, space.galleryId),
        eq(faces.modelId, space.modelId),
        sql`${faces.dimension} = ${dimension}::smallint`,
        eq(faces.keyVersion, space.keyVersion),
      ),
    )
    .orderBy(asc(distance))
    .limit(limit)
}
