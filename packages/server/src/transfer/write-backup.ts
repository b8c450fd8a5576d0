import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, openSync, rmSync } from 'node:fs'
import type { Vault } from '../domain/vault.ts'
import { type BackupFooter, type BackupHeader, footerMark, frameHead, sealOf } from './backup-format.ts'
import { migrationNames } from './migrate-to.ts'
import type { RawDatabase, RawTransaction } from './raw-database.ts'
import { readSequences, readTable, sumTable, type TableSum } from './read-tables.ts'
import { plannedTables } from './table-plan.ts'
import { writeWhole } from './write-whole.ts'

export interface WriteOptions {
  /** Seals it. */
  readonly vault: Vault
  readonly now: Date
}

/**
 * Writes every table, as they are at one moment, into a new file that only its owner may read. Constant memory. The embedded database
 * answers nobody else meanwhile.
 *
 * @throws MienError STORAGE_FULL, DATABASE_UNAVAILABLE; no half a file stays
 */
export async function writeBackup(database: RawDatabase, path: string, { vault, now }: WriteOptions): Promise<void> {
  const file = openSync(path, 'wx', 0o600)
  try {
    const hash = createHash('sha256')
    const write = (bytes: Uint8Array) => {
      hash.update(bytes)
      writeWhole(file, bytes)
    }
    await database.readAll((from) => writeFrames(from, write, now))
    const digest = hash.digest()
    writeWhole(file, Buffer.concat([digest, sealOf(vault, digest)]))
    fsyncSync(file)
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  } finally {
    closeSync(file)
  }
}

async function writeFrames(from: RawTransaction, write: (bytes: Uint8Array) => void, now: Date): Promise<void> {
  const header: BackupHeader = {
    format: 'mien-backup',
    version: 2,
    created_at: now.toISOString(),
    migrations: [...migrationNames()],
    tables: plannedTables.map(({ name, columns }) => ({ name, columns: [...columns] })),
  }
  write(Buffer.from(`${JSON.stringify(header)}\n`))
  const tables: (TableSum & { table: string })[] = []
  for (const [number, table] of plannedTables.entries()) {
    for await (const document of readTable(from, table)) {
      write(frameHead(number, document.length))
      write(document)
    }
    tables.push({ table: table.name, ...(await sumTable(from, table)) })
  }
  const footer: BackupFooter = { tables, sequences: [...(await readSequences(from))] }
  const text = Buffer.from(JSON.stringify(footer))
  write(frameHead(footerMark, text.length))
  write(text)
}
