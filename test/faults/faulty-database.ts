import type { PGlite, Transaction } from '@electric-sql/pglite'
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite'
import { drizzle as drizzlePostgres } from 'drizzle-orm/postgres-js'
import postgres, { type Sql, type TransactionSql } from 'postgres'
import { createDatabase } from '../../packages/server/src/db/database.ts'
import { openNewClient } from '../../packages/server/src/db/new-database.fixture.ts'
import { createOwnPostgres } from '../../packages/server/src/db/own-postgres.fixture.ts'
import { createPool } from '../../packages/server/src/db/pool.ts'
import { openPostgres } from '../../packages/server/src/db/postgres.ts'
import * as schema from '../../packages/server/src/db/schema.ts'
import type { Database } from '../../packages/server/src/domain/ports.ts'
import { testVault as vault } from '../contract/test-vault.ts'

/** SQLSTATE of a database that shuts down. */
const shutdown = () => Object.assign(new Error('terminating connection'), { code: '57P01' })

export type Row = Readonly<Record<string, unknown>>

/** A database whose connection is lost where a test says, below the server and above the driver. */
export interface FaultyDatabase {
  readonly database: Database
  /** Past the faults. */
  ask(statement: string): Promise<readonly Row[]>
  /** From now on: after that many statements inside transactions the connection is lost, once. */
  loseAfter(statements: number): void
  /** Statements inside transactions since `loseAfter`. */
  statements(): number
}

export interface FaultyEngine {
  readonly name: string
  open(): Promise<FaultyDatabase>
}

function createFaults() {
  let statements = 0
  let lostAfter = Number.POSITIVE_INFINITY
  return {
    loseAfter(count: number) {
      statements = 0
      lostAfter = count
    },
    statements: () => statements,
    /** The statement was carried out; its answer does not come back. */
    pass() {
      if (++statements === lostAfter) throw shutdown()
    },
  }
}

type Faults = ReturnType<typeof createFaults>

async function openFaultyPglite(): Promise<FaultyDatabase> {
  const faults = createFaults()
  const client = await openNewClient()
  const begin = client.transaction.bind(client)
  client.transaction = (work) => begin((tx) => work(countedTransaction(tx, faults)))
  const db = drizzlePglite(client, { schema })
  const database = createDatabase(executor(db), () => client.close(), { vault })
  return { database, ask: async (statement) => (await client.query<Row>(statement)).rows, ...faults }
}

const countedTransaction = (tx: Transaction, faults: Faults): Transaction => ({
  ...tx,
  async query(...given: Parameters<PGlite['query']>) {
    const answer = await tx.query(...given)
    faults.pass()
    return answer as never
  },
})

async function openFaultyPostgres(serverUrl: string): Promise<FaultyDatabase> {
  const faults = createFaults()
  const own = await createOwnPostgres(serverUrl)
  await (await openPostgres(own.url, { vault })).close()
  const aside = postgres(own.url, { max: 1, onnotice: () => {} })
  const pool = createPool(own.url, { connections: 4 })
  const begin = pool.client.begin as (work: (tx: TransactionSql) => unknown) => Promise<unknown>
  const client = {
    ...pool.client,
    begin: (work: (tx: TransactionSql) => unknown) => begin((tx) => work(countedSql(tx, faults))),
  }
  const close = async () => {
    await Promise.all([pool.close(), aside.end()])
    await own.drop()
  }
  const database = createDatabase(executor(drizzlePostgres(client as unknown as Sql, { schema })), close, {
    vault,
    hasGraphs: true,
  })
  return { database: { ...database, now: async () => null }, ask: (statement) => aside.unsafe(statement), ...faults }
}

const countedSql = (tx: TransactionSql, faults: Faults): TransactionSql =>
  new Proxy(tx, {
    get(target, name) {
      if (name !== 'unsafe') return Reflect.get(target, name)
      return (...given: Parameters<TransactionSql['unsafe']>) => countedQuery(target.unsafe(...given), faults)
    },
  })

/** A query of postgres.js runs when it is waited for, and can be told until then what its rows are to be. */
const countedQuery = <Query extends object>(query: Query, faults: Faults): Query =>
  new Proxy(query, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      if (name === 'values') return () => countedQuery(member.call(target), faults)
      if (name !== 'then') return member.bind(target)
      const answered = async () => {
        const rows: unknown = await target
        faults.pass()
        return rows
      }
      return (...given: Parameters<Promise<unknown>['then']>) => answered().then(...given)
    },
  })

/** One and the same schema, which the compiler takes for two where it reads declarations. */
const executor = (db: object) => db as unknown as Parameters<typeof createDatabase>[0]

const serverUrl = process.env.TEST_DATABASE_URL

/** PGlite always, PostgreSQL as well when the environment names one. */
export const faultyEngines: readonly FaultyEngine[] = [
  { name: 'PGlite', open: openFaultyPglite },
  ...(serverUrl ? [{ name: 'PostgreSQL', open: () => openFaultyPostgres(serverUrl) }] : []),
]
