import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { MienError } from '@mien/shared/errors'
import { type LockFile, takeLockFile } from './lock-file.ts'

/** The database of a data folder, and what lies beside it while another one is put in its place. */
export const databaseFolders = (dataDir: string) => ({
  place: join(dataDir, 'db'),
  draft: join(dataDir, 'db.restoring'),
  before: join(dataDir, 'db.before'),
  trial: join(dataDir, 'db.trying'),
})

/** Whoever tries a backup does so beside a running server: it holds this meanwhile. @throws MienError DATABASE_LOCKED */
export const lockTrial = (dataDir: string): LockFile => takeLockFile(join(dataDir, 'trying.lock'))

/**
 * Puts back the database where a restore was killed between its last two steps, and removes what else killed commands left: they are whole copies.
 * For whoever holds the folder.
 */
export function settleFolder(dataDir: string): void {
  const { place, draft, before } = databaseFolders(dataDir)
  if (!existsSync(place) && existsSync(before)) renameSync(before, place)
  for (const left of [before, draft]) rmSync(left, { recursive: true, force: true })
  removeTrial(dataDir)
}

function removeTrial(dataDir: string): void {
  const { trial } = databaseFolders(dataDir)
  if (!existsSync(trial)) return
  try {
    const lock = lockTrial(dataDir)
    rmSync(trial, { recursive: true, force: true })
    lock.release()
  } catch (error) {
    if (!(error instanceof MienError && error.code === 'DATABASE_LOCKED')) throw error
  }
}
