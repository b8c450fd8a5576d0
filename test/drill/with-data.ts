import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openPgliteFolder } from '../../packages/server/src/db/pglite.ts'
import type { Database } from '../../packages/server/src/domain/ports.ts'
import { createVault } from '../../packages/server/src/domain/vault.ts'

/** Opens what a server that does not run has left, with its own master key. */
export async function withData<T>(dataDir: string, work: (database: Database) => Promise<T>): Promise<T> {
  const master = Buffer.from((await readFile(join(dataDir, 'master.key'), 'utf8')).trim(), 'hex')
  const database = await openPgliteFolder(dataDir, { vault: createVault(master) })
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}
