import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import { MienError } from '@mien/shared/errors'
import { takeLockFile } from '../db/lock-file.ts'
import { databaseFolders, lockTrial, settleFolder } from '../db/settle-folder.ts'
import { noteMissing } from '../domain/erasure-journal.ts'
import type { Vault } from '../domain/vault.ts'
import { checkSealing } from './check-sealing.ts'
import { createErasureFile, erasureFile } from './erasure-file.ts'
import { flushFile, flushFolder } from './flush-folder.ts'
import { loadBackup } from './load-backup.ts'
import { migrateTo } from './migrate-to.ts'
import { createRawPglite } from './raw-pglite.ts'
import type { OpenedBackup } from './read-backup.ts'
import { readReplaced } from './read-replaced.ts'

export interface RestoreOptions {
  readonly dataDir: string
  readonly vault: Vault
  /** The database that is there goes. */
  readonly force: boolean
  /** Whoever was erased after the backup comes back: the journal of erasures is laid aside, and not followed. */
  readonly undoErasures: boolean
  readonly now: Date
}

export interface Restored {
  /** False: the database that was replaced could not be read, so that whom it alone knew as erased may be back. */
  readonly isNoted: boolean
}

/**
 * Puts the database of a backup in the place of the one in the data folder: made beside it, compared, and moved there whole. Who was erased
 * since, as the journal knows it and the database that is replaced, is erased again when it is opened.
 *
 * @throws MienError CONFLICT (there is a database, or the backup is of a newer version); DATABASE_LOCKED (a server runs);
 *   REQUEST_INVALID (it is damaged); CONFIG_INVALID (another master key)
 */
export async function restoreBackup(backup: OpenedBackup, options: RestoreOptions): Promise<Restored> {
  const { dataDir, force, undoErasures, now } = options
  const { place, draft, before } = databaseFolders(dataDir)
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const lock = takeLockFile(join(dataDir, 'mien.lock'))
  try {
    settleFolder(dataDir)
    if (existsSync(place) && !force) throw thereIsOne(place)
    await fill(backup, draft, options.vault)
    flushFolder(draft)
    const isNoted = undoErasures || (await noteReplaced(dataDir))
    if (existsSync(place)) renameSync(place, before)
    renameSync(draft, place)
    flushFile(dataDir)
    // Not before: interrupted there, nobody would be erased again.
    if (undoErasures && existsSync(erasureFile(dataDir))) {
      renameSync(erasureFile(dataDir), `${erasureFile(dataDir)}.undone-${now.getTime()}`)
    }
    rmSync(before, { recursive: true, force: true })
    return { isNoted }
  } finally {
    rmSync(draft, { recursive: true, force: true })
    lock.release()
  }
}

/** A killed process may have erased somebody whom it noted nowhere else. @returns false when the database cannot be read */
async function noteReplaced(dataDir: string): Promise<boolean> {
  const { place } = databaseFolders(dataDir)
  if (!existsSync(place)) return true
  const erased = await readReplaced(place)
  if (erased !== null) noteMissing(createErasureFile(erasureFile(dataDir)), erased)
  return erased !== null
}

/** Whether it can be restored, by restoring it to a folder that goes again. @throws MienError as `restoreBackup`; DATABASE_LOCKED while another is tried */
export async function tryBackup(backup: OpenedBackup, dataDir: string, vault: Vault): Promise<void> {
  const { trial } = databaseFolders(dataDir)
  const lock = lockTrial(dataDir)
  try {
    // Of a killed one.
    rmSync(trial, { recursive: true, force: true })
    await fill(backup, trial, vault)
  } finally {
    rmSync(trial, { recursive: true, force: true })
    lock.release()
  }
}

async function fill(backup: OpenedBackup, folder: string, vault: Vault): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const client = await PGlite.create({ dataDir: folder, extensions: { vector } })
  try {
    await migrateTo(client, backup.header.migrations)
    const target = createRawPglite(client, async () => {})
    await loadBackup(backup, target)
    await target.readAll((from) => checkSealing(from, vault))
    await client.exec('checkpoint')
  } finally {
    await client.close()
  }
}

const thereIsOne = (place: string): MienError =>
  new MienError('CONFLICT', { message: `There is a database in ${place}. --force puts the backup in its place.` })
