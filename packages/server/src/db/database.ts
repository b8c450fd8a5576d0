import { and, eq, inArray, lt, sql } from 'drizzle-orm'
import type { Database, SearchMemory, TemplateIndex } from '../domain/ports.ts'
import type { Vault } from '../domain/vault.ts'
import { createOpenedKeyCache, createSealing } from './application-key-store.ts'
import { sweepAttempts } from './attempt-store.ts'
import { sweepDevices } from './device-store.ts'
import { eachInTurn } from './each-in-turn.ts'
import { engineOf } from './engine-of.ts'
import type { ExactSearch } from './exact-search.ts'
import type { Executor } from './executor.ts'
import { sweepGalleryChanges } from './gallery-feed.ts'
import { createGalleryMemory } from './gallery-memory.ts'
import { findGraph, sweepGraphs } from './hnsw-graph.ts'
import { sweepOffline } from './offline-sweep.ts'
import { sweepRateWindows } from './rate-window-store.ts'
import { resealKeys } from './reseal-keys.ts'
import { applications, idempotentRequests, keptImages, sessionPhotos, sessions, templateDigests } from './schema.ts'
import { followGalleries } from './sealed-index.ts'
import { createSearchPlans } from './search-plans.ts'
import { withSqlErrors } from './sql-errors.ts'
import { createStores } from './stores.ts'
import { sweepRows } from './sweep-rows.ts'
import { createTemplateIndex } from './template-index.ts'
import type { OnSearch } from './timed-index.ts'
import { sweepDeliveries } from './webhook-stores.ts'

/** Results and challenges go with their session; an hour leaves time to answer "expired" instead of "unknown". */
const keepSessionsMs = 3_600_000

/** How long a template is recognised as a replay. */
const keepDigestsMs = 180 * 86_400_000

/** How long a request may come again and be answered as before. */
const keepIdempotencyMs = 86_400_000

/** About 180,000 templates of 512 numbers. */
export const defaultSealedMemoryBytes = 256 * 2 ** 20

export interface DatabaseOptions {
  /** Holds the master key, under which the applications' keys are sealed. */
  readonly vault: Vault
  /** Whether it is PostgreSQL, where a gallery can have a graph of its own. */
  readonly hasGraphs?: boolean
  readonly createIndex?: (db: Executor) => TemplateIndex
  /** For galleries in this process's memory; undefined: none are. */
  readonly createSearch?: ((db: Executor) => ExactSearch) | undefined
  /** For opened templates of applications whose templates are sealed. */
  readonly sealedMemoryBytes?: number
  /** Told how long each search took, and what searched. */
  readonly onSearch?: OnSearch | undefined
}

/** Where galleries are not searched in memory. */
const noMemory: SearchMemory = { usedBytes: 0, maxBytes: 0, galleries: 0, loads: 0, failures: 0, evictions: 0 }

/** What asks the database past the stores. */
type Asked = Pick<Database, 'transaction' | 'ping' | 'now' | 'resealKeys' | 'engineOf' | 'graphOf' | 'follow' | 'sweep'>

/** The storage port over an open drizzle database. */
export function createDatabase(db: Executor, close: () => Promise<void>, options: DatabaseOptions): Database {
  const cache = createOpenedKeyCache(options.vault)
  const memory = createGalleryMemory(options.sealedMemoryBytes ?? defaultSealedMemoryBytes)
  const exact = options.createSearch?.(db)
  const plans = createSearchPlans(options.hasGraphs ?? false)
  const createIndex =
    options.createIndex ??
    ((on: Executor) => createTemplateIndex(on, cache, memory, { exact, plans, onSearch: options.onSearch }))

  const follow = async (galleryIds?: ReadonlySet<string>) => {
    await followGalleries(db, { sealing: createSealing(db, cache), memory }, galleryIds)
    await exact?.loader.follow(galleryIds)
  }

  const asked: Asked = {
    transaction: (work) => db.transaction((tx) => work(createStores(tx, createIndex, cache))),
    async ping() {
      await db.execute(sql`select 1`)
    },
    async now() {
      const seconds = sql<number>`extract(epoch from clock_timestamp())::float8`
      const [row] = await db.select({ seconds }).from(sql`(values (1)) as once`)
      return new Date(Number(row!.seconds) * 1000)
    },
    resealKeys: () => resealKeys(db, options.vault),
    engineOf: (space) => engineOf(db, space, { sealed: memory, exact: exact?.memory, plans }),
    graphOf: (space) => findGraph(db, space),
    follow,
    async sweep(now) {
      const before = (ms: number) => new Date(now.getTime() - ms)
      await eachInTurn([
        () => sweepPhotos(db, now),
        () => sweepRows(db, sessions, lt(sessions.expiresAt, before(keepSessionsMs))),
        () => sweepRows(db, templateDigests, lt(templateDigests.seenAt, before(keepDigestsMs))),
        () => sweepRows(db, idempotentRequests, lt(idempotentRequests.createdAt, before(keepIdempotencyMs))),
        () => sweepGalleryChanges(db, now),
        () => sweepGraphs(db),
        () => sweepDevices(db, now),
        () => sweepDeliveries(db, now),
        () => sweepOffline(db, now),
        () => sweepRateWindows(db, now),
        () => sweepAttempts(db, now),
        () => follow(),
      ])
    },
  }

  const stores = createStores(db, createIndex, cache)
  return {
    ...withSqlErrors(asked),
    hasGraphs: options.hasGraphs ?? false,
    stores,
    reads: stores,
    connections: () => null,
    searchMemory: () => exact?.memory.usage() ?? noMemory,
    onChange: () => () => {},
    async close() {
      try {
        await exact?.close()
      } finally {
        await close()
      }
    },
  }
}

/**
 * What a session was opened with goes when it ends, and not an hour later. So does what was still being enrolled when its application
 * gave keeping pictures up.
 */
async function sweepPhotos(db: Executor, now: Date): Promise<void> {
  const ended = db
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.hasPhoto, true), lt(sessions.expiresAt, now)))
  await sweepRows(db, sessionPhotos, inArray(sessionPhotos.sessionId, ended))
  await sweepRows(db, keptImages, inArray(keptImages.sessionId, ended))
  const keepsNone = sql`${applications.settings} -> 'retain_images' is distinct from 'true'::jsonb`
  const forgetful = db.select({ id: applications.id }).from(applications).where(keepsNone)
  await sweepRows(db, keptImages, inArray(keptImages.applicationId, forgetful))
}

/** The same folder from `src/db` and from `dist/db`. */
export const migrationsFolder = new URL('../../migrations', import.meta.url)
