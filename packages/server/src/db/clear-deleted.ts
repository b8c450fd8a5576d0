import { closeSync, fsyncSync, openSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { PGlite } from '@electric-sql/pglite'

/** Where somebody's face, payload, PIN and picture are. */
const personal = ['subjects', 'faces', 'pins', 'kept_images', 'recent_probes', 'session_photos', 'offline_events']

/** Where a draft is, until the row is written without it: the row stays. */
const emptied = 'offline_events'

/** Nothing else is answered while tables are written anew. What takes longer than this happens for at most a fiftieth of the time. */
const briefMs = 3000
const restFactor = 50

/**
 * Rids the files of people who were deleted. A vacuum gives the place of a row free and leaves its bytes there: so the tables that somebody
 * was deleted from are written anew, and the log of before is thrown away. After each start all of them once, because a killed process
 * may have been about to.
 *
 * @param folder of the database; undefined: it is in memory
 */
export function createClearing(client: PGlite, folder: string | undefined): () => Promise<void> {
  let cleared: ReadonlyMap<string, number> = new Map()
  let last = { tookMs: 0, endedAtMs: Number.NEGATIVE_INFINITY }
  return async () => {
    const deleted = await countDeleted(client)
    const due = personal.filter((table) => deleted.get(table) !== cleared.get(table))
    const began = performance.now()
    const rests = last.tookMs > briefMs && began - last.endedAtMs < restFactor * last.tookMs
    if (due.length === 0 || rests) return
    for (const table of due) await client.exec(`vacuum full ${table}`)
    // Before what they could be made of again is thrown away: the database itself leaves that to the system.
    flush(folder, began + performance.timeOrigin)
    await client.exec('select pg_switch_wal()')
    await client.exec('checkpoint')
    flush(folder, began + performance.timeOrigin)
    cleared = deleted
    last = { tookMs: performance.now() - began, endedAtMs: performance.now() }
  }
}

async function countDeleted(client: PGlite): Promise<ReadonlyMap<string, number>> {
  const names = personal.map((name) => `'${name}'`).join(', ')
  // What was just written is counted a second later otherwise.
  await client.query('select pg_stat_force_next_flush()')
  const { rows } = await client.query<{ relname: string; deleted: number }>(
    `select relname, (n_tup_del + case relname when '${emptied}' then n_tup_upd else 0 end)::float8 as deleted from pg_stat_user_tables where relname in (${names})`,
  )
  const counts = new Map(rows.map(({ relname, deleted }) => [relname, deleted]))
  return new Map(personal.map((name) => [name, counts.get(name) ?? 0]))
}

/** A file's time may be coarser than the clock. */
const slackMs = 2000

/** Puts on the disk what was written since then. */
function flush(folder: string | undefined, sinceMs: number): void {
  if (folder === undefined) return
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    const isWritten = (entry.isFile() || entry.isDirectory()) && statSync(path).mtimeMs >= sinceMs - slackMs
    if (isWritten) flushOne(path)
  }
}

function flushOne(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
