import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { migratePostgres } from '../../packages/server/src/db/migrate-postgres.ts'
import { migrationsUntil } from '../../packages/server/src/db/migrations-until.fixture.ts'

type Row = Readonly<Record<string, unknown>>

/** The extension and the first tables: whatever comes later changes these. */
export const firstTables = 2

/** What an enrolment writes, in its order. */
const written = ['subjects', 'faces', 'gallery_changes', 'audit_records'] as const

/** A database at an early version, with the rows of so many people. */
export interface EarlyDatabase {
  readonly url: string
  readonly client: postgres.Sql
  readonly people: number
}

const application = '00000000-0000-4000-8000-000000000001'
const gallery = '00000000-0000-4000-8000-000000000002'

/** Ids of people who were there before begin otherwise than those who come meanwhile. */
const idOf = (kind: 'old' | 'new', number: string) =>
  `('${kind === 'old' ? '10000000' : '20000000'}-0000-4000-8000-' || lpad(to_hex(${number}), 12, '0'))::uuid`

/** Brings the first tables up and writes people into them. */
export async function openEarly(url: string, people: number): Promise<EarlyDatabase> {
  await migrateTo(url, firstTables)
  const client = postgres(url, { max: 1, onnotice: () => {} })
  for (const table of ['applications', 'galleries']) await insert(client, table, 'old', '1', '')
  for (const table of written) await insert(client, table, 'old', 'i', `from generate_series(1, ${people}) i`)
  await client.unsafe('analyze')
  return { url, client, people }
}

/** The server's own way to bring a schema up, to this many migrations; all without a number. */
export async function migrateTo(url: string, count?: number): Promise<void> {
  if (count === undefined) return migratePostgres(url)
  const folder = await migrationsUntil(count)
  try {
    await migratePostgres(url, { folder })
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** A row, or one for each of `source`, with a value for each column that has to have one in the schema as it is now. */
async function insert(client: postgres.Sql, table: string, kind: 'old' | 'new', number: string, source: string) {
  await client.unsafe(await insertOf(client, table, kind, number, source))
}

async function insertOf(client: postgres.Sql, table: string, kind: 'old' | 'new', number: string, source: string) {
  const columns = await client.unsafe<{ name: string; type: string }[]>(
    `select column_name as name, udt_name as type from information_schema.columns where table_schema = 'public' and table_name = '${table}' and is_nullable = 'NO' and column_default is null order by ordinal_position`,
  )
  // A face's numbers may be null since they can be sealed; one of the two has to be there.
  const named = [...columns, ...(table === 'faces' ? [{ name: 'vector', type: 'halfvec' }] : [])]
  const unique = [...new Map(named.map((each) => [each.name, each])).values()]
  const values = unique.map(({ name, type }) => sqlValueOf(table, name, type, kind, number))
  return `insert into "${table}" (${unique.map(({ name }) => `"${name}"`).join(', ')}) select ${values.join(', ')} ${source}`
}

function sqlValueOf(table: string, column: string, type: string, kind: 'old' | 'new', number: string): string {
  if (column === 'application_id' || (table === 'applications' && column === 'id')) return `'${application}'::uuid`
  if (column === 'gallery_id' || (table === 'galleries' && column === 'id')) return `'${gallery}'::uuid`
  if (column === 'dimension') return '512'
  if (column === 'model_id') return "'a-model'"
  if (type === 'halfvec') {
    const place = `(${number} % 512)::int`
    return `('[' || repeat('0,', ${place}) || '1' || repeat(',0', 511 - ${place}) || ']')::halfvec`
  }
  if (type === 'uuid') return idOf(kind, number)
  if (type === 'bytea') return `decode(lpad(to_hex(${number}), 64, '0'), 'hex')`
  if (type === 'jsonb') return `'{}'::jsonb`
  if (type === 'timestamptz') return 'now()'
  if (type === 'bool') return 'false'
  return /^(int|float|numeric)/.test(type) ? '1' : `'text of ' || ${number}`
}

export interface Waits {
  /** The longest that one enrolment or look-up took, milliseconds. */
  readonly longestMs: number
  readonly enrolled: number
  readonly looks: number
  /** What was answered otherwise: SQLSTATE -> count. */
  readonly refused: Readonly<Record<string, number>>
}

/** Enrols people as the server of the version that is there does, and looks people up, until `work` is done. */
export async function besideEnrolments(early: EarlyDatabase, first: number, work: () => Promise<void>): Promise<Waits> {
  const { url, client, people } = early
  const statements: string[] = []
  for (const table of written) statements.push(await insertOf(client, table, 'new', 'NUMBER', ''))
  const counts = { longestMs: 0, enrolled: 0, looks: 0 }
  const refused: Record<string, number> = {}
  let isOver = false
  const lane = async (step: (sql: postgres.Sql) => Promise<void>): Promise<void> => {
    const sql = postgres(url, { max: 1, onnotice: () => {} })
    try {
      await sql`select 1`
      while (!isOver) {
        const began = performance.now()
        await step(sql).catch((error: unknown) => {
          const state = error instanceof postgres.PostgresError ? error.code : String(error)
          refused[state] = (refused[state] ?? 0) + 1
        })
        counts.longestMs = Math.max(counts.longestMs, performance.now() - began)
        await sleep(2)
      }
    } finally {
      await sql.end()
    }
  }
  const enrol = async (sql: postgres.Sql): Promise<void> => {
    const number = String(first + counts.enrolled)
    await sql.begin(async (tx) => {
      for (const statement of statements) await tx.unsafe(statement.replaceAll('NUMBER', number))
    })
    counts.enrolled++
  }
  const look = async (sql: postgres.Sql): Promise<void> => {
    const one = `${1 + Math.floor(Math.random() * people)}`
    const rows = await sql.unsafe(
      `select s.id from subjects s join faces f on f.application_id = s.application_id and f.subject_id = s.id where s.application_id = '${application}' and s.id = ${idOf('old', one)}`,
    )
    if (rows.length !== 1) throw new Error('somebody is not there')
    counts.looks++
  }
  const lanes = [lane(enrol), lane(look)]
  await sleep(50)
  await work().finally(() => (isOver = true))
  await Promise.all(lanes)
  return { ...counts, refused }
}

/** Rows of what an enrolment writes. */
export async function countWritten({ client }: EarlyDatabase): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {}
  for (const table of written) {
    const [row] = await client.unsafe<{ rows: number }[]>(`select count(*)::int as rows from "${table}"`)
    counts[table] = Number(row?.rows)
  }
  return counts
}

/** Everything's shape: columns, indexes, constraints and triggers. */
export async function readShape({ client }: EarlyDatabase): Promise<string> {
  const parts = [
    "select table_name, column_name, data_type, is_nullable, column_default from information_schema.columns where table_schema = 'public' order by 1, 2",
    "select indexname, indexdef from pg_indexes where schemaname = 'public' order by 1",
    "select conname, pg_get_constraintdef(oid) as def from pg_constraint where connamespace = 'public'::regnamespace order by 1, 2",
    'select tgname, pg_get_triggerdef(oid) as def from pg_trigger where not tgisinternal order by 1',
  ]
  const shapes: (readonly Row[])[] = []
  for (const statement of parts) shapes.push(await client.unsafe(statement))
  return JSON.stringify(shapes)
}

/**
 * Ends the connection of a migration that is under way, as the end of its process does, after so long.
 *
 * @returns whether there was one
 */
export async function breakMigration({ url, client }: EarlyDatabase, afterMs: number): Promise<boolean> {
  const migrating = migrateTo(url).then(
    () => false,
    () => true,
  )
  await sleep(afterMs)
  await client.unsafe(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'",
  )
  return migrating
}
