import { MienError } from '@mien/shared/errors'
import type { Sql } from 'postgres'
import { createGate } from './connection-gate.ts'
import { createPoolConnection, type PoolConnection, type Rows, type Statement } from './pool-connection.ts'

export interface PoolOptions {
  /** Connections that are open at most. */
  readonly connections: number
  /** Requests that wait for one at most; by default sixteen times as many as there are connections. */
  readonly maxWaiting?: number
  /** Milliseconds that a request waits for one. */
  readonly waitMs?: number
  readonly connectMs?: number
  readonly statementMs?: number
  readonly idleInTransactionMs?: number
  /** Milliseconds: whoever stands between (a balancer, another address after a failover) gets a new connection now and then. */
  readonly lifetimeMs?: number
  /** Whatever is sent by mistake changes nothing. */
  readonly isReadOnly?: boolean
}

export interface PoolFigures {
  readonly connections: number
  readonly inUse: number
  readonly waiting: number
}

/** Connections that take turns: each serves one request's statement, or one transaction, at a time. */
export interface Pool {
  /** As much of a postgres.js client as drizzle speaks to. */
  readonly client: Sql
  /**
   * Over a connection of its own, which nobody else waits for: whether the database is there must not depend on how busy we are. One at a time.
   */
  aside(text: string): Promise<Rows>
  figures(): PoolFigures
  /** After what is under way; what is asked for from now on is refused. */
  close(): Promise<void>
}

/** A statement or a transaction that hangs gives its connection back (security.md R8). */
const defaults = {
  waitMs: 2000,
  connectMs: 5000,
  statementMs: 5000,
  idleInTransactionMs: 10_000,
  lifetimeMs: 30 * 60_000,
} as const

/** Beyond the database's own limit: what is not answered then was not heard. */
const graceMs = 3000

export function createPool(url: string, options: PoolOptions): Pool {
  const limits = { ...defaults, maxWaiting: options.connections * 16, ...options }
  const { connections: places, maxWaiting, waitMs } = limits
  const gate = createGate({ places, maxWaiting, waitMs })
  const idle: PoolConnection[] = []
  const all = new Set<PoolConnection>()
  let isClosed = false

  const open = (): PoolConnection => {
    const connection = createPoolConnection(url, { ...limits, answerMs: limits.statementMs + graceMs })
    all.add(connection)
    return connection
  }
  const drop = (connection: PoolConnection) => {
    connection.destroy()
    all.delete(connection)
  }
  /** The last one that was used, so that those that are not needed stay quiet. */
  const takeIdle = (): PoolConnection | undefined => {
    for (let known = idle.pop(); known !== undefined; known = idle.pop()) {
      if (!known.isBroken) return known
      drop(known)
    }
    return undefined
  }
  const take = async (): Promise<PoolConnection> => takeIdle() ?? open()
  /**
   * With a transaction begun. That a connection was lost while it was idle is only learned by using it: nothing was done then, and another
   * one is as good.
   */
  const takeBegun = async (): Promise<PoolConnection> => {
    for (;;) {
      const known = takeIdle()
      const connection = known ?? open()
      try {
        await connection.run(command('begin'))
        return connection
      } catch (error) {
        drop(connection)
        if (known === undefined || known.isSilent) throw error
      }
    }
  }
  const giveBack = (connection: PoolConnection) => {
    if (connection.isBroken || isClosed) return drop(connection)
    const isOld = performance.now() - connection.openedAt > limits.lifetimeMs
    if (!isOld) return void idle.push(connection)
    all.delete(connection)
    connection.end().catch(() => {})
  }

  const hold = async <T>(
    from: () => Promise<PoolConnection>,
    work: (connection: PoolConnection) => Promise<T>,
  ): Promise<T> => {
    const leave = await gate.enter()
    try {
      if (isClosed) throw closed()
      const connection = await from()
      try {
        return await work(connection)
      } finally {
        giveBack(connection)
      }
    } finally {
      leave()
    }
  }

  let watching: PoolConnection | undefined
  const takeWatching = (): PoolConnection => {
    if (watching?.isBroken === true) drop(watching)
    if (watching === undefined || watching.isBroken) watching = open()
    return watching
  }

  return {
    async aside(text) {
      if (isClosed) throw closed()
      return takeWatching().run(command(text))
    },
    client: asClient({
      run: (statement) => hold(take, (connection) => connection.run(statement)),
      begin: (work) => hold(takeBegun, (connection) => finishTransaction(connection, work)),
    }),
    figures: () => ({ connections: all.size, inUse: gate.inside, waiting: gate.waiting }),
    async close() {
      isClosed = true
      await Promise.all([...all].map((connection) => connection.end()))
    },
  }
}

const closed = () => new MienError('DATABASE_UNAVAILABLE', { message: 'The server is stopping' })

type Run = (statement: Statement) => Promise<Rows>
type Work = (client: Sql) => Promise<unknown>

interface ClientParts {
  readonly run: Run
  readonly begin?: (work: Work) => Promise<unknown>
  readonly savepoint?: (work: Work) => Promise<unknown>
}

/** What drizzle's session calls: see `drizzle-orm/postgres-js/session`. It sets parsers on a client, which are set on each connection instead. */
function asClient({ run, ...nested }: ClientParts): Sql {
  const unsafe = (text: string, parameters: readonly unknown[] = []) => {
    let asArrays = false
    // What is asked for is known when the caller has gone on to `values()` or to `await`.
    const answer = Promise.resolve().then(() => run({ text, parameters, asArrays }))
    return Object.assign(answer, {
      values() {
        asArrays = true
        return answer
      },
    })
  }
  return { ...nested, unsafe, options: { parsers: {}, serializers: {} } } as unknown as Sql
}

const command = (text: string): Statement => ({ text, parameters: [], asArrays: false })

/**
 * @throws what the work throws, after nothing of it was done; what COMMIT throws: where the connection was lost meanwhile, nobody knows
 *   whether it was done, and it is never told as done
 */
async function finishTransaction(connection: PoolConnection, work: Work): Promise<unknown> {
  let failure: unknown
  let isOver = false
  const run: Run = async (statement) => {
    if (isOver) throw over()
    try {
      return await connection.run(statement)
    } catch (error) {
      failure ??= error
      throw error
    }
  }
  let result: unknown
  try {
    result = await work(transactionClient(run))
  } catch (error) {
    isOver = true
    // A connection that cannot even go back is none.
    if (!connection.isBroken) await connection.run(command('rollback')).catch(() => connection.destroy())
    throw error
  }
  isOver = true
  const { command: done } = await connection.run(command('commit'))
  // The work swallowed a failure, and the database went back.
  if (done !== 'COMMIT') throw failure ?? new MienError('INTERNAL', { message: 'The transaction was undone' })
  return result
}

/** Of several things done at once one failed, or was not waited for: what the others send now would be part of somebody else's transaction. */
const over = () => new MienError('INTERNAL', { message: 'The transaction is over' })

function transactionClient(run: Run, depth = 1): Sql {
  const name = `s${depth}`
  const savepoint = async (work: Work): Promise<unknown> => {
    await run(command(`savepoint ${name}`))
    try {
      const result = await work(transactionClient(run, depth + 1))
      await run(command(`release savepoint ${name}`))
      return result
    } catch (error) {
      await run(command(`rollback to savepoint ${name}`)).catch(() => {})
      throw error
    }
  }
  return asClient({ run, savepoint })
}
