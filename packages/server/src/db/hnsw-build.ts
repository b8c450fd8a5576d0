import { MienError } from '@mien/shared/errors'
import { and, count, eq, isNotNull, sql } from 'drizzle-orm'
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import type { FaceSpace } from '../domain/model.ts'
import type { Executor } from './executor.ts'
import { findGraph, graphBuildCandidates, graphLinks, graphName, graphPrefix } from './hnsw-graph.ts'
import * as schema from './schema.ts'
import { faces, galleries } from './schema.ts'
import { fromSqlError } from './sql-errors.ts'

export interface GraphProgress {
  readonly modelId: string
  /** In the words of PostgreSQL's `pg_stat_progress_create_index`. */
  readonly phase: string
  /** Faces that are in the graph. */
  readonly done: number
  readonly faces: number
}

export interface OptimizeOptions {
  /** Builds also where there is one, which serves meanwhile. */
  readonly rebuild?: boolean
  /** MiB of the database server's memory, per graph. Default: what it needs, 1024 at most. */
  readonly memoryMb?: number
  /** Processes beside the first, 0..64. Default: the database server's own setting. */
  readonly workers?: number
  readonly onProgress?: (progress: GraphProgress) => void
}

export interface OptimizedGraph {
  readonly modelId: string
  readonly faces: number
  readonly bytes: number
  readonly seconds: number
  /** `kept`: it was there already. */
  readonly outcome: 'built' | 'rebuilt' | 'kept'
}

/** Builds and removes graphs over a connection of its own, which has no limit of time. */
export interface GraphBuilder {
  /**
   * A graph for each model of the gallery. People enrol and sign in meanwhile. When it is interrupted nothing half-built is searched, and
   * the next time removes it.
   *
   * @throws MienError NOT_FOUND, CONFLICT (nothing to build it of, or it is being built), DATABASE_UNAVAILABLE
   */
  optimize(applicationId: string, gallery: string, options?: OptimizeOptions): Promise<readonly OptimizedGraph[]>
  /** @returns how many went. @throws MienError NOT_FOUND */
  drop(applicationId: string, gallery: string): Promise<number>
  close(): Promise<void>
}

type Db = PostgresJsDatabase<typeof schema>

const progressMs = 500

export function openGraphBuilder(url: string): GraphBuilder {
  const options = { max: 1, onnotice: () => {}, connect_timeout: 5 }
  const patient = { statement_timeout: 0, lock_timeout: 0 }
  const client = postgres(url, { ...options, max_lifetime: null, connection: patient })
  const watcher = postgres(url, options)
  const db = drizzle(client, { schema })
  const watching = drizzle(watcher, { schema })

  return {
    optimize: (applicationId, name, how = {}) =>
      asOwnErrors(async () => {
        const galleryId = await galleryIdOf(db, applicationId, name)
        const parts = await partsOf(db, applicationId, galleryId)
        if (parts.length === 0) throw nothingToBuild()
        const built: OptimizedGraph[] = []
        for (const part of parts) {
          const build = () => withProgress(db, watching, part, how, () => buildPart(db, part, how))
          built.push(await alone(db, graphName(part.space), build))
        }
        return built
      }),
    drop: (applicationId, name) =>
      asOwnErrors(async () => {
        const galleryId = await galleryIdOf(db, applicationId, name)
        const found = await graphsOf(db, applicationId, galleryId)
        for (const graph of found) await alone(db, graph, () => dropGraph(db, graph))
        return found.length
      }),
    async close() {
      await Promise.all([client.end({ timeout: 5 }), watcher.end({ timeout: 5 })])
    },
  }
}

/** What a graph is built of. */
interface Part {
  readonly space: FaceSpace
  readonly dimension: number
  readonly faces: number
}

async function galleryIdOf(db: Db, applicationId: string, name: string): Promise<string> {
  const at = and(eq(galleries.applicationId, applicationId), eq(galleries.name, name))
  const [gallery] = await db.select({ id: galleries.id }).from(galleries).where(at)
  if (gallery === undefined) throw new MienError('NOT_FOUND', { message: 'There is no such gallery' })
  return gallery.id
}

/** By model, without what is sealed. */
async function partsOf(db: Db, applicationId: string, galleryId: string): Promise<readonly Part[]> {
  const { modelId, dimension } = faces
  const mine = and(eq(faces.applicationId, applicationId), eq(faces.galleryId, galleryId), isNotNull(faces.vector))
  const rows = await db
    .select({ modelId, dimension, faces: count() })
    .from(faces)
    .where(mine)
    .groupBy(modelId, dimension)
    .orderBy(modelId)
  return rows.map(({ modelId: id, ...row }) => ({ space: { applicationId, galleryId, modelId: id }, ...row }))
}

const nothingToBuild = () =>
  new MienError('CONFLICT', {
    message: 'A graph is built of templates that lie in the database unsealed, and the gallery has none',
  })

/** Also those that are broken, and of models that have no faces any more. */
async function graphsOf(db: Db, applicationId: string, galleryId: string): Promise<readonly string[]> {
  const start = `${graphPrefix}${galleryId.replaceAll('-', '')}_`
  const rows = await db
    .select({ name: sql<string>`pg_class.relname` })
    .from(sql`pg_class join pg_index on pg_index.indexrelid = pg_class.oid`)
    .where(
      sql`pg_index.indrelid = 'faces'::regclass and starts_with(pg_class.relname, ${start})
        and position(${applicationId} in pg_get_expr(pg_index.indpred, pg_index.indrelid)) > 0`,
    )
  return rows.map(({ name }) => name)
}

/** @throws MienError CONFLICT when somebody else is at it */
async function alone<T>(db: Db, name: string, work: () => Promise<T>): Promise<T> {
  const key = sql`hashtextextended(${name}, 0)`
  const [lock] = await db.select({ isMine: sql<boolean>`pg_try_advisory_lock(${key})` }).from(once)
  if (lock?.isMine !== true)
    throw new MienError('CONFLICT', { message: 'The graph of this gallery is being built or removed' })
  try {
    return await work()
  } finally {
    await db.execute(sql`select pg_advisory_unlock(${key})`).catch(() => undefined)
  }
}

const once = sql`(values (1)) as once`

async function buildPart(db: Db, part: Part, how: OptimizeOptions): Promise<OptimizedGraph> {
  const { space } = part
  const began = performance.now()
  const name = graphName(space)
  await removeLeftovers(db, name)
  const isThere = (await findGraph(asExecutor(db), space))?.state === 'ready'
  const outcome = !isThere ? 'built' : how.rebuild === true ? 'rebuilt' : 'kept'
  if (outcome !== 'kept') {
    await prepareServer(db, part, how)
    const statement =
      outcome === 'built' ? await creation(db, part) : sql`reindex index concurrently ${sql.identifier(name)}`
    await orRemove(db, name, () => onFewerProcesses(db, name, () => db.execute(statement)))
  }
  const graph = await findGraph(asExecutor(db), space)
  const seconds = (performance.now() - began) / 1000
  return { modelId: space.modelId, faces: part.faces, bytes: graph?.bytes ?? 0, seconds, outcome }
}

const asExecutor = (db: Db) => db as unknown as Executor

/** What was interrupted: the graph itself, and those that were to take its place. */
async function removeLeftovers(db: Db, name: string): Promise<void> {
  const rows = await db
    .select({ name: sql<string>`pg_class.relname` })
    .from(sql`pg_class join pg_index on pg_index.indexrelid = pg_class.oid`)
    .where(sql`starts_with(pg_class.relname, ${name}) and not pg_index.indisvalid`)
  for (const left of rows) await dropGraph(db, left.name)
}

async function dropGraph(db: Db, name: string): Promise<void> {
  await db.execute(sql`drop index concurrently if exists ${sql.identifier(name)}`)
}

/** Bytes of a node while it is built: its vector, its links of both kinds, and what keeps them together. */
const bytesOfNode = (dimension: number) => 2 * dimension + 2 * graphLinks * 16 + 400

const mebibyte = 2 ** 20
const maxDefaultMb = 1024

async function prepareServer(db: Db, { dimension, faces: size }: Part, how: OptimizeOptions): Promise<void> {
  // Nothing is built any more when nobody waits for it: the database looks every five seconds, where its system lets it.
  await db.execute(sql`set client_connection_check_interval = 5000`).catch(() => undefined)
  const needed = Math.ceil((size * bytesOfNode(dimension)) / mebibyte)
  const memoryMb = how.memoryMb ?? Math.min(Math.max(needed, 64), maxDefaultMb)
  await db.execute(sql`select set_config('maintenance_work_mem', ${`${memoryMb}MB`}, false)`)
  if (how.workers !== undefined)
    await db.execute(sql`select set_config('max_parallel_maintenance_workers', ${String(how.workers)}, false)`)
}

/** A partial index takes no parameters: PostgreSQL itself writes the values into the statement. */
async function creation(db: Db, { space, dimension }: Part) {
  const { applicationId, galleryId, modelId } = space
  const template = `create index concurrently %I on faces
    using hnsw ((vector::halfvec(${dimension})) halfvec_ip_ops) with (m = ${graphLinks}, ef_construction = ${graphBuildCandidates})
    where application_id = %L and gallery_id = %L and model_id = %L and dimension = ${dimension}::smallint`
  const statement = sql<string>`format(${template}, ${graphName(space)}::text, ${applicationId}::text, ${galleryId}::text, ${modelId}::text)`
  const [row] = await db.select({ statement }).from(once)
  return sql.raw(row!.statement)
}

/** Several processes share the memory of `/dev/shm`, which is small in a container: one alone needs none of it. */
async function onFewerProcesses(db: Db, name: string, build: () => PromiseLike<unknown>): Promise<void> {
  try {
    await build()
  } catch (error) {
    if (!/shared memory/.test(messageOf(error))) throw error
    await removeLeftovers(db, name)
    await db.execute(sql`set max_parallel_maintenance_workers = 0`)
    await build()
  }
}

/** @throws MienError DATABASE_UNAVAILABLE with the database's own words, which name no value of a row */
async function orRemove(db: Db, name: string, build: () => Promise<void>): Promise<void> {
  try {
    await build()
  } catch (error) {
    await removeLeftovers(db, name).catch(() => undefined)
    throw new MienError('DATABASE_UNAVAILABLE', { message: `The graph was not built: ${messageOf(error)}` })
  }
}

/** Drizzle's own words are the statement. */
function messageOf(error: unknown): string {
  const at = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return at instanceof Error ? at.message : String(at)
}

/** Tells how far the work is while it goes on. */
async function withProgress<T>(
  db: Db,
  watching: Db,
  { space: { modelId }, faces: size }: Part,
  { onProgress }: OptimizeOptions,
  work: () => Promise<T>,
): Promise<T> {
  if (onProgress === undefined) return work()
  const [own] = await db.select({ pid: sql<number>`pg_backend_pid()` }).from(once)
  const look = async () => {
    const [row] = await watching
      .select({ phase: sql<string>`at.phase`, done: sql`at.tuples_done`.mapWith(Number) })
      .from(sql`pg_stat_progress_create_index as at`)
      .where(sql`at.pid = ${own!.pid}`)
    if (row !== undefined) onProgress({ modelId, phase: row.phase, done: row.done, faces: size })
  }
  const timer = setInterval(() => look().catch(() => undefined), progressMs)
  try {
    return await work()
  } finally {
    clearInterval(timer)
  }
}

async function asOwnErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw fromSqlError(error)
  }
}
