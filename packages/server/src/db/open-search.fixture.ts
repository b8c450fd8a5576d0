import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite'
import { migrate as migratePglite } from 'drizzle-orm/pglite/migrator'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'
import { migrationsFolder } from './database.ts'
import type { Executor } from './executor.ts'
import { createPool } from './pool.ts'
import * as schema from './schema.ts'

/** A database with the server's schema, past the stores: for as many rows as no enrolment brings. */
export interface SearchDatabase {
  readonly db: Executor
  query(statement: string, parameters?: readonly unknown[]): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** `copy … (format binary)`. @param into table and columns, as SQL */
  copy(into: string, chunks: Iterable<Uint8Array>): Promise<void>
  close(): Promise<void>
}

const folder = fileURLToPath(migrationsFolder)

/** @param connections that may be in use at once */
export async function openSearchPostgres(url: string, connections = 8): Promise<SearchDatabase> {
  const client = postgres(url, { max: connections, onnotice: () => {} })
  await migrate(drizzle(client), { migrationsFolder: folder })
  // As the server has it, so that its figures are the server's.
  const pool = createPool(url, { connections })
  return {
    db: drizzle(pool.client, { schema }) as unknown as Executor,
    query: (statement, parameters = []) => client.unsafe(statement, [...parameters] as never[]),
    async copy(into, chunks) {
      const target = await client.unsafe(`copy ${into} from stdin (format binary)`).writable()
      await pipeline(Readable.from(chunks), target)
    },
    async close() {
      await Promise.all([client.end(), pool.close()])
    },
  }
}

/** @param dataDir folder that it makes */
export async function openSearchPglite(dataDir: string): Promise<SearchDatabase> {
  const client = await PGlite.create({ dataDir, extensions: { vector } })
  const db = drizzlePglite(client, { schema })
  await migratePglite(db, { migrationsFolder: folder })
  return {
    db: db as unknown as Executor,
    query: async (statement, parameters = []) =>
      (await client.query<Record<string, unknown>>(statement, [...parameters])).rows,
    async copy(into, chunks) {
      const blob = new Blob([...chunks].map((chunk) => new Uint8Array(chunk)))
      await client.query(`copy ${into} from '/dev/blob' (format binary)`, [], { blob })
    },
    close: () => client.close(),
  }
}
