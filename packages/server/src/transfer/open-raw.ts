import { MienError } from '@mien/shared/errors'
import { openPgliteFolder } from '../db/pglite.ts'
import { openPostgres } from '../db/postgres.ts'
import type { Vault } from '../domain/vault.ts'
import type { RawDatabase, RawTransaction } from './raw-database.ts'
import { createRawPglite } from './raw-pglite.ts'
import { openRawPostgres } from './raw-postgres.ts'

/**
 * The embedded database of a data folder, brought up to date, for this process alone.
 *
 * @throws MienError DATABASE_LOCKED while a server uses the folder
 */
export async function openEmbedded(dataDir: string, vault: Vault): Promise<RawDatabase> {
  const database = await openPgliteFolder(dataDir, { vault })
  return createRawPglite(database.client, () => database.close())
}

/**
 * PostgreSQL, brought up to date.
 *
 * @throws MienError DATABASE_UNAVAILABLE; DATABASE_LOCKED while others are connected to the database
 */
export async function openServerless(url: string, vault: Vault): Promise<RawDatabase> {
  const database = await openPostgres(url, { vault })
  await database.close()
  const raw = await openRawPostgres(url)
  try {
    await raw.readAll(checkAlone)
    return raw
  } catch (error) {
    await raw.close()
    throw error
  }
}

/** Connections that are being closed are still seen for a moment. */
const closingMs = 2000

/**
 * Whoever may not see what others do is not told what kind of connection theirs is: one that has a user is then taken for a client's. The
 * system's own have none.
 */
const otherClients = `select coalesce(nullif(application_name, ''), 'unnamed') || ' (' || pid || ')' as name from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid() and usesysid is not null
    and coalesce(backend_type, 'client backend') = 'client backend'`

/** @throws MienError DATABASE_LOCKED while others are connected to the PostgreSQL database of this transaction */
export async function checkAlone(transaction: RawTransaction): Promise<void> {
  const until = performance.now() + closingMs
  for (;;) {
    // A transaction goes on seeing who was there when it first looked.
    await transaction.query('select pg_stat_clear_snapshot()')
    const others = await transaction.query<{ name: string }>(otherClients)
    if (others.length === 0) return
    if (performance.now() > until) throw connected(others.map(({ name }) => name))
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

const connected = (names: readonly string[]): MienError =>
  new MienError('DATABASE_LOCKED', {
    message: `Stop every Mien server first. These are connected to the database: ${names.join(', ')}`,
    details: { connections: names },
  })
