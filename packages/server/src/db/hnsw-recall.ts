import { MienError } from '@mien/shared/errors'
import { and, eq, isNotNull, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import type { Face } from '../domain/model.ts'
import type { IndexHit, NearestQuery, TemplateIndex } from '../domain/ports.ts'
import { createExactIndex } from './exact-index.ts'
import { createExactSearch } from './exact-search.ts'
import type { Executor } from './executor.ts'
import { sizeOfGallery } from './gallery-sizes.ts'
import { graphName } from './hnsw-graph.ts'
import { createHnswIndex, planOfSearch } from './hnsw-index.ts'
import { perturb, seededNormals } from './perturb.ts'
import { createPgvectorIndex } from './pgvector-index.ts'
import * as schema from './schema.ts'
import { faces, galleries } from './schema.ts'
import { fromSqlError } from './sql-errors.ts'

export interface RecallOptions {
  readonly applicationId: string
  /** Its name. */
  readonly gallery: string
  /** Searches of each engine, 1..10,000. */
  readonly probes: number
  /** Length of what is added to a stored template of length 1, 0 to 10: the cosine of both is then about 1/sqrt(1 + noise²). */
  readonly noise: number
  readonly seed: number
  /** Of this process, for the engine in memory; 0: it is not measured. */
  readonly memoryBytes: number
}

export interface EngineRecall {
  readonly engine: 'database' | 'memory' | 'hnsw'
  readonly p50Ms: number
  readonly p99Ms: number
  /** Searches whose best face is as near as that of the exact search. */
  readonly sameFace: number
  /** Searches whose best face is of the same person. */
  readonly samePerson: number
}

export interface RecallReport {
  readonly faces: number
  readonly probes: number
  /** Mean cosine of a probe and the template that it was made of. */
  readonly cosine: number
  /** Exact search in the database first: the others are measured against it. */
  readonly engines: readonly EngineRecall[]
  /** Those that cannot search the gallery, and why. */
  readonly left: readonly { readonly engine: EngineRecall['engine']; readonly reason: 'no_graph' | 'off' | 'no_room' }[]
}

/** As many as the server asks an engine for at first. */
const limit = 20

interface Engine {
  readonly engine: EngineRecall['engine']
  readonly nearest: (query: NearestQuery) => Promise<readonly IndexHit[]>
}

/**
 * Asks each engine for the same probes, one after the other in turn. Nothing is written: the database refuses it.
 *
 * @throws MienError NOT_FOUND, CONFLICT when no template of the gallery lies in the database unsealed, DATABASE_UNAVAILABLE
 */
export async function measureRecall(url: string, options: RecallOptions): Promise<RecallReport> {
  const readOnly = { default_transaction_read_only: true, statement_timeout: 0 }
  const client = postgres(url, { max: 2, onnotice: () => {}, connect_timeout: 5, connection: readOnly })
  try {
    return await measure(drizzle(client, { schema }) as unknown as Executor, options)
  } catch (error) {
    throw fromSqlError(error)
  } finally {
    await client.end({ timeout: 5 })
  }
}

async function measure(db: Executor, options: RecallOptions): Promise<RecallReport> {
  const samples = await sampleFaces(db, options)
  const normals = seededNormals(options.seed)
  const probes = samples.map((face) => ({ face, vector: perturb(face.vector, options.noise, normals) }))
  const queries = probes.map(({ face, vector }) => ({ ...spaceOf(face), vector, limit }))
  const cosine = mean(probes.map(({ face, vector }) => dot(face.vector, vector)))
  const memory = options.memoryBytes > 0 ? createExactSearch(db, { maxBytes: options.memoryBytes }) : undefined
  try {
    const exact = createPgvectorIndex(db)
    const inMemory = memory === undefined ? undefined : await loaded(db, memory, queries, exact)
    const engines: Engine[] = [{ engine: 'database', nearest: exact.nearest }]
    const left: RecallReport['left'][number][] = []
    if (inMemory === undefined) left.push({ engine: 'memory', reason: memory === undefined ? 'off' : 'no_room' })
    else engines.push(inMemory)
    if (await hasGraphs(db, queries)) engines.push({ engine: 'hnsw', nearest: createHnswIndex(db).nearest })
    else left.push({ engine: 'hnsw', reason: 'no_graph' })
    const measured = await compareEngines(engines, queries)
    return { faces: await countOf(db, queries), probes: probes.length, cosine, engines: measured, left }
  } finally {
    await memory?.close()
  }
}

const spaceOf = ({ applicationId, galleryId, modelId, keyVersion }: Face) => ({
  applicationId,
  galleryId,
  modelId,
  keyVersion,
})

/** The same for the same seed, as long as the gallery stays as it is. */
async function sampleFaces(db: Executor, options: RecallOptions): Promise<readonly Face[]> {
  const { applicationId, gallery, probes, seed } = options
  const at = and(eq(galleries.applicationId, applicationId), eq(galleries.name, gallery))
  const [found] = await db.select({ id: galleries.id }).from(galleries).where(at)
  if (found === undefined) throw new MienError('NOT_FOUND', { message: 'There is no such gallery' })
  const mine = and(eq(faces.applicationId, applicationId), eq(faces.galleryId, found.id), isNotNull(faces.vector))
  const shuffled = db
    .select()
    .from(faces)
    .where(mine)
    .orderBy(sql`md5(${faces.id}::text || ${String(seed)}::text)`)
  const rows = await shuffled.limit(probes)
  if (rows.length === 0)
    throw new MienError('CONFLICT', { message: 'No template of the gallery lies in the database unsealed' })
  return rows.flatMap(({ vector, ...row }) => (vector === null ? [] : [{ ...row, vector }]))
}

/** One space of each that occurs: usually one. */
const spacesOf = (queries: readonly NearestQuery[]): readonly NearestQuery[] => [
  ...new Map(queries.map((query) => [`${query.modelId}|${query.keyVersion}`, query])).values(),
]
const modelsOf = (queries: readonly NearestQuery[]): readonly NearestQuery[] => [
  ...new Map(queries.map((query) => [query.modelId, query])).values(),
]

/** Whether PostgreSQL really goes by them. */
async function hasGraphs(db: Executor, queries: readonly NearestQuery[]): Promise<boolean> {
  for (const query of modelsOf(queries)) if (!(await planOfSearch(db, query)).includes(graphName(query))) return false
  return true
}

async function countOf(db: Executor, queries: readonly NearestQuery[]): Promise<number> {
  const sizes = await Promise.all(modelsOf(queries).map((space) => sizeOfGallery(db, space)))
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** @returns undefined where the gallery does not fit into memory */
async function loaded(
  db: Executor,
  search: ReturnType<typeof createExactSearch>,
  queries: readonly NearestQuery[],
  exact: TemplateIndex,
): Promise<Engine | undefined> {
  const index = createExactIndex(db, search)
  const ask = async (query: NearestQuery) => index.tryNearest({ ...query, gallerySize: await sizeOfGallery(db, query) })
  for (const space of spacesOf(queries)) {
    await ask(space)
    await search.loader.settled()
    if ((await ask(space)) === null) return undefined
  }
  return { engine: 'memory', nearest: async (query) => (await ask(query)) ?? exact.nearest(query) }
}

async function compareEngines(
  engines: readonly Engine[],
  queries: readonly NearestQuery[],
): Promise<readonly EngineRecall[]> {
  const tallies = engines.map(({ engine, nearest }) => ({ engine, nearest, ms: [] as number[], face: 0, person: 0 }))
  for (const query of queries) {
    let exact: IndexHit | undefined
    for (const tally of tallies) {
      const began = performance.now()
      const [best] = await tally.nearest(query)
      tally.ms.push(performance.now() - began)
      exact ??= best
      // Both are computed of the stored vector: another face is as near by chance alone.
      if (best !== undefined && best.score === exact?.score) tally.face++
      if (best !== undefined && best.subjectId === exact?.subjectId) tally.person++
    }
  }
  return tallies.map(({ engine, ms, face, person }) => ({
    engine,
    p50Ms: quantile(ms, 0.5),
    p99Ms: quantile(ms, 0.99),
    sameFace: face,
    samePerson: person,
  }))
}

/** Nearest rank. */
function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0)
