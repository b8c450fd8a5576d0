import { expect, it } from 'vitest'
import { createOwnPostgres } from '../../packages/server/src/db/own-postgres.fixture.ts'
import { startServer } from '../rig/server.ts'
import { withSql } from './find-half-writes.ts'
import { killUnderLoad } from './kill-under-load.ts'

const serverUrl = process.env.TEST_DATABASE_URL
const own = serverUrl ? await createOwnPostgres(serverUrl) : null

const databases = [{ name: 'PGlite', url: null }, ...(own === null ? [] : [{ name: 'PostgreSQL', url: own.url }])]

it.each(databases)(
  '[RL1] keeps what it acknowledged through kill -9, on $name, once and whole',
  {
    timeout: 300_000,
  },
  async ({ url }) => {
    const figures = await killUnderLoad({
      openServer: (environment) =>
        startServer({ MIEN_DEMO: 'off', ...environment, ...(url === null ? {} : { DATABASE_URL: url }) }),
      target: (server) => ({ kill: () => server.kill(), revive: () => server.restart() }),
      withDatabase: ({ dataDir }, work) => withSql(url === null ? { dataDir } : { url }, work),
      rounds: 5,
      workers: 4,
      asksAgain: false,
    })
    await (url === null ? undefined : own?.drop())
    expect(figures.interrupted).toBeGreaterThan(0)
    expect(figures.acknowledged).toBeGreaterThanOrEqual(5)
    expect(figures.events.written).toBeGreaterThan(0)
    expect(figures).toMatchObject({ lost: [], doubled: [], halfDone: [] })
  },
)
