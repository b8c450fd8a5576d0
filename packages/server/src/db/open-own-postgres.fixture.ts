import type { Database } from '../domain/ports.ts'
import { createOwnPostgres } from './own-postgres.fixture.ts'
import { openPostgres, type PostgresOptions } from './postgres.ts'

/** A database of its own on the same server, for tests of what looks at all applications; dropped when it is closed. */
export async function openOwnPostgres(serverUrl: string, options: PostgresOptions): Promise<Database> {
  const own = await createOwnPostgres(serverUrl)
  const database = await openPostgres(own.url, options)
  return {
    ...database,
    async close() {
      await database.close()
      await own.drop()
    },
  }
}
