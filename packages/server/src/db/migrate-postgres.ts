import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { MienError } from '@mien/shared/errors'
import { DrizzleQueryError } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'
import { ofConnection } from './connection-errors.ts'
import { migrationsFolder } from './database.ts'
import { fromSqlError, sqlState } from './sql-errors.ts'

/** Any number that nothing else in the database locks on: makes processes that start together migrate in turn. */
const migrationLock = 7_143_552_018

/** Milliseconds that a migration waits for a table, and whoever came after it for the migration (rule RL10). */
const lockMs = 1000

const firstPauseMs = 500
const longestPauseMs = 10_000

/** Milliseconds after which a start gives up: transactions of servers are over in seconds, so somebody else holds the tables. */
const longestMs = 5 * 60_000

/** lock_timeout, and a deadlock that the database ended. */
const inUse: readonly unknown[] = ['55P03', '40P01']

/** The extension is not installed there: as the versions of PostgreSQL say it. */
const lacksExtension: readonly unknown[] = ['0A000', '58P01']

export interface MigrateOptions {
  /** The tables are in use: it is tried again after so many milliseconds. */
  readonly onWait?: ((pauseMs: number) => void) | undefined
  /** Of the migrations; by default the server's own. */
  readonly folder?: string
}

/**
 * Brings the schema up to date, all of it or nothing, in turn with other processes that start. Requests of servers of the version before go
 * on meanwhile: it steps back for them, again and again.
 *
 * @throws MienError DATABASE_UNAVAILABLE (also without pgvector), OVERLOADED (the tables were in use for five minutes), INTERNAL (a
 *   migration was refused, such as for want of rights)
 */
export async function migratePostgres(url: string, options: MigrateOptions = {}): Promise<void> {
  const client = postgres(url, { onnotice: () => {}, max: 1, connect_timeout: 5, fetch_types: false })
  try {
    await client`select pg_advisory_lock(${migrationLock})`
    await client.unsafe(`set lock_timeout = ${lockMs}`)
    await migratePatiently(client, options)
    await client`select pg_advisory_unlock(${migrationLock})`
  } catch (error) {
    throw told(error)
  } finally {
    await client.end({ timeout: 5 })
  }
}

async function migratePatiently(client: postgres.Sql, { onWait, folder }: MigrateOptions): Promise<void> {
  const migrationFiles = folder ?? fileURLToPath(migrationsFolder)
  const giveUpAt = performance.now() + longestMs
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    try {
      return await migrate(drizzle(client), { migrationsFolder: migrationFiles })
    } catch (error) {
      if (!inUse.includes(sqlState(error)) || performance.now() + pauseMs > giveUpAt) throw error
      onWait?.(pauseMs)
      await sleep(pauseMs)
    }
  }
}

function told(error: unknown): MienError {
  const state = sqlState(error)
  if (lacksExtension.includes(state)) return new MienError('DATABASE_UNAVAILABLE', { cause: new Error(state) })
  const own = fromSqlError(ofConnection(error instanceof DrizzleQueryError ? error.cause : error))
  const isForNow = own instanceof MienError && ['DATABASE_UNAVAILABLE', 'OVERLOADED'].includes(own.code)
  return isForNow ? own : new MienError('INTERNAL', { cause: new Error(`A migration was refused: SQLSTATE ${state}`) })
}
