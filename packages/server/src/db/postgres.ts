import { fileURLToPath } from 'node:url'
import { MienError } from '@mien/shared/errors'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'
import type { Database } from '../domain/ports.ts'
import { createDatabase, type DatabaseOptions, migrationsFolder } from './database.ts'
import * as schema from './schema.ts'
import { sealStored } from './seal-stored.ts'

/** Any number that nothing else in the database locks on: makes processes that start together migrate in turn. */
const migrationLock = 7_143_552_018

const silent = { onnotice: () => {} }

/**
 * Opens PostgreSQL with pgvector and brings the schema up to date.
 *
 * @throws MienError DATABASE_UNAVAILABLE
 */
export async function openPostgres(url: string, options: DatabaseOptions): Promise<Database> {
  try {
    await migrateOnce(url)
  } catch (cause) {
    throw new MienError('DATABASE_UNAVAILABLE', { cause })
  }
  const client = postgres(url, {
    ...silent,
    max: 10,
    connect_timeout: 5,
    // Milliseconds: a statement or a transaction that hangs gives its connection back.
    connection: { statement_timeout: 5000, idle_in_transaction_session_timeout: 10_000 },
  })
  const db = drizzle(client, { schema })
  try {
    await sealStored(db, options.vault)
  } catch (error) {
    await client.end({ timeout: 5 })
    throw error
  }
  return createDatabase(db, () => client.end({ timeout: 5 }), options)
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
