import { MienError } from '@mien/shared/errors'
import { DrizzleQueryError } from 'drizzle-orm'

/**
 * SQLSTATE classes and driver codes that mean "not now": connection (08), a database that only reads after a failover (25006), a
 * transaction that the database ended because nothing came (25P03, 25P04), credentials that are being changed (28), a database that is
 * being restored (3D, 3F), or was from an earlier version, without a table or a column (42P01, 42703), resources and a full disk (53),
 * shutdown (57P), the database's own disk (58), network.
 */
const unavailable =
  /^(08|25006|25P0[34]|28|3D|3F|42P01|42703|53|57P|58)|^(ECONN|ETIMEDOUT|ENOTFOUND|EPIPE|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EHOSTDOWN|EAI_AGAIN|ENOENT|CONNECT|CONNECTION_)/

/** statement_timeout, lock_timeout, and what the database gave up so that others could go on (deadlock, serialization). */
const tooSlow = ['57014', '55P03', '40P01', '40001']

/** What went wrong below, in our own words: a taken name, a database that is away, or nothing that was expected. */
export function fromSqlError(error: unknown): unknown {
  const own = ownError(error)
  if (own !== undefined) return own
  const code = sqlState(error)
  if (code === '23505') return new MienError('CONFLICT')
  // foreign_key_violation: what the row belongs to was deleted while the request ran.
  if (code === '23503') return new MienError('NOT_FOUND')
  if (code !== undefined && tooSlow.includes(code)) return new MienError('OVERLOADED')
  if (code !== undefined && unavailable.test(code))
    return new MienError('DATABASE_UNAVAILABLE', { cause: new Error(code) })
  // Both drizzle and the database quote values in their messages: templates and hashes must not reach a log.
  return code === undefined && !(error instanceof DrizzleQueryError)
    ? error
    : new MienError('INTERNAL', { cause: new Error(`The database refused a statement: SQLSTATE ${code ?? 'unknown'}`) })
}

/** Drizzle wraps whatever comes from below, also what the connections of our own throw. */
function ownError(error: unknown): MienError | undefined {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof MienError) return at
  return undefined
}

/** Drivers put the code on the error, drizzle wraps that error as a cause. */
export function sqlState(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as Error & { code?: unknown }
    if (typeof code === 'string') return code
  }
  return undefined
}

type Method = (...args: never[]) => Promise<unknown>

/** The same store, whose methods throw our own errors. */
export function withSqlErrors<Store extends object>(store: Store): Store {
  const wrapped = Object.entries(store as Record<string, Method>).map(([name, method]) => [
    name,
    async (...args: never[]) => {
      try {
        return await method(...args)
      } catch (error) {
        throw fromSqlError(error)
      }
    },
  ])
  return Object.fromEntries(wrapped) as Store
}

/** As `withSqlErrors`, of each of several. */
export const eachWithSqlErrors = <Stores extends Readonly<Record<keyof Stores, object>>>(stores: Stores): Stores =>
  Object.fromEntries(
    Object.entries(stores as Record<string, object>).map(([name, store]) => [name, withSqlErrors(store)]),
  ) as Stores
