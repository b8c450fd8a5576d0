import { join } from 'node:path'
import { createOwnPostgres } from '../../packages/server/src/db/own-postgres.fixture.ts'
import { cacheFolder } from '../rig/cache.ts'
import { startPostgres } from '../rig/postgres-process.ts'
import type { TestServer } from '../rig/server.ts'
import { type DrillContext, defineDrill } from './define-drill.ts'
import { withSql } from './find-half-writes.ts'
import { type KillFigures, killUnderLoad } from './kill-under-load.ts'
import { progress } from './progress.ts'
import { say } from './say.ts'

type OpenServer = DrillContext['openServer']

/** `kill -9` of the server on both databases, and of PostgreSQL below it. */
export const killsDrill = defineDrill({
  name: 'kills',
  summary: 'a server and a PostgreSQL that are killed under load',
  options: { embedded: 100, postgres: 100, crashes: 50, workers: 4 },
  async run({ options: { embedded, postgres, crashes, workers }, openServer }) {
    const held = [await killEmbedded(openServer, embedded, workers)]
    if (postgres + crashes > 0) held.push(await killOnPostgres(openServer, postgres, crashes, workers))
    return held.every(Boolean)
  },
})

const killServer = (server: TestServer) => ({ kill: () => server.kill(), revive: () => server.restart() })

async function killEmbedded(openServer: OpenServer, rounds: number, workers: number): Promise<boolean> {
  if (rounds === 0) return true
  const figures = await killUnderLoad({
    openServer,
    rounds,
    workers,
    asksAgain: true,
    target: killServer,
    withDatabase: ({ dataDir }, work) => withSql({ dataDir }, work),
    onProgress: progress('kill of the embedded server', rounds),
  })
  return sayKills('kills of the server with the embedded database', figures)
}

/** Needs root on Debian, as `test/rig/postgres.sh` does. */
async function killOnPostgres(openServer: OpenServer, kills: number, crashes: number, workers: number) {
  const postgres = await startPostgres(join(cacheFolder, 'postgres-kills'), true)
  const on = async (rounds: number, what: string, isServer: boolean): Promise<boolean> => {
    if (rounds === 0) return true
    const own = await createOwnPostgres(postgres.url)
    const figures = await killUnderLoad({
      openServer: (environment) => openServer({ ...environment, DATABASE_URL: own.url }),
      rounds,
      workers,
      asksAgain: true,
      target: isServer ? killServer : () => ({ kill: () => postgres.kill(), revive: () => postgres.resume() }),
      withDatabase: (_, work) => withSql({ url: own.url }, work),
      onProgress: progress(what, rounds),
    })
    await own.drop()
    return sayKills(what, figures)
  }
  try {
    const server = await on(kills, 'kills of the server on PostgreSQL', true)
    return (await on(crashes, 'kills of PostgreSQL', false)) && server
  } finally {
    await postgres.stop()
  }
}

function sayKills(what: string, figures: KillFigures): boolean {
  const { rounds, acknowledged, interrupted, people, lost, doubled, halfDone, unanswered, events } = figures
  for (const each of [...lost, ...doubled, ...halfDone]) process.stderr.write(`${each}\n`)
  return say(
    'R1',
    `${rounds} ${what}: ${acknowledged} acknowledged writes of ${people} people and ${interrupted} interrupted ones: ${lost.length} lost, ${doubled.length} doubled, ${halfDone.length} half done; of those without an answer ${unanswered.there} were done and ${unanswered.notThere} not; ${events.written} events written, ${events.arrived} arrived, ${events.repeated} of them more than once`,
    lost.length + doubled.length + halfDone.length === 0,
  )
}
