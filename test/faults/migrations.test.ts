import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import postgres from 'postgres'
import { describe, expect, test } from 'vitest'
import { migrationsFolder } from '../../packages/server/src/db/database.ts'
import { openNewClient } from '../../packages/server/src/db/new-database.fixture.ts'
import { createOwnPostgres } from '../../packages/server/src/db/own-postgres.fixture.ts'

type Row = Readonly<Record<string, unknown>>

interface BareDatabase {
  run(statement: string): Promise<readonly Row[]>
  close(): Promise<void>
}

async function openBarePglite(): Promise<BareDatabase> {
  const client = await openNewClient('bare')
  const run = async (statement: string) => ((await client.exec(statement)).at(-1)?.rows ?? []) as Row[]
  return { run, close: () => client.close() }
}

async function openBarePostgres(serverUrl: string): Promise<BareDatabase> {
  const own = await createOwnPostgres(serverUrl)
  const client = postgres(own.url, { max: 1, onnotice: () => {} })
  const close = async () => {
    await client.end()
    await own.drop()
  }
  return { run: (statement) => client.unsafe(statement), close }
}

const serverUrl = process.env.TEST_DATABASE_URL
const engines = [
  { name: 'PGlite', open: openBarePglite },
  ...(serverUrl ? [{ name: 'PostgreSQL', open: () => openBarePostgres(serverUrl) }] : []),
]

const folder = fileURLToPath(migrationsFolder)
const migrations = readMigrationFiles({ migrationsFolder: folder })
const { entries } = JSON.parse(readFileSync(join(folder, 'meta', '_journal.json'), 'utf8')) as {
  entries: { tag: string }[]
}

const uuidOf = (stage: number, what: number): string =>
  `00000000-0000-4000-8000-${String(stage * 1000 + what).padStart(12, '0')}`

/** What was written by the server of a stage: an application with a gallery, a person, a decision and what it agreed to. */
const seeded = ['applications', 'galleries', 'subjects', 'audit_records', 'consents', 'tombstones', 'sessions'] as const

/** Columns that a row has to have, as they are at this stage, with a value of their type. */
async function seed({ run }: BareDatabase, stage: number): Promise<void> {
  const [application, gallery, subject, session] = [1, 2, 3, 4].map((what) => uuidOf(stage, what))
  const known: Readonly<Record<string, string | undefined>> = {
    application_id: application,
    gallery_id: gallery,
    subject_id: subject,
    session_id: session,
  }
  const own: Readonly<Record<string, string | undefined>> = {
    applications: application,
    galleries: gallery,
    subjects: subject,
    sessions: session,
  }
  for (const table of seeded) {
    const columns = await run(
      `select column_name as name, data_type as type from information_schema.columns where table_schema = 'public' and table_name = '${table}' and is_nullable = 'NO' and column_default is null order by ordinal_position`,
    )
    const values = columns.map(({ name, type }) => {
      if (name === 'id') return `'${own[table] ?? uuidOf(stage, 9)}'`
      return known[String(name)] === undefined ? sampleOf(String(type), stage) : `'${known[String(name)]}'`
    })
    await run(
      `insert into "${table}" (${columns.map(({ name }) => `"${name}"`).join(', ')}) values (${values.join(', ')})`,
    )
  }
}

function sampleOf(type: string, stage: number): string {
  if (type === 'uuid') return `'${uuidOf(stage, 99)}'`
  if (type === 'bytea') return `'\\x${stage.toString().padStart(4, '0')}'`
  if (type === 'jsonb') return `'{"stage": ${stage}}'`
  if (type.startsWith('timestamp')) return "'2026-01-02T03:04:05Z'"
  if (type === 'ARRAY') return "'{}'"
  if (type === 'boolean') return 'false'
  return /int|numeric/.test(type) ? '1' : `'text of ${stage}'`
}

const count = async ({ run }: BareDatabase): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {}
  for (const table of seeded) {
    const [row] = await run(`select count(*)::int as rows from "${table}"`)
    counts[table] = Number(row?.rows)
  }
  return counts
}

/** The shape of everything: tables, columns, constraints and indexes. */
const shapeOf = async ({ run }: BareDatabase): Promise<string> => {
  const columns = await run(
    "select table_name, column_name, data_type, is_nullable, column_default from information_schema.columns where table_schema = 'public' order by 1, 2",
  )
  const indexes = await run("select indexname, indexdef from pg_indexes where schemaname = 'public' order by 1")
  const constraints = await run(
    "select conname, pg_get_constraintdef(oid) as def from pg_constraint where connamespace = 'public'::regnamespace order by 1, 2",
  )
  return JSON.stringify([columns, indexes, constraints])
}

const apply = async ({ run }: BareDatabase, statements: readonly string[]) => {
  for (const statement of statements) if (statement.trim() !== '') await run(statement)
}

describe.each(engines)('on $name', ({ name, open }) => {
  test('[RL10] each migration keeps what every earlier state held, and one that is interrupted leaves that state', {
    timeout: 300_000,
  }, async () => {
    const database = await open()
    let interrupted = 0
    try {
      for (const [stage, { sql }] of migrations.entries()) {
        const before = { shape: await shapeOf(database), rows: stage > 1 ? await count(database) : {} }
        // All but the last statement, and then the process is gone: nothing of it may be left.
        await database.run('begin')
        await apply(database, sql.slice(0, -1))
        await database.run('rollback')
        expect([entries[stage]?.tag, await shapeOf(database)]).toEqual([entries[stage]?.tag, before.shape])
        interrupted++
        await database.run('begin')
        await apply(database, sql)
        await database.run('commit')
        if (stage === 0) continue
        if (stage > 1) expect([entries[stage]?.tag, await count(database)]).toEqual([entries[stage]?.tag, before.rows])
        await seed(database, stage)
      }
      const rows = await count(database)
      expect(Object.values(rows)).toEqual(seeded.map(() => migrations.length - 1))
      const names = await database.run('select name from applications order by id')
      expect(names.map((row) => row.name)).toEqual(migrations.slice(1).map((_, i) => `text of ${i + 1}`))
      console.log(
        `R10 held: ${migrations.length} migrations on ${name}: ${interrupted} interrupted and each former schema was whole; rows of ${migrations.length - 1} earlier states kept in ${seeded.length} tables`,
      )
    } finally {
      await database.close()
    }
  })
})
