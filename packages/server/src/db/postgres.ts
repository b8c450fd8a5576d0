import { fileURLToPath } from 'node:url'
import { MienError } from '@mien/shared/errors'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'
import type { Database } from '../domain/ports.ts'
import { createDatabase, type DatabaseOptions, migrationsFolder } from './database.ts'
import { createPool, type PoolOptions } from './pool.ts'
import * as schema from './schema.ts'
import { sealStored } from './seal-stored.ts'

/** Any number that nothing else in the database locks on: makes processes that start together migrate in turn. */
const migrationLock = 7_143_552_018

/** Of one server, when nobody says how many. */
export const defaultConnections = 10

export interface PostgresOptions extends DatabaseOptions {
  readonly pool?: PoolOptions
}

const silent = { onnotice: () => {} }

/**
 * Opens PostgreSQL with pgvector and brings the schema up to date.
 *
 * @throws MienError DATABASE_UNAVAILABLE
 */
export async function openPostgres(url: string, options: PostgresOptions): Promise<Database> {
  try {
    await migrateOnce(url)
  } catch (cause) {
    throw new MienError('DATABASE_UNAVAILABLE', { cause })
  }
  const pool = createPool(url, options.pool ?? { connections: defaultConnections })
  const db = drizzle(pool.client, { schema })
  try {
    await sealStored(db, options.vault)
  } catch (error) {
    await pool.close()
    throw error
  }
  return createDatabase(db, pool.close, { ...options, hasGraphs: true })
}

async function migrateOnce(url: string): Promise<void> {
  const client = postgres(url, { ...silent, max: 1, connect_timeout: 5 })
  try {
    await client`select pg_advisory_lock(${migrationLock})`
    await migrate(drizzle(client), { migrationsFolder: fileURLToPath(migrationsFolder) })
    await client`select pg_advisory_unlock(${migrationLock})`
  } finally {
    await client.end({ timeout: 5 })
  }
}
