import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import { drizzle } from 'drizzle-orm/pglite'
import { migrate } from 'drizzle-orm/pglite/migrator'
import type { Database, TemplateIndex } from '../domain/ports.ts'
import { createVault } from '../domain/vault.ts'
import { createOpenedKeyCache } from './application-key-store.ts'
import { createDatabase, defaultSealedMemoryBytes, migrationsFolder } from './database.ts'
import type { Executor } from './executor.ts'
import { createGalleryMemory } from './gallery-memory.ts'
import { createPreparedQuery } from './prepared-queries.ts'
import * as schema from './schema.ts'
import { createTemplateIndex } from './template-index.ts'

export interface OpenSealing {
  readonly database: Database
  /** As the database has one, with a memory that can be looked at. */
  readonly index: TemplateIndex
  /** Of opened templates. */
  usedBytes(): number
  /** SQL past the stores. */
  query(statement: string, parameters: readonly unknown[]): Promise<unknown>
  close(): Promise<void>
}

/** The embedded database in a folder of its own, under a master key of its own. */
export async function openSealing(dataDir: string): Promise<OpenSealing> {
  const client = await PGlite.create({ dataDir, extensions: { vector } })
  const db = drizzle(client, { schema })
  await migrate(db, { migrationsFolder: fileURLToPath(migrationsFolder) })
  client.query = createPreparedQuery(client)
  const vault = createVault(randomBytes(32))
  const memory = createGalleryMemory(defaultSealedMemoryBytes)
  const executor = db as unknown as Executor
  return {
    database: createDatabase(executor, async () => {}, { vault }),
    index: createTemplateIndex(executor, createOpenedKeyCache(vault), memory),
    usedBytes: memory.usedBytes,
    query: (statement, parameters) => client.query(statement, [...parameters]),
    close: () => client.close(),
  }
}
