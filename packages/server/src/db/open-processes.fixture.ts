import { drizzle } from 'drizzle-orm/pglite'
import { drizzle as drizzlePostgres } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { testVault as vault } from '../../../../test/contract/test-vault.ts'
import type { Database } from '../domain/ports.ts'
import { createDatabase, type DatabaseOptions } from './database.ts'
import type { Executor } from './executor.ts'
import { openNewClient } from './new-database.fixture.ts'
import { createOwnPostgres } from './own-postgres.fixture.ts'
import { openPostgres } from './postgres.ts'
import * as schema from './schema.ts'

/** A database of its own with several processes on it, each with its own memory, and SQL past all of them. */
export interface Processes {
  /** Null: the embedded one. */
  readonly url: string | null
  readonly executor: Executor
  start(options?: Partial<DatabaseOptions>): Promise<Database>
  sql(statement: string, ...parameters: unknown[]): Promise<readonly Record<string, unknown>[]>
  /** With all that were started. */
  close(): Promise<void>
}

/** As if they were several: one process alone opens an embedded database, and what is tested is what each remembers. */
async function openEmbedded(): Promise<Processes> {
  const client = await openNewClient()
  const executor = drizzle(client, { schema }) as unknown as Executor
  const started: Database[] = []
  return {
    url: null,
    executor,
    async start(options) {
      const database = createDatabase(executor, async () => {}, { vault, ...options })
      started.push(database)
      return database
    },
    sql: async (statement, ...parameters) =>
      (await client.query<Record<string, unknown>>(statement, [...parameters])).rows,
    async close() {
      for (const database of started) await database.close()
      await client.close()
    },
  }
}

async function openServer(serverUrl: string): Promise<Processes> {
  const own = await createOwnPostgres(serverUrl)
  const started = [await openPostgres(own.url, { vault })]
  const client = postgres(own.url, { max: 2, onnotice: () => {} })
  return {
    url: own.url,
    executor: drizzlePostgres(client, { schema }) as unknown as Executor,
    async start(options) {
      const database = await openPostgres(own.url, { vault, ...options })
      started.push(database)
      return database
    },
    sql: (statement, ...parameters) => client.unsafe(statement, parameters as never[]),
    async close() {
      for (const database of started) await database.close()
      await client.end()
      await own.drop()
    },
  }
}

const postgresUrl = process.env.TEST_DATABASE_URL

/** PGlite always, PostgreSQL as well when the environment names one. */
export const processEngines: readonly { readonly name: string; open(): Promise<Processes> }[] = [
  { name: 'PGlite', open: openEmbedded },
  ...(postgresUrl ? [{ name: 'PostgreSQL', open: () => openServer(postgresUrl) }] : []),
]
