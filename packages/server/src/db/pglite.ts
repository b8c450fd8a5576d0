import { Buffer } from 'node:buffer'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PGlite, type PGliteOptions } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import { drizzle } from 'drizzle-orm/pglite'
import { migrate } from 'drizzle-orm/pglite/migrator'
import type { Database } from '../domain/ports.ts'
import { createClearing } from './clear-deleted.ts'
import { createDatabase, type DatabaseOptions, migrationsFolder } from './database.ts'
import { takeLockFile } from './lock-file.ts'
import { createPreparedQuery } from './prepared-queries.ts'
import { rememberHolders } from './remember-holders.ts'
import { removeOrphanedFiles } from './remove-orphaned-files.ts'
import * as schema from './schema.ts'
import { sealStored } from './seal-stored.ts'
import { settleFolder } from './settle-folder.ts'

/** PGlite's own codec for bytea (type 17) goes character by character; this one is about three times faster. */
const bytea = 17
const codec = {
  parsers: { [bytea]: (hex: string) => Buffer.from(hex.slice(2), 'hex') },
  serializers: { [bytea]: (bytes: Uint8Array) => `\\x${Buffer.from(bytes).toString('hex')}` },
}

/** With the client itself, for whoever copies whole tables. */
export interface PgliteDatabase extends Database {
  readonly client: PGlite
}

export interface PgliteFolderOptions extends DatabaseOptions {
  /** Files that a killed process left could not be removed; the next start tries again. */
  readonly onLeftFiles?: ((error: unknown) => void) | undefined
}

/**
 * Opens the embedded database in a folder and brings it up to date. PGlite neither locks its folder nor calls fsync:
 * we lock it ourselves, and what is acknowledged survives a killed process but not a power cut.
 *
 * @throws MienError DATABASE_LOCKED
 */
export async function openPgliteFolder(dataDir: string, options: PgliteFolderOptions): Promise<PgliteDatabase> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const lock = takeLockFile(join(dataDir, 'mien.lock'))
  try {
    settleFolder(dataDir)
    return await open({ dataDir: join(dataDir, 'db') }, () => lock.release(), options, join(dataDir, 'clearing'))
  } catch (error) {
    lock.release()
    throw error
  }
}

/** A database in memory, for tests. @param archive a dumped data folder to begin with, rather than an empty one */
export const openPgliteMemory = (options: DatabaseOptions, archive: Blob): Promise<PgliteDatabase> =>
  open({ loadDataDir: archive }, () => {}, options)

type Source = Pick<PGliteOptions, 'dataDir' | 'loadDataDir'>

async function open(
  from: Source,
  released: () => void,
  options: PgliteFolderOptions,
  mark?: string,
): Promise<PgliteDatabase> {
  const client = await PGlite.create({ ...from, extensions: { vector }, ...codec })
  try {
    return await bringUp(client, from, released, options, mark)
  } catch (error) {
    await client.close()
    throw error
  }
}

async function bringUp(
  client: PGlite,
  { dataDir }: Source,
  released: () => void,
  options: PgliteFolderOptions,
  mark?: string,
): Promise<PgliteDatabase> {
  if (dataDir !== undefined) await removeOrphanedFiles(client, dataDir).catch(options.onLeftFiles ?? (() => {}))
  // Nobody else has it open who could listen.
  await client.exec("set mien.tells = 'off'")
  // Used files of the log would be kept for the next ones, with what is in them.
  await client.exec('set wal_recycle = off')
  const db = drizzle(client, { schema })
  await migrate(db, { migrationsFolder: fileURLToPath(migrationsFolder) })
  await clearOnce(mark, async (wasInterrupted) => {
    const sealed = await sealStored(db, options.vault)
    // What was in clear is not only sealed, but gone from the files.
    if (sealed === 0 && !wasInterrupted) return
    // Each by itself: several at once would be one transaction, in which nothing is vacuumed.
    await client.exec('vacuum full')
    await client.exec('checkpoint')
  })
  // The schema stays from here on.
  client.query = createPreparedQuery(client)
  const clearDeleted = createClearing(client, dataDir)
  const close = async () => {
    await client.close()
    released()
  }
  const database = rememberHolders(createDatabase(db, close, options))
  return {
    ...database,
    client,
    now: async () => null,
    async sweep(now) {
      try {
        await database.sweep(now)
      } finally {
        // There is no autovacuum in here: without this, deleted rows would lie in the files for ever.
        await client.exec('vacuum')
        await clearDeleted()
      }
    },
  }
}

/** Work that is done again by the next start when this one is killed in it. @param mark a file that is there meanwhile */
async function clearOnce(mark: string | undefined, work: (wasInterrupted: boolean) => Promise<void>): Promise<void> {
  if (mark === undefined) return work(false)
  const wasInterrupted = existsSync(mark)
  writeFileSync(mark, '', { mode: 0o600 })
  await work(wasInterrupted)
  rmSync(mark)
}
