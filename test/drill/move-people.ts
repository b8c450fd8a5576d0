import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { layNewDatabase } from '../../packages/server/src/db/new-database.fixture.ts'
import { createOwnPostgres } from '../../packages/server/src/db/own-postgres.fixture.ts'
import { openPostgres } from '../../packages/server/src/db/postgres.ts'
import { createVault } from '../../packages/server/src/domain/vault.ts'
import type { CopiedTable } from '../../packages/server/src/transfer/copy-database.ts'
import { moveDatabase } from '../../packages/server/src/transfer/move-database.ts'
import { type Observed, type ObserveOptions, observePeople } from './observe-people.ts'
import { seedPeople } from './seed-people.ts'
import { withData } from './with-data.ts'

export interface MoveFigures {
  readonly before: Observed
  readonly between: Observed
  readonly after: Observed
  readonly tables: readonly CopiedTable[]
  readonly tablesBack: readonly CopiedTable[]
  readonly seconds: { readonly there: number; readonly back: number }
}

/**
 * Seeds people into an embedded database, moves it to a new PostgreSQL database and on to another folder, and looks at it each time.
 *
 * @param serverUrl of a PostgreSQL on which a database may be made
 */
export async function movePeople(
  serverUrl: string,
  { people, onProgress, ...observe }: ObserveOptions & { people: number; onProgress?: (done: number) => void },
): Promise<MoveFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'mien-move-'))
  const own = await createOwnPostgres(serverUrl)
  const master = randomBytes(32)
  const [from, to] = [join(folder, 'from'), join(folder, 'to')]
  try {
    await layNewDatabase(from)
    await writeFile(join(from, 'master.key'), master.toString('hex'))
    const config = { dataDir: from, databaseUrl: null, masterKey: null, otherMasterKey: null, masterKeyCommand: null }
    const seeded = await withData(from, (database) =>
      seedPeople(database, { people, protection: 'rotated', ...(onProgress === undefined ? {} : { onProgress }) }),
    )
    const before = await withData(from, (database) => observePeople(database, seeded, observe))

    const [tables, there] = await timed(() => moveDatabase(config, own.url))
    const database = await openPostgres(own.url, { vault: createVault(master) })
    const between = await observePeople(database, seeded, observe).finally(() => database.close())

    const [tablesBack, back] = await timed(() => moveDatabase({ ...config, databaseUrl: own.url }, to))
    const after = await withData(to, (moved) => observePeople(moved, seeded, observe))
    return { before, between, after, tables, tablesBack, seconds: { there, back } }
  } finally {
    await own.drop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function timed<T>(work: () => Promise<T>): Promise<readonly [T, number]> {
  const began = performance.now()
  const done = await work()
  return [done, (performance.now() - began) / 1000]
}
