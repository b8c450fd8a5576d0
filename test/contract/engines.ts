import { openNewDatabase } from '../../packages/server/src/db/new-database.fixture.ts'
import { openOwnPostgres } from '../../packages/server/src/db/open-own-postgres.fixture.ts'
import { openPostgres } from '../../packages/server/src/db/postgres.ts'
import type { Database } from '../../packages/server/src/domain/ports.ts'
import type { Vault } from '../../packages/server/src/domain/vault.ts'
import { testVault } from './test-vault.ts'

export interface Engine {
  readonly name: string
  open(): Promise<Database>
  /** A database that no other test file writes to. */
  openOwn(vault?: Vault): Promise<Database>
}

const postgresUrl = process.env.TEST_DATABASE_URL

/** Races of more than a server lets wait for a connection: who is first is to be seen, not who is turned away. */
const pool = { connections: 10, maxWaiting: 1000, waitMs: 60_000 } as const

/** PGlite always, PostgreSQL as well when the environment names one. */
export const engines: readonly Engine[] = [
  {
    name: 'PGlite',
    open: () => openNewDatabase({ vault: testVault }),
    openOwn: (vault = testVault) => openNewDatabase({ vault }),
  },
  ...(postgresUrl
    ? [
        {
          name: 'PostgreSQL',
          open: () => openPostgres(postgresUrl, { vault: testVault, pool }),
          openOwn: (vault = testVault) => openOwnPostgres(postgresUrl, { vault, pool }),
        },
      ]
    : []),
]
