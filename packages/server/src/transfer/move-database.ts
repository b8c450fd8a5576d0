import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { MienError } from '@mien/shared/errors'
import type { Config } from '../config.ts'
import { noteMissing } from '../domain/erasure-journal.ts'
import type { Vault } from '../domain/vault.ts'
import { openMasterKey } from '../master-key.ts'
import { readSecretFile, writeSecretFile } from '../secret-files.ts'
import { checkSealing } from './check-sealing.ts'
import { type CopiedTable, copyDatabase } from './copy-database.ts'
import { createErasureFile, erasureFile } from './erasure-file.ts'
import { flushFolder } from './flush-folder.ts'
import { checkAlone, openEmbedded, openServerless } from './open-raw.ts'
import type { RawDatabase } from './raw-database.ts'

type MoveConfig = Pick<Config, 'dataDir' | 'databaseUrl' | 'masterKey' | 'otherMasterKey' | 'masterKeyCommand'>

/**
 * Copies everything from the database that is configured to another one, exactly: from the embedded one to PostgreSQL, or back. No server may
 * run on either. The one that it is moved from stays as it was.
 *
 * @param to a PostgreSQL URL, or a data folder
 * @throws MienError CONFIG_INVALID (both are of one kind, or the master key is another one); DATABASE_LOCKED (a server runs);
 *   DATABASE_UNAVAILABLE; CONFLICT (the target is not empty)
 */
export async function moveDatabase(
  config: MoveConfig,
  to: string,
  onTable: (copied: CopiedTable) => void = () => {},
): Promise<readonly CopiedTable[]> {
  const isToPostgres = /^postgres(ql)?:\/\//.test(to)
  if (isToPostgres === (config.databaseUrl !== null)) throw sameKind(isToPostgres)
  const { vault } = openMasterKey(config)
  const source = await openSource(config, vault)
  try {
    await source.readAll((from) => checkSealing(from, vault))
    if (!isToPostgres) carryFiles(config, resolve(to))
    const target = isToPostgres ? await openServerless(to, vault) : await openEmbedded(resolve(to), vault)
    try {
      return await copyDatabase(source, target, {
        onTable,
        // Whoever came meanwhile would go on with the one, or has begun with the other.
        beforeCommit: (from, to) => checkAlone(isToPostgres ? to : from),
      })
    } finally {
      await target.close()
      // The embedded database itself leaves it to the system when its files are on the disk.
      if (!isToPostgres) flushFolder(resolve(to))
    }
  } finally {
    await source.close()
  }
}

function openSource({ dataDir, databaseUrl }: MoveConfig, vault: Vault): Promise<RawDatabase> {
  if (databaseUrl !== null) return openServerless(databaseUrl, vault)
  if (existsSync(join(dataDir, 'db'))) return openEmbedded(dataDir, vault)
  throw new MienError('CONFIG_INVALID', { message: `There is no database in ${dataDir}. Set MIEN_DATA_DIR.` })
}

const keyFiles = ['master.key', 'master.key.old', 'admin-token'] as const

/** What lies in the data folder beside the database, where the folder is another one. @throws MienError CONFLICT where there is another key */
function carryFiles({ dataDir }: MoveConfig, folder: string): void {
  if (folder === resolve(dataDir)) return
  for (const name of keyFiles) {
    const own = readSecretFile(join(dataDir, name))
    const there = readSecretFile(join(folder, name))
    if (own === null || own === there) continue
    if (there !== null) throw new MienError('CONFLICT', { message: `${join(folder, name)} is another one` })
    writeSecretFile(join(folder, name), own)
  }
  // Also of who was erased before the database was set back, and never was in this one.
  noteMissing(createErasureFile(erasureFile(folder)), createErasureFile(erasureFile(dataDir)).read())
}

const sameKind = (isPostgres: boolean): MienError =>
  new MienError('CONFIG_INVALID', {
    message: isPostgres
      ? 'The database that is configured (DATABASE_URL) is PostgreSQL already: move it to a folder, or with pg_dump to another server'
      : 'The database that is configured is the embedded one already: move it to a postgres:// URL, or set DATABASE_URL',
  })
