import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PGlite } from '@electric-sql/pglite'
import { MienError } from '@mien/shared/errors'
import { drizzle } from 'drizzle-orm/pglite'
import { migrate } from 'drizzle-orm/pglite/migrator'
import { z } from 'zod'
import { migrationsFolder } from '../db/database.ts'

const journal = z.looseObject({ entries: z.array(z.looseObject({ tag: z.string() })) })
const journalFile = (folder: string): string => join(folder, 'meta', '_journal.json')
const own = fileURLToPath(migrationsFolder)

const readJournal = () => journal.parse(JSON.parse(readFileSync(journalFile(own), 'utf8')))

/** Of this program, in order. */
export const migrationNames = (): readonly string[] => readJournal().entries.map(({ tag }) => tag)

/**
 * Brings an empty database to the schema that these migrations made, which may be an older one.
 *
 * @throws MienError CONFLICT when they are not the first ones that this program has
 */
export async function migrateTo(client: PGlite, names: readonly string[]): Promise<void> {
  const known = migrationNames()
  if (names.some((name, i) => known[i] !== name)) {
    throw new MienError('CONFLICT', {
      message: `The backup is of another version of Mien (schema ${names.at(-1)}; this one has ${known.at(-1)}). Restore it with that version or a later one.`,
    })
  }
  const folder = mkdtempSync(join(tmpdir(), 'mien-migrations-'))
  try {
    cpSync(own, folder, { recursive: true })
    const all = readJournal()
    writeFileSync(journalFile(folder), JSON.stringify({ ...all, entries: all.entries.slice(0, names.length) }))
    await migrate(drizzle(client), { migrationsFolder: folder })
  } finally {
    rmSync(folder, { recursive: true })
  }
}
