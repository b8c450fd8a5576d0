import { randomUUID } from 'node:crypto'
import { createReadStream, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Config } from '../config.ts'
import type { Core } from '../open-core.ts'
import { exportPeople } from './export-people.ts'
import { importPeople } from './import-people.ts'
import { bodyOf, openTransferSocket, type TransferHandler, type TransferSocket } from './transfer-socket.ts'
import { errorAnswer, type ImportAnswer } from './transfer-tools.ts'
import { writeBackup } from './write-backup.ts'

const draft = (dataDir: string): string => join(dataDir, `backup-${randomUUID()}.draft`)

/**
 * What a running server does for `mien backup`, `mien export` and `mien import`: the embedded database is its own, nobody else can open it.
 * Null for PostgreSQL, which the commands open themselves.
 */
export async function openTransfers(config: Pick<Config, 'dataDir'>, core: Core): Promise<TransferSocket | null> {
  const { embedded, clock, vault } = core
  if (embedded === null) return null
  const { dataDir } = config
  for (const name of readdirSync(dataDir)) if (/^backup-.*\.draft$/.test(name)) rmSync(join(dataDir, name))

  const backup: TransferHandler = async (_query, _request, response) => {
    // First to the disk: whoever reads slowly would hold up everybody who signs in.
    const path = draft(dataDir)
    try {
      await writeBackup(embedded, path, { vault, now: clock.now() })
      await pipeline(createReadStream(path), response)
    } finally {
      rmSync(path, { force: true })
    }
  }

  const exporting: TransferHandler = async (query, _request, response) => {
    const applicationId = query.get('application') ?? ''
    const lines = exportPeople({ ...core, applicationId, gallery: query.get('gallery') })
    // What is refused is refused before anything is sent.
    const first = await lines.next()
    response.write(first.value ?? '')
    await pipeline(Readable.from(lines), response)
  }

  const importing: TransferHandler = async (query, request, response) => {
    const say = (answer: ImportAnswer) => response.write(`${JSON.stringify(answer)}\n`)
    const applicationId = query.get('application')
    const to = applicationId === null ? {} : { applicationId }
    try {
      say({
        done: await importPeople(bodyOf(request), {
          ...core,
          subjects: core.services.subjects,
          ...to,
          onProgress: (progress) => say({ progress }),
        }),
      })
    } catch (thrown) {
      say(errorAnswer(thrown))
      // What still comes is let go by: whoever sends it hears the answer then.
      request.resume()
    }
    response.end()
  }
  return openTransferSocket(dataDir, { '/backup': backup, '/export': exporting, '/import': importing })
}
