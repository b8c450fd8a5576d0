import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { MienError } from '@mien/shared/errors'
import { DrizzleQueryError, sql } from 'drizzle-orm'
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import { ofConnection } from './connection-errors.ts'
import { migrationsFolder } from './database.ts'
import { createPool } from './pool.ts'
import { fromSqlError, sqlState } from './sql-errors.ts'

/** Any number that nothing else in the database locks on: makes processes that start together migrate in turn. */
const migrationLock = 7_143_552_018

/** Milliseconds that a migration waits for a table, and whoever came after it for the migration (rule RL10). */
const lockMs = 1000

/** A day: how long a statement takes depends on how much there is, and whoever starts may wait for another's migrations. */
const longestMsAtAll = 24 * 3_600_000

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
  // Of our own connections: the driver's ends the process where it is lost in a transaction.
  const pool = createPool(url, { connections: 1, statementMs: longestMsAtAll, lifetimeMs: longestMsAtAll })
  const db = drizzle(pool.client)
  try {
    await migratePatiently(db, options)
  } catch (error) {
    throw told(error)
  } finally {
    await pool.close().catch(() => {})
  }
}

/** Until the connection ends. At each attempt: one that was lost in the pause took its turn with it. */
async function takeTurn(db: PostgresJsDatabase): Promise<void> {
  await db.execute(sql.raw('set lock_timeout = 0'))
  await db.execute(sql`select pg_advisory_lock(${migrationLock}::bigint)`)
  await db.execute(sql.raw(`set lock_timeout = ${lockMs}`))
}

async function migratePatiently(db: PostgresJsDatabase, { onWait, folder }: MigrateOptions): Promise<void> {
  const migrationFiles = folder ?? fileURLToPath(migrationsFolder)
  const giveUpAt = performance.now() + longestMs
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    try {
      await takeTurn(db)
      return await migrate(db, { migrationsFolder: migrationFiles })
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
