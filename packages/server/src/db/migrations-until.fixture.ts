import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { migrationsFolder } from './database.ts'

/** A folder with the server's migrations as they were with so many, and whatever comes after those. The caller removes it. */
export async function migrationsUntil(count: number, more?: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mien-migrations-'))
  await cp(fileURLToPath(migrationsFolder), folder, { recursive: true })
  const journal = join(folder, 'meta/_journal.json')
  const { entries, ...rest } = JSON.parse(await readFile(journal, 'utf8'))
  const kept = entries.slice(0, count)
  if (more !== undefined) {
    kept.push({ ...kept.at(-1), idx: count, when: kept.at(-1).when + 1, tag: 'more' })
    await writeFile(join(folder, 'more.sql'), more)
  }
  await writeFile(journal, JSON.stringify({ ...rest, entries: kept }))
  return folder
}
