import { createHash, randomUUID } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import { drizzle } from 'drizzle-orm/pglite'
import { migrate } from 'drizzle-orm/pglite/migrator'
import { cacheFolder } from '../../../../test/rig/cache.ts'
import type { Database } from '../domain/ports.ts'
import { type DatabaseOptions, migrationsFolder } from './database.ts'
import { openPgliteMemory } from './pglite.ts'

const packages = join(import.meta.dirname, '..', '..', '..', '..', 'node_modules', '@electric-sql')

/**
 * An embedded database as its first start leaves it, empty and with every migration run: to make one takes several seconds, to begin
 * with a copy one. Kept under what it was made of, as a folder and as archives.
 */
const kept = join(cacheFolder, 'database', nameOf(fileURLToPath(migrationsFolder)))
const keptFolder = join(kept, 'db')
/** Before the first migration, and after the last. */
type Stage = 'bare' | 'whole'
const archiveOf = (stage: Stage, folder = kept): string => join(folder, `${stage}.tar`)

function nameOf(migrations: string): string {
  const hash = createHash('sha256')
  for (const name of readdirSync(migrations, { recursive: true, encoding: 'utf8' }).sort()) {
    if (/\.(sql|json)$/.test(name)) hash.update(name).update(readFileSync(join(migrations, name)))
  }
  for (const name of ['pglite', 'pglite-pgvector']) hash.update(readFileSync(join(packages, name, 'package.json')))
  return hash.digest('hex').slice(0, 16)
}

/** Once for all tests: makes the database unless it is kept already. */
export async function makeNewDatabase(): Promise<void> {
  if (existsSync(kept)) return
  const making = `${kept}-${randomUUID()}`
  mkdirSync(making, { recursive: true })
  const client = await PGlite.create({ dataDir: join(making, 'db'), extensions: { vector } })
  const keep = async (stage: Stage) => {
    await client.exec('checkpoint')
    const archive = await client.dumpDataDir('none')
    writeFileSync(archiveOf(stage, making), Buffer.from(await archive.arrayBuffer()))
  }
  await client.exec('set wal_recycle = off')
  await keep('bare')
  await migrate(drizzle(client), { migrationsFolder: fileURLToPath(migrationsFolder) })
  await keep('whole')
  await client.close()
  try {
    renameSync(making, kept)
  } catch (error) {
    // Another process was first.
    if (!existsSync(kept)) throw error
    rmSync(making, { recursive: true })
  }
}

const archives: Partial<Record<Stage, Promise<Blob>>> = {}
const readArchive = async (stage: Stage): Promise<Blob> => {
  await makeNewDatabase()
  return new Blob([readFileSync(archiveOf(stage))])
}
const archive = (stage: Stage): Promise<Blob> => (archives[stage] ??= readArchive(stage))

/** A new database in memory, and SQL past the stores. @param stage `bare`: without tables */
export const openNewClient = async (stage: Stage = 'whole'): Promise<PGlite> =>
  PGlite.create({ extensions: { vector }, loadDataDir: await archive(stage) })

/** A new database in memory. */
export const openNewDatabase = async (options: DatabaseOptions): Promise<Database> =>
  openPgliteMemory(options, await archive('whole'))

/** Lays a new database, still closed, where a server with this data folder will look for it. */
export async function layNewDatabase(dataDir: string): Promise<void> {
  await makeNewDatabase()
  cpSync(keptFolder, join(dataDir, 'db'), { recursive: true })
}
