import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import { MienError } from '@mien/shared/errors'
import { takeLockFile } from '../db/lock-file.ts'
import type { Vault } from '../domain/vault.ts'
import { checkSealing } from './check-sealing.ts'
import { erasureFile } from './erasure-file.ts'
import { flushFolder } from './flush-folder.ts'
import { loadBackup } from './load-backup.ts'
import { migrateTo } from './migrate-to.ts'
import { createRawPglite } from './raw-pglite.ts'
import type { OpenedBackup } from './read-backup.ts'

export interface RestoreOptions {
  readonly dataDir: string
  readonly vault: Vault
  /** The database that is there goes. */
  readonly force: boolean
  /** Whoever was erased after the backup comes back: the journal of erasures is laid aside, and not followed. */
  readonly undoErasures: boolean
  readonly now: Date
}

/**
 * Puts the database of a backup in the place of the one in the data folder: made beside it, compared, and moved there whole. Who was erased
 * since is erased again when it is opened.
 *
 * @throws MienError CONFLICT (there is a database, or the backup is of a newer version); DATABASE_LOCKED (a server runs);
 *   REQUEST_INVALID (it is damaged); CONFIG_INVALID (another master key)
 */
export async function restoreBackup(backup: OpenedBackup, options: RestoreOptions): Promise<void> {
  const { dataDir, force, undoErasures, now } = options
  const [place, draft, before] = [join(dataDir, 'db'), join(dataDir, 'db.restoring'), join(dataDir, 'db.before')]
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const lock = takeLockFile(join(dataDir, 'mien.lock'))
  try {
    // One that was killed between its two last steps.
    if (!existsSync(place) && existsSync(before)) renameSync(before, place)
    if (existsSync(place) && !force) throw thereIsOne(place)
    rmSync(draft, { recursive: true, force: true })
    await fill(backup, draft, options.vault)
    flushFolder(draft)
    if (undoErasures && existsSync(erasureFile(dataDir))) {
      renameSync(erasureFile(dataDir), `${erasureFile(dataDir)}.undone-${now.getTime()}`)
    }
    rmSync(before, { recursive: true, force: true })
    if (existsSync(place)) renameSync(place, before)
    renameSync(draft, place)
    rmSync(before, { recursive: true, force: true })
  } finally {
    rmSync(draft, { recursive: true, force: true })
    lock.release()
  }
}

/** Whether it can be restored, by restoring it to a folder that goes again. @throws as `restoreBackup` */
export async function tryBackup(backup: OpenedBackup, folder: string, vault: Vault): Promise<void> {
  try {
    await fill(backup, folder, vault)
  } finally {
    rmSync(folder, { recursive: true, force: true })
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
