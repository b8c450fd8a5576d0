import { toMienError } from '@mien/shared/errors'
import { drizzle } from 'drizzle-orm/postgres-js'
import type { ReadStores } from '../domain/ports.ts'
import type { Executor } from './executor.ts'
import { createPool, type Pool } from './pool.ts'
import { createReplicaLag, type LogPosition } from './replica-lag.ts'
import * as schema from './schema.ts'
import { fromSqlError } from './sql-errors.ts'

export interface ReplicaOptions {
  readonly connections: number
  /** What is read may be so many milliseconds old. */
  readonly maxLagMs: number
  /** Milliseconds between two looks at how far it is. */
  readonly lookMs?: number
}

export interface Replica {
  /** Of the standby while it is there and not too far behind, of the primary otherwise, also when the standby fails within a call. */
  readonly reads: ReadStores
  /** Whether the next call goes to the standby. */
  isUsed(): boolean
  close(): Promise<void>
}

const defaultLookMs = 1000

const writtenUpTo = "select (pg_current_wal_lsn() - '0/0')::text as position"
const replayedUpTo =
  "select case when pg_is_in_recovery() then (pg_last_wal_replay_lsn() - '0/0')::text end as position"

/**
 * Reads that may be a little old, from a streaming standby. It takes part in nothing else: `ReadStores` has no look at anything that a
 * decision goes by.
 *
 * @param on the same stores over another connection
 */
export function openReplica(
  url: string,
  primary: { readonly pool: Pool; readonly reads: ReadStores },
  on: (db: Executor) => ReadStores,
  { connections, maxLagMs, lookMs = defaultLookMs }: ReplicaOptions,
): Replica {
  const pool = createPool(url, { connections, isReadOnly: true })
  const standby = on(drizzle(pool.client, { schema }))
  const lag = createReplicaLag()
  const isUsed = () => lag.lagMs(performance.now()) <= maxLagMs

  const look = async (): Promise<void> => {
    try {
      const at = performance.now()
      const written = await positionOf(primary.pool, writtenUpTo)
      const replayed = await positionOf(pool, replayedUpTo)
      if (written !== null) lag.note(at, written, replayed)
    } catch {
      lag.lose()
    }
  }
  let looking: Promise<void> | undefined
  /** One at a time: behind one that hangs they would pile up, and each would only find what the one before found. */
  const lookUnlessLooking = () => {
    looking ??= look().finally(() => {
      looking = undefined
    })
  }
  lookUnlessLooking()
  const timer = setInterval(lookUnlessLooking, lookMs)
  timer.unref()

  /** The primary's own failures are told; the standby's are nobody's. */
  const read = async <T>(work: (stores: ReadStores) => Promise<T>): Promise<T> => {
    if (!isUsed()) return work(primary.reads)
    try {
      return await work(standby)
    } catch (error) {
      const { code } = toMienError(fromSqlError(error))
      if (code !== 'DATABASE_UNAVAILABLE' && code !== 'OVERLOADED' && code !== 'INTERNAL') throw error
      lag.lose()
      return work(primary.reads)
    }
  }

  return {
    reads: throughEach(read),
    isUsed,
    async close() {
      clearInterval(timer)
      await looking
      await pool.close()
    },
  }
}

async function positionOf(pool: Pool, question: string): Promise<LogPosition | null> {
  const [row] = await pool.aside(question)
  const position: unknown = row?.position
  return typeof position === 'string' ? BigInt(position) : null
}

/** Written out, so that a read that is added has to be thought of here. */
const throughEach = (read: <T>(work: (stores: ReadStores) => Promise<T>) => Promise<T>): ReadStores => ({
  subjects: {
    list: (...args) => read(({ subjects }) => subjects.list(...args)),
    count: (...args) => read(({ subjects }) => subjects.count(...args)),
    newest: (...args) => read(({ subjects }) => subjects.newest(...args)),
  },
  faces: { countAll: (...args) => read(({ faces }) => faces.countAll(...args)) },
  apiCalls: {
    count: (...args) => read(({ apiCalls }) => apiCalls.count(...args)),
    list: (...args) => read(({ apiCalls }) => apiCalls.list(...args)),
  },
  audit: {
    list: (...args) => read(({ audit }) => audit.list(...args)),
    countReveals: (...args) => read(({ audit }) => audit.countReveals(...args)),
  },
})
