import { randomUUID } from 'node:crypto'
import { createReadStream, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Config } from '../config.ts'
import type { Core } from '../open-core.ts'
import { openTransferSocket, type TransferHandler, type TransferSocket } from './transfer-socket.ts'
import { writeBackup } from './write-backup.ts'

const draft = (dataDir: string): string => join(dataDir, `backup-${randomUUID()}.draft`)

/**
 * What a running server does for `mien backup`, `mien export` and `mien import`: the embedded database is its own, nobody else can open it.
 * Null for PostgreSQL, which the commands open themselves.
 */
export async function openTransfers(config: Pick<Config, 'dataDir'>, core: Core): Promise<TransferSocket | null> {
  const { embedded, clock } = core
  if (embedded === null) return null
  const { dataDir } = config
  for (const name of readdirSync(dataDir)) if (/^backup-.*\.draft$/.test(name)) rmSync(join(dataDir, name))

  const backup: TransferHandler = async (_query, _request, response) => {
    // First to the disk: whoever reads slowly would hold up everybody who signs in.
    const path = draft(dataDir)
    try {
      await writeBackup(embedded, path, clock.now())
      await pipeline(createReadStream(path), response)
    } finally {
      rmSync(path, { force: true })
    }
  }
  return openTransferSocket(dataDir, { '/backup': backup })
}
