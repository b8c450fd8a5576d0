import { MienError } from '@mien/shared/errors'
import postgres from 'postgres'

/**
 * The database answered, and goes on with this connection. Not so where somebody changed the type of a column under a statement that was
 * kept parsed: outside of a transaction the driver sends it anew, and within one only a new connection helps.
 */
export const isRefusal = (error: unknown): boolean =>
  error instanceof postgres.PostgresError &&
  !['FATAL', 'PANIC'].includes(error.severity) &&
  error.routine !== 'RevalidateCachedQuery'

/** What the driver says of a statement that it cannot send at all. */
const ownMistakes: readonly unknown[] = ['UNDEFINED_VALUE', 'MAX_PARAMETERS_EXCEEDED', 'NOT_TAGGED_CALL']

/**
 * What goes wrong with a connection in as many ways as there are networks, certificates, proxies and limits of a system is one thing: the
 * database cannot be reached now. Refused statements stay as they are, and so does what is wrong with the statement itself.
 *
 * @param error what a driver threw
 */
export function ofConnection(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof MienError || isRefusal(error)) return error
  const { code } = error as Error & { code?: unknown }
  const isOurs = error instanceof TypeError || error instanceof RangeError || ownMistakes.includes(code)
  if (isOurs) return error
  // Messages may quote what was sent, and addresses.
  return new MienError('DATABASE_UNAVAILABLE', { cause: new Error(typeof code === 'string' ? code : error.name) })
}
