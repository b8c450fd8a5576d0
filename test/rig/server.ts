import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { constants, setPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type AdminClient, createAdminClient } from '../../packages/server/src/cli/admin-client.ts'
import { layNewDatabase } from '../../packages/server/src/db/new-database.fixture.ts'
import { createOwnPostgres, type OwnPostgres } from '../../packages/server/src/db/own-postgres.fixture.ts'

const repository = join(import.meta.dirname, '..', '..')
const startTimeoutMs = 120_000

export interface TestServer {
  /** Address without a slash at the end; the same after a restart. */
  readonly url: string
  readonly dataDir: string
  readonly adminToken: string
  readonly admin: AdminClient
  /** What it has written to its log so far. */
  log(): string
  /** SIGKILL: nothing is flushed, closed or removed. */
  kill(): Promise<void>
  /**
   * Starts it again on the same data and port. Stops it first if it runs.
   *
   * @param givesWay whether it starts on what others leave of the processor, as if it had one of its own
   */
  restart(givesWay?: boolean): Promise<void>
  /** Stops it and deletes its data. */
  close(): Promise<void>
}

/** `built` is what the compiler put out and `npm start` runs. It makes its database itself. */
export type ServerProgram = 'source' | 'built'

/** A PostgreSQL for every server of the run that names no database itself; without one each has the embedded database. */
const engineUrl = process.env.TEST_ENGINE_URL || undefined

/** The real server as a process of its own, on a free port, with a fresh data folder; the models folder is the shared one. */
export async function startServer(
  environment: Readonly<Record<string, string>> = {},
  program: ServerProgram = 'source',
): Promise<TestServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'mien-test-'))
  const own = environment.DATABASE_URL === undefined ? await newDatabase(dataDir, program) : null
  const adminToken = randomBytes(32).toString('base64url')
  let log = ''
  let child: ChildProcess | undefined
  const start = async (port: string, givesWay = false): Promise<string> => {
    child = spawnServer(program, {
      PORT: port,
      MIEN_DATA_DIR: dataDir,
      MIEN_ADMIN_TOKEN: adminToken,
      ...(own === null ? {} : { DATABASE_URL: own.url }),
      ...environment,
    })
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (log += chunk))
    if (givesWay) setPriority(child.pid!, constants.priority.PRIORITY_LOW)
    const ready = await untilReady(child, dataDir, () => log)
    if (givesWay) setPriority(child.pid!, constants.priority.PRIORITY_NORMAL)
    return ready
  }
  const end = (signal: NodeJS.Signals) => endProcess(child, signal)
  const url = await start('0').catch(async (error) => {
    await end('SIGKILL')
    await own?.drop()
    throw error
  })
  return {
    url,
    dataDir,
    adminToken,
    admin: createAdminClient((path, init) => fetch(new URL(path, url), init), adminToken),
    log: () => log,
    kill: () => end('SIGKILL'),
    async restart(givesWay) {
      await end('SIGTERM')
      await start(new URL(url).port, givesWay)
    },
    async close() {
      await end('SIGTERM')
      await own?.drop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Null where it is in the data folder. */
async function newDatabase(dataDir: string, program: ServerProgram): Promise<OwnPostgres | null> {
  if (engineUrl !== undefined) return createOwnPostgres(engineUrl)
  if (program === 'source') await layNewDatabase(dataDir)
  return null
}

const serverFolder = join(repository, 'packages', 'server')
const programs = {
  source: ['--conditions=source', '--import', 'tsx', join(serverFolder, 'src', 'main.ts')],
  built: [join(serverFolder, 'dist', 'main.js')],
} as const satisfies Record<ServerProgram, readonly string[]>

function spawnServer(program: ServerProgram, environment: Readonly<Record<string, string>>): ChildProcess {
  const child = spawn(process.execPath, programs[program], {
    cwd: repository,
    // It shares two cores with a browser and other tests: that it is late is no reason to turn their requests away.
    env: { ...process.env, MIEN_LOG_LEVEL: 'warn', MIEN_MAX_LOOP_DELAY_MS: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const endWithParent = () => child.kill('SIGKILL')
  process.once('exit', endWithParent)
  child.once('exit', () => process.off('exit', endWithParent))
  return child
}

/** Asks for health at the address that the server wrote down, because a server told port 0 chooses one. */
async function untilReady(child: ChildProcess, dataDir: string, log: () => string): Promise<string> {
  const deadline = Date.now() + startTimeoutMs
  while (child.exitCode === null && child.signalCode === null && Date.now() < deadline) {
    const url = await addressOf(child, dataDir)
    if (url !== undefined && (await isHealthy(url))) return url
    await sleep(100)
  }
  throw new Error(`The server did not start:\n${log()}`)
}

async function addressOf(child: ChildProcess, dataDir: string): Promise<string | undefined> {
  const text = await readFile(join(dataDir, 'server.json'), 'utf8').catch(() => undefined)
  const address: { url: string; pid?: number } | undefined = text ? JSON.parse(text) : undefined
  // A killed server leaves its file behind.
  return address?.pid === undefined || address.pid === child.pid ? address?.url : undefined
}

const isHealthy = (url: string): Promise<boolean> =>
  fetch(new URL('/healthz', url)).then(
    (response) => response.ok,
    () => false,
  )

async function endProcess(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}
