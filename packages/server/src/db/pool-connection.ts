import type { Socket } from 'node:net'
import { MienError } from '@mien/shared/errors'
import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { isRefusal, ofConnection } from './connection-errors.ts'
import { openSocket } from './open-socket.ts'

/** What drizzle asks of a statement's answer. */
export type Rows = postgres.RowList<postgres.Row[]>

export interface Statement {
  readonly text: string
  readonly parameters: readonly unknown[]
  /** Rows as arrays rather than as objects. */
  readonly asArrays: boolean
}

export interface ConnectionOptions {
  readonly connectMs: number
  /** Milliseconds after which a statement without an answer means that nobody is there: longer than `statementMs`. */
  readonly answerMs: number
  /** Of the database's own clock, in milliseconds. */
  readonly statementMs: number
  readonly idleInTransactionMs: number
  readonly isReadOnly?: boolean
  /** What somebody told a channel that this connection listens to. */
  readonly onNotice?: (channel: string, payload: string) => void
  readonly onClosed?: () => void
}

/**
 * One connection, which is opened by its first statement. Whatever goes wrong with it, other than that the database refuses a statement,
 * ends it for good: nothing that belongs to a transaction can be done outside of it by a connection that came after.
 */
export interface PoolConnection {
  readonly isBroken: boolean
  /** By the process's clock, in milliseconds. */
  readonly openedAt: number
  /** Whether the database took what was sent and did not answer in time. */
  readonly isSilent: boolean
  /** @throws what the driver throws for a refused statement; MienError DATABASE_UNAVAILABLE for whatever else goes wrong */
  run(statement: Statement): Promise<Rows>
  /** At once, whatever is under way. */
  destroy(): void
  /** After what is under way. */
  end(): Promise<void>
}

/**
 * Statements that a connection keeps parsed; what comes beyond is parsed each time. Those of our stores are fewer, but for lists of different
 * lengths.
 */
const maxPrepared = 256

export function createPoolConnection(url: string, options: ConnectionOptions): PoolConnection {
  const { connectMs, answerMs, statementMs, idleInTransactionMs, onNotice } = options
  const openedAt = performance.now()
  let isBroken = false
  let isSilent = false
  let socket: Socket | undefined
  const client = postgres(url, {
    ...withOwnSocket(async (target) => {
      // The driver would try again and again while whoever stands between takes connections and ends them.
      if (socket !== undefined) throw new MienError('DATABASE_UNAVAILABLE')
      const opened = await openSocket(target, connectMs)
      if (isBroken) opened.destroy()
      socket = opened
      return opened
    }),
    ...(onNotice === undefined ? {} : { onnotify: onNotice }),
    max: 1,
    // It would ask with a query of its own, whose failure nobody awaits: a connection that is lost then would end the process.
    fetch_types: false,
    onnotice: () => {},
    connect_timeout: connectMs / 1000,
    connection: {
      statement_timeout: statementMs,
      idle_in_transaction_session_timeout: idleInTransactionMs,
      // Applications differ in size by orders of magnitude, and some galleries have an index of their own: no plan suits all.
      plan_cache_mode: 'force_custom_plan',
      ...(options.isReadOnly === true ? { default_transaction_read_only: true } : {}),
    },
    // It would end a connection between two statements of a transaction: whoever holds the connections ends those that are old.
    max_lifetime: null,
    onclose: () => {
      isBroken = true
      options.onClosed?.()
    },
  })
  // It tells the driver how values look that it reads and writes itself.
  drizzle(client)

  const destroy = () => {
    isBroken = true
    socket?.destroy()
    client.end({ timeout: 0 }).catch(() => {})
  }

  const prepared = new Set<string>()
  /** Whoever only has parameters to send needs one answer and not two. */
  const isPrepared = ({ text, parameters }: Statement): boolean => {
    if (parameters.length === 0) return false
    if (prepared.size < maxPrepared) prepared.add(text)
    return prepared.has(text)
  }

  const send = async (statement: Statement): Promise<Rows> => {
    const { text, parameters, asArrays } = statement
    const sent = client.unsafe(text, [...parameters] as never[], { prepare: isPrepared(statement) })
    return (await (asArrays ? sent.values() : sent)) as Rows
  }

  return {
    openedAt,
    get isBroken() {
      return isBroken
    },
    get isSilent() {
      return isSilent
    },
    async run(statement) {
      if (isBroken) throw new MienError('DATABASE_UNAVAILABLE')
      let timer: NodeJS.Timeout | undefined
      const silence = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          isSilent = true
          reject(new MienError('DATABASE_UNAVAILABLE', { message: 'The database is silent' }))
        }, answerMs)
      })
      try {
        return await Promise.race([send(statement), silence])
      } catch (error) {
        if (!isRefusal(error)) destroy()
        throw ofConnection(error)
      } finally {
        clearTimeout(timer)
      }
    },
    destroy,
    end: () => client.end({ timeout: 5 }),
  }
}

/** The option is there, and missing from the types of postgres.js. */
const withOwnSocket = (open: (target: Parameters<typeof openSocket>[0]) => Promise<Socket>) =>
  ({ socket: open }) as postgres.Options<Record<string, never>>
