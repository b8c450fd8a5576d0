import { fileURLToPath } from 'node:url'
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import { drizzle } from 'drizzle-orm/pglite'
import { migrate } from 'drizzle-orm/pglite/migrator'
import type { TemplateIndex } from '../domain/ports.ts'
import { migrationsFolder } from './database.ts'
import type { Executor } from './executor.ts'
import { createPgvectorIndex } from './pgvector-index.ts'
import * as schema from './schema.ts'

export interface OpenIndex {
  readonly index: TemplateIndex
  query(statement: string, parameters: readonly unknown[]): Promise<unknown>
  close(): Promise<void>
}

/** The search of the embedded database in a folder of its own, and SQL past the stores: for as many rows as no enrolment brings. */
export async function openIndex(dataDir: string): Promise<OpenIndex> {
  const client = await PGlite.create({ dataDir, extensions: { vector } })
  const db = drizzle(client, { schema })
  await migrate(db, { migrationsFolder: fileURLToPath(migrationsFolder) })
  return {
    index: createPgvectorIndex(db as unknown as Executor),
    query: (statement, parameters) => client.query(statement, [...parameters]),
    close: () => client.close(),
  }
}
