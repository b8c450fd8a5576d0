import { createWriteStream, existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { MienError } from '@mien/shared/errors'
import type { Config } from '../config.ts'
import { noteMissing } from '../domain/erasure-journal.ts'
import type { Reapplied } from '../domain/reapply-erasures.ts'
import { openMasterKey } from '../master-key.ts'
import type { Core } from '../open-core.ts'
import { createErasureFile, erasureFile, readErasures } from './erasure-file.ts'
import { flushFile } from './flush-folder.ts'
import { openEmbedded } from './open-raw.ts'
import { type OpenedBackup, openBackup } from './read-backup.ts'
import { restoreBackup, tryBackup } from './restore-backup.ts'
import { askServer } from './transfer-socket.ts'
import { writeBackup } from './write-backup.ts'

export interface BackupReport {
  readonly path: string
  readonly bytes: number
  /** Hexadecimal. */
  readonly sha256: string
  readonly people: number
  /** What has to be kept elsewhere: without it the backup cannot be read. */
  readonly masterKey: string
}

export interface RestoreReport {
  readonly people: number
  readonly createdAt: string
  readonly reapplied: Reapplied
  /** As in `Restored`. */
  readonly isNoted: boolean
}

export interface BackupTools {
  /**
   * @param target a file that is not there yet, or a folder
   * @param isTried restores it once to a folder that goes again
   */
  backup(target: string, isTried: boolean): Promise<BackupReport>
  restore(path: string, options: { readonly force: boolean; readonly undoErasures: boolean }): Promise<RestoreReport>
  /** @returns how many erasures are in it */
  exportErasures(path: string): Promise<number>
  applyErasures(path: string): Promise<Reapplied>
}

export interface BackupToolsOptions {
  readonly config: Config
  readonly openCore: (config: Config) => Promise<Core>
  readonly now: () => Date
}

export function createBackupTools({ config, openCore, now }: BackupToolsOptions): BackupTools {
  const { dataDir } = config

  /** Opened and closed as a server is: what is owed to the erased is done. */
  const openOnce = async (): Promise<Reapplied> => {
    const core = await openCore(config)
    await core.database.close()
    return core.reapplied
  }

  return {
    async backup(target, isTried) {
      if (config.databaseUrl !== null) throw usePostgresTools()
      const path = fileAt(target, now())
      const part = `${path}.part`
      rmSync(part, { force: true })
      try {
        await takeBackup(config, part, now())
        const { vault } = openMasterKey(config)
        const backup = openBackup(part, vault)
        try {
          if (isTried) await tryBackup(backup, dataDir, vault)
          flushFile(part)
          renameSync(part, path)
          flushFile(dirname(path))
          return { path, masterKey: placeOfKey(config), people: peopleIn(backup), ...backup }
        } finally {
          backup.close()
        }
      } finally {
        rmSync(part, { force: true })
      }
    },
    async restore(path, options) {
      if (config.databaseUrl !== null) throw usePostgresTools()
      const vault = keyForRestore(config)
      const backup = openBackup(resolve(path), vault)
      try {
        const { isNoted } = await restoreBackup(backup, {
          ...options,
          dataDir,
          vault: keyForRestore(config),
          now: now(),
        })
        const reapplied = await openOnce()
        return { people: peopleIn(backup), createdAt: backup.header.created_at, reapplied, isNoted }
      } finally {
        backup.close()
      }
    },
    async exportErasures(path) {
      if (existsSync(path)) throw isThere(path)
      // What other servers erased is noted here too.
      if (config.databaseUrl !== null) await openOnce()
      // Of nobody too: whoever gives it back does not ask how many they were.
      writeFileSync(path, '', { flag: 'wx', mode: 0o600 })
      const file = createErasureFile(resolve(path))
      noteMissing(file, createErasureFile(erasureFile(dataDir)).read())
      return file.read().length
    },
    async applyErasures(path) {
      noteMissing(createErasureFile(erasureFile(dataDir)), readErasures(resolve(path)))
      return openOnce()
    },
  }
}

/** Of the running server, or of the folder where none runs. */
async function takeBackup(config: Config, path: string, now: Date): Promise<void> {
  const answer = await askServer(config.dataDir, '/backup')
  if (answer !== null) return pipeline(answer, createWriteStream(path, { flags: 'wx', mode: 0o600 }))
  if (!existsSync(join(config.dataDir, 'db'))) throw noDatabase(config)
  const { vault } = openMasterKey(config)
  const database = await openEmbedded(config.dataDir, vault)
  try {
    await writeBackup(database, path, { vault, now })
  } finally {
    await database.close()
  }
}

function fileAt(target: string, now: Date): string {
  const path = resolve(target)
  const isFolder = existsSync(path) && statSync(path).isDirectory()
  const file = isFolder ? join(path, `mien-${now.toISOString().replace(/[:.]/g, '-')}.backup`) : path
  if (existsSync(file)) throw isThere(file)
  return file
}

const isThere = (path: string): MienError => new MienError('CONFLICT', { message: `${path} is there already` })

const peopleIn = ({ footer }: OpenedBackup): number =>
  footer.tables.find(({ table }) => table === 'subjects')?.rows ?? 0

const placeOfKey = ({ dataDir, masterKey, masterKeyCommand }: Config): string => {
  if (masterKey !== null) return 'MIEN_MASTER_KEY'
  return masterKeyCommand === null ? join(dataDir, 'master.key') : 'what MIEN_MASTER_KEY_COMMAND prints'
}

/** A key that is made just now fits nothing. @throws MienError CONFIG_INVALID */
function keyForRestore(config: Config) {
  const isFile = config.masterKey === null && config.masterKeyCommand === null
  if (isFile && !existsSync(join(config.dataDir, 'master.key'))) {
    const message = `Put the master key of the backup into ${join(config.dataDir, 'master.key')} first: without it the backup cannot be read`
    throw new MienError('CONFIG_INVALID', { message })
  }
  return openMasterKey(config).vault
}

const noDatabase = ({ dataDir }: Config): MienError =>
  new MienError('CONFIG_INVALID', { message: `There is no database in ${dataDir}. Set MIEN_DATA_DIR.` })

const usePostgresTools = (): MienError =>
  new MienError('CONFIG_INVALID', {
    message:
      'This is for the embedded database. PostgreSQL has pg_dump and point-in-time recovery; "mien erasures" keeps deleted people deleted. See docs/BACKUP.md.',
  })
