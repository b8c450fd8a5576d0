import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { testVault as vault } from '../../../../test/contract/test-vault.ts'
import type { Database } from '../domain/ports.ts'
import type { Executor } from './executor.ts'
import { type GraphBuilder, openGraphBuilder } from './hnsw-build.ts'
import { enroll, newSpace } from './new-space.fixture.ts'
import { createOwnPostgres } from './own-postgres.fixture.ts'
import { openPostgres } from './postgres.ts'
import * as schema from './schema.ts'
import type { VersionedSpace } from './template-index.contract.ts'

/** A PostgreSQL database of its own, whose galleries can have graphs. */
export interface Graphs {
  readonly url: string
  readonly database: Database
  readonly builder: GraphBuilder
  readonly executor: Executor
  /** A new application's gallery `default`, with a graph and nobody in it. */
  newSpaceWithGraph(): Promise<VersionedSpace>
  /** Whoever builds a graph waits for this transaction, as for everybody who wrote to the table before. */
  whileTableIsHeld(work: () => Promise<void>): Promise<void>
  sql(statement: string, ...parameters: unknown[]): Promise<readonly Record<string, unknown>[]>
  close(): Promise<void>
}

export async function openGraphs(serverUrl: string): Promise<Graphs> {
  const own = await createOwnPostgres(serverUrl)
  const database = await openPostgres(own.url, { vault })
  const builder = openGraphBuilder(own.url)
  const client = postgres(own.url, { max: 4, onnotice: () => {} })
  const executor = drizzle(client, { schema }) as unknown as Executor
  return {
    url: own.url,
    database,
    builder,
    executor,
    whileTableIsHeld: (work) =>
      executor.transaction(async (tx) => {
        await tx.execute('lock table faces in row exclusive mode')
        await work()
      }),
    async newSpaceWithGraph() {
      const space = await newSpace(database.stores)
      const someone = await enroll(database.stores, space, 1)
      await builder.optimize(space.applicationId, 'default')
      await database.stores.subjects.remove(space.applicationId, someone.subjectId)
      return space
    },
    sql: (statement, ...parameters) => client.unsafe(statement, parameters as never[]),
    async close() {
      await Promise.all([database.close(), builder.close(), client.end()])
      await own.drop()
    },
  }
}
