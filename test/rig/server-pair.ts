import { randomBytes } from 'node:crypto'
import { createOwnPostgres } from '../../packages/server/src/db/own-postgres.fixture.ts'
import { type ServerProgram, startServer, type TestServer } from './server.ts'

export interface ServerPair {
  readonly servers: readonly [TestServer, TestServer]
  readonly databaseUrl: string
  /** 64 hexadecimal digits. */
  readonly masterKey: string
  close(): Promise<void>
}

type Environment = Readonly<Record<string, string>>

/** Two server processes on one new database of a PostgreSQL, with the same master key, and no limits that a test reaches. */
export async function startServerPair(
  postgresUrl: string,
  environment: Environment = {},
  program: ServerProgram = 'source',
): Promise<ServerPair> {
  const own = await createOwnPostgres(postgresUrl)
  const masterKey = randomBytes(32).toString('hex')
  const shared = {
    DATABASE_URL: own.url,
    MIEN_MASTER_KEY: masterKey,
    MIEN_DEMO: 'off',
    MIEN_SESSIONS_PER_MINUTE: '1000000',
    MIEN_API_CALLS_PER_MINUTE: '1000000',
    ...environment,
  }
  const started: TestServer[] = []
  const close = async () => {
    await Promise.all(started.map((server) => server.close()))
    await own.drop()
  }
  try {
    // In turn: the first one brings the schema up.
    for (const _ of [1, 2]) started.push(await startServer(shared, program))
  } catch (error) {
    await close()
    throw error
  }
  return { servers: [started[0]!, started[1]!], databaseUrl: own.url, masterKey, close }
}
