import type { Buffer } from 'node:buffer'
import type { RawTransaction } from './raw-database.ts'
import { columnList, type PlannedTable, quoted } from './table-plan.ts'

const pageBytes = 8192

/** About as much as is held in memory at a time. */
const aimBytes = 4 * 2 ** 20

/** A table's rows in the order in which they lie, some at a time. Constant memory: rows of a few pages are read, and no order is made. */
export async function* readTable(from: RawTransaction, table: PlannedTable): AsyncGenerator<Buffer> {
  const { pages, step } = await measure(from, table.name)
  for (let page = 0; page < pages; page += step) {
    const range = `ctid >= '(${page},0)' and ctid < '(${page + step},0)'`
    const document = await from.copyOut(`select ${columnList(table)} from ${quoted(table.name)} where ${range}`)
    if (document.length > emptyBytes) yield document
  }
}

/** Signature (11), flags (4), length of an extension (4) and the end (2): a document without rows. */
const emptyBytes = 21

async function measure(from: RawTransaction, name: string): Promise<{ pages: number; step: number }> {
  const [size] = await from.query<{ rows: number; all: number }>(
    `select pg_relation_size('${name}')::float8 as rows, pg_table_size('${name}')::float8 as all`,
  )
  const pages = Math.ceil(size!.rows / pageBytes)
  // What is large lies elsewhere and counts too.
  return { pages, step: pages === 0 ? 1 : Math.max(1, Math.floor((aimBytes * pages) / size!.all)) }
}

/** What is in a table, so that two of them can be compared. */
export interface TableSum {
  readonly rows: number
  /** Two sums over the rows of halves of SHA-256: whatever the order, the same for the same rows. */
  readonly sum: string
}

/** The text of each row is exact: microseconds, shortest decimals that read back the same, bytes as hexadecimal digits. */
export async function sumTable(from: RawTransaction, table: PlannedTable): Promise<TableSum> {
  const part = (start: number) => `coalesce(sum(('x' || substr(h, ${start}, 15))::bit(60)::bigint), 0)::text`
  const [found] = await from.query<TableSum>(
    `select count(*)::int as rows, ${part(1)} || ':' || ${part(16)} as sum from (
      select encode(sha256(convert_to(r::text, 'UTF8')), 'hex') as h
      from (select ${columnList(table)} from ${quoted(table.name)}) r
    ) hashed`,
  )
  return found!
}

/** Where a sequence stands. */
export interface SequencePlace {
  readonly name: string
  readonly value: string
  readonly isCalled: boolean
}

export async function readSequences(from: RawTransaction): Promise<readonly SequencePlace[]> {
  const names = await from.query<{ name: string }>(
    "select sequencename as name from pg_sequences where schemaname = 'public' order by 1",
  )
  const places: SequencePlace[] = []
  for (const { name } of names) {
    const [place] = await from.query<Omit<SequencePlace, 'name'>>(
      `select last_value::text as value, is_called as "isCalled" from ${quoted(name)}`,
    )
    places.push({ name, ...place! })
  }
  return places
}
