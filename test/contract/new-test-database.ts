import { openNewDatabase } from '../../packages/server/src/db/new-database.fixture.ts'
import { openOwnPostgres } from '../../packages/server/src/db/open-own-postgres.fixture.ts'
import type { Database } from '../../packages/server/src/domain/ports.ts'
import type { Vault } from '../../packages/server/src/domain/vault.ts'

const engineUrl = process.env.TEST_ENGINE_URL || undefined

/** In memory, or a database of its own in the PostgreSQL that the run is for: without that server's time, since a test has a clock of its own. */
export async function newTestDatabase(vault: Vault): Promise<Database> {
  if (engineUrl === undefined) return openNewDatabase({ vault })
  return { ...(await openOwnPostgres(engineUrl, { vault })), now: async () => null }
}
