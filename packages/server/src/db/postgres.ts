import { fileURLToPath } from 'node:url'
import { MienError } from '@mien/shared/errors'
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator'
import { drizzle } from 'drizzle-orm/postgres-js'
import type { Database, ReadStores, TemplateIndex } from '../domain/ports.ts'
import { createOpenedKeyCache } from './application-key-store.ts'
import { changesChannel, createChangeFeed } from './change-feed.ts'
import { createDatabase, type DatabaseOptions, migrationsFolder } from './database.ts'
import type { Executor } from './executor.ts'
import { listenTo } from './listener.ts'
import { migratePostgres } from './migrate-postgres.ts'
import { createPool, type Pool, type PoolOptions } from './pool.ts'
import { openReplica, type ReplicaOptions } from './replica.ts'
import * as schema from './schema.ts'
import { sealStored } from './seal-stored.ts'
import { fromSqlError } from './sql-errors.ts'
import { createStores } from './stores.ts'

/** Of one server, when nobody says how many. */
const defaultConnections = 10

export interface PostgresOptions extends DatabaseOptions {
  readonly pool?: PoolOptions
  /** A standby, for reads that may be a little old. */
  readonly replica?: (ReplicaOptions & { readonly url: string }) | undefined
  /** The schema is not up to date yet, because its tables are in use: it is tried again after so many milliseconds. */
  readonly onMigrationWait?: ((pauseMs: number) => void) | undefined
}

/**
 * Opens PostgreSQL with pgvector and brings the schema up to date.
 *
 * @throws MienError those of migratePostgres; what was opened is closed again
 */
export async function openPostgres(url: string, options: PostgresOptions): Promise<Database> {
  await migratePostgres(url, { onWait: options.onMigrationWait })
  const pool = createPool(url, options.pool ?? { connections: defaultConnections })
  try {
    return await open(url, pool, options)
  } catch (error) {
    await pool.close().catch(() => {})
    throw fromSqlError(error)
  }
}

async function open(url: string, pool: Pool, options: PostgresOptions): Promise<Database> {
  const db = drizzle(pool.client, { schema })
  await sealStored(db, options.vault)
  const newest = Math.max(...readMigrationFiles({ migrationsFolder: fileURLToPath(migrationsFolder) }).map(madeAt))
  const database = createDatabase(db, pool.close, { ...options, hasGraphs: true })
  const replica =
    options.replica === undefined
      ? undefined
      : openReplica(options.replica.url, { pool, reads: database.reads }, readsOver(options), options.replica)
  const changes = createChangeFeed(database.follow)
  const listener = listenTo(url, changesChannel, { onNotice: changes.take, onListening: changes.takeAll })
  return {
    ...database,
    connections: pool.figures,
    reads: replica?.reads ?? database.reads,
    onChange: changes.subscribe,
    async close() {
      await listener.stop()
      await replica?.close()
      await changes.stop()
      await database.close()
    },
    async ping() {
      const [row] = await pool.aside(lastMigration).catch((error) => {
        throw fromSqlError(error)
      })
      // One that was restored from before this server's schema.
      if (!(Number(row?.last) >= newest))
        throw new MienError('DATABASE_UNAVAILABLE', { message: 'The schema is older' })
    },
  }
}

const readsOver =
  ({ vault }: PostgresOptions) =>
  (db: Executor): ReadStores =>
    createStores(db, () => searchesNothing, createOpenedKeyCache(vault))

const searchesNothing: TemplateIndex = { nearest: () => Promise.reject(new MienError('INTERNAL')) }

const madeAt = ({ folderMillis }: MigrationMeta): number => folderMillis

/** When the newest that was applied was made, in milliseconds since 1970: where drizzle notes it. */
const lastMigration = 'select max(created_at)::float8 as last from drizzle.__drizzle_migrations'
