import { MienError } from '@mien/shared/errors'
import { drizzle } from 'drizzle-orm/pglite'
import postgres from 'postgres'
import { createDatabase } from '../../packages/server/src/db/database.ts'
import { openNewClient } from '../../packages/server/src/db/new-database.fixture.ts'
import { createOwnPostgres } from '../../packages/server/src/db/own-postgres.fixture.ts'
import { openPostgres } from '../../packages/server/src/db/postgres.ts'
import * as schema from '../../packages/server/src/db/schema.ts'
import { startTcpShim } from '../../packages/server/src/db/tcp-shim.fixture.ts'
import type { ImageAnalyser } from '../../packages/server/src/domain/image-analyser.ts'
import type { Database } from '../../packages/server/src/domain/ports.ts'
import { defaultManifestPath } from '../../packages/server/src/models/load-manifest.ts'
import { createLazyVisionPool } from '../../packages/server/src/vision/lazy-vision-pool.ts'
import { testVault as vault } from '../contract/test-vault.ts'

/** Something that a server depends on, to be taken away and given back. */
export interface Dependency {
  readonly name: string
  /** Whose answers it must not let through while it is away: of all routes, of those with pictures, of those within a session. */
  readonly denies: 'all' | 'pictures' | 'session' | 'none'
  cut(): Promise<void>
  mend(): Promise<void>
}

export interface CutDatabase {
  readonly name: string
  readonly database: Database
  readonly dependencies: readonly Dependency[]
  close(): Promise<void>
}

const refusing = (code: string) =>
  `create or replace function refuse_write() returns trigger language plpgsql as $$ begin raise exception 'no' using errcode = '${code}'; end $$`

/** Every statement that writes fails as where the disk is full. */
function fullDisk(ask: (statement: string) => Promise<readonly Readonly<Record<string, unknown>>[]>): Dependency {
  const each = async (work: (table: string) => string) => {
    const tables = await ask(
      "select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
    )
    for (const { name } of tables) await ask(work(String(name)))
  }
  return {
    name: 'database disk full',
    denies: 'all',
    async cut() {
      await ask(refusing('53100'))
      await each(
        (table) =>
          `create trigger refuse_write before insert or update or delete on "${table}" execute function refuse_write()`,
      )
    },
    mend: () => each((table) => `drop trigger refuse_write on "${table}"`),
  }
}

export async function openCutPglite(): Promise<CutDatabase> {
  const client = await openNewClient()
  const { query, transaction } = client
  const ask = async (statement: string) =>
    ((await query.call(client, statement)) as { rows: Readonly<Record<string, unknown>>[] }).rows
  const gone = () => Promise.reject(Object.assign(new Error('terminating connection'), { code: '57P01' }))
  const db = drizzle(client, { schema })
  // One and the same schema, which the compiler takes for two where it reads declarations.
  const executor = db as unknown as Parameters<typeof createDatabase>[0]
  const database = createDatabase(executor, () => client.close(), { vault })
  const away: Dependency = {
    name: 'database away',
    denies: 'all',
    cut: async () => void Object.assign(client, { query: gone, transaction: gone }),
    mend: async () => void Object.assign(client, { query, transaction }),
  }
  return { name: 'PGlite', database, dependencies: [away, fullDisk(ask)], close: () => database.close() }
}

export async function openCutPostgres(serverUrl: string): Promise<CutDatabase> {
  const own = await createOwnPostgres(serverUrl)
  const shim = await startTcpShim(own.url)
  const aside = postgres(own.url, { max: 1, onnotice: () => {} })
  const opened = await openPostgres(shim.url, { vault })
  const name = new URL(own.url).pathname.slice(1)
  const endAll = () =>
    aside`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name} and pid <> pg_backend_pid()`
  const become = (mode: Parameters<typeof shim.become>[0]) => async () => shim.become(mode)
  const setReadOnly = async (value: 'on' | 'off') => {
    await aside.unsafe('set default_transaction_read_only = off')
    await aside.unsafe(`alter database ${name} set default_transaction_read_only = ${value}`)
    await endAll()
  }
  let unlock = () => {}
  let locked: Promise<unknown> = Promise.resolve()
  const blocker = postgres(own.url, { max: 1, onnotice: () => {} })
  const dependencies: readonly Dependency[] = [
    { name: 'database away', denies: 'all', cut: become('refuse'), mend: become('open') },
    { name: 'database hanging', denies: 'all', cut: become('silent'), mend: become('open') },
    { name: 'database read-only', denies: 'all', cut: () => setReadOnly('on'), mend: () => setReadOnly('off') },
    fullDisk((statement) => aside.unsafe(statement)),
    {
      name: 'database locked',
      denies: 'all',
      async cut() {
        const released = new Promise<void>((resolve) => {
          unlock = resolve
        })
        await new Promise<void>((resolve, reject) => {
          locked = blocker
            .begin(async (tx) => {
              await tx.unsafe('lock table applications, sessions, audit_records in access exclusive mode')
              resolve()
              await released
            })
            .catch(reject)
        })
      },
      async mend() {
        unlock()
        await locked
      },
    },
    {
      name: 'database restarted',
      denies: 'none',
      cut: async () => void (await endAll()),
      mend: async () => {},
    },
  ]
  return {
    name: 'PostgreSQL',
    database: { ...opened, now: async () => null },
    dependencies,
    async close() {
      await opened.close()
      await Promise.all([aside.end(), blocker.end()])
      await shim.close()
      await own.drop()
    },
  }
}

const failing = (code: 'WORKER_CRASHED' | 'OVERLOADED'): ImageAnalyser => ({
  analyse: () => Promise.reject(new MienError(code)),
  check: () => Promise.reject(new MienError(code)),
})

/** The networks: their files may be gone, their threads dead or busy. */
export function cutAnalyser(behind: ImageAnalyser) {
  let now = behind
  const missing = createLazyVisionPool({
    manifestPath: defaultManifestPath,
    pack: 'standard',
    weightsDirectory: '/nonexistent/weights',
  })
  const become = (next: ImageAnalyser) => async () => {
    now = next
  }
  const dependencies: readonly Dependency[] = [
    { name: 'models missing', denies: 'pictures', cut: become(missing), mend: become(behind) },
    { name: 'vision worker dead', denies: 'pictures', cut: become(failing('WORKER_CRASHED')), mend: become(behind) },
    { name: 'vision worker hanging', denies: 'pictures', cut: become(failing('OVERLOADED')), mend: become(behind) },
  ]
  const analyser: ImageAnalyser = {
    analyse: (file, options) => now.analyse(file, options),
    check: () => now.check(),
  }
  return { analyser, dependencies, close: () => missing.close() }
}
