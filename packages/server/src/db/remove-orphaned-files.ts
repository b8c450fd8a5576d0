import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { PGlite } from '@electric-sql/pglite'

/** Numbers below are the system's own (PostgreSQL, `FirstNormalObjectId`). */
const firstOwnNumber = 16_384

/** A table's or an index's file: its number, perhaps which fork of it, perhaps which gigabyte. */
const relationFile = /^(\d+)(?:_(?:fsm|vm|init))?(?:\.\d+)?$/

/**
 * Removes files of tables that were being written anew when the process was killed: nothing refers to them, the database never looks at them
 * again, and people who were deleted since would stay in them. To be called before anything else runs, by whoever holds the folder's lock.
 *
 * When anything is not as it should be, such as a table without its file, all of them are left.
 *
 * @param folder of the database
 * @returns how many were removed
 */
export async function removeOrphanedFiles(client: Pick<PGlite, 'query' | 'exec'>, folder: string): Promise<number> {
  const { rows } = await client.query<{ database: number; numbers: number[] }>(
    `select (select oid::bigint::float8 from pg_database where datname = current_database()) as database,
      array_agg(pg_relation_filenode(oid)::bigint::float8) as numbers
      from pg_class where relkind in ('r', 'i', 'S', 't', 'm') and not relisshared`,
  )
  const { database, numbers } = rows[0]!
  const directory = join(folder, 'base', `${database}`)
  const files = existsSync(directory) ? readdirSync(directory) : []
  const present = new Set(files)
  const known = new Set(numbers)
  const isUnderstood = known.size > 0 && numbers.every((number) => present.has(`${number}`))
  const orphans = files.filter((name) => isOrphan(name, known))
  if (!isUnderstood || orphans.length === 0) return 0
  // From here on no log is replayed that would write to them.
  await client.exec('checkpoint')
  for (const name of orphans) rmSync(join(directory, name), { force: true })
  return orphans.length
}

function isOrphan(name: string, known: ReadonlySet<number>): boolean {
  const number = Number(relationFile.exec(name)?.[1] ?? Number.NaN)
  return number >= firstOwnNumber && !known.has(number)
}
