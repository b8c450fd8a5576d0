import { Buffer } from 'node:buffer'
import { pipeline } from 'node:stream/promises'
import { MienError } from '@mien/shared/errors'
import postgres from 'postgres'
import { type RawDatabase, type RawTransaction, sameText } from './raw-database.ts'
import { plannedTables, quoted } from './table-plan.ts'

/**
 * PostgreSQL past the stores, over a connection of its own that may take its time.
 *
 * @throws MienError DATABASE_UNAVAILABLE
 */
export async function openRawPostgres(url: string): Promise<RawDatabase> {
  const client = postgres(url, {
    max: 1,
    onnotice: () => {},
    connect_timeout: 5,
    connection: { application_name: 'mien-transfer', statement_timeout: 0, idle_in_transaction_session_timeout: 0 },
  })
  try {
    await client`select 1`
  } catch (cause) {
    await client.end({ timeout: 5 })
    throw new MienError('DATABASE_UNAVAILABLE', { cause })
  }
  const begin = <T>(options: string, first: string, work: (transaction: RawTransaction) => Promise<T>): Promise<T> =>
    client.begin(options, async (sql) => {
      await sql.unsafe(first)
      return work(toRaw(sql))
    }) as Promise<T>
  return {
    engine: 'postgres',
    readAll: (work) => begin('isolation level repeatable read read only', sameText, work),
    // Before the first look, so that what is seen is what there is.
    readAlone: (work) =>
      begin('isolation level repeatable read', `${sameText}; lock table ${allTables} in share mode`, work),
    writeAll: (work) => begin('', `${sameText}; lock table ${allTables} in access exclusive mode`, work),
    close: () => client.end({ timeout: 5 }),
  }
}

const allTables = plannedTables.map(({ name }) => quoted(name)).join(', ')

const toRaw = (sql: postgres.TransactionSql): RawTransaction => ({
  query: async <Row>(statement: string) => [...(await sql.unsafe(statement))] as unknown as readonly Row[],
  async copyOut(select) {
    const parts: Buffer[] = []
    const stream = await sql.unsafe(`copy (${select}) to stdout with (format binary)`).readable()
    for await (const part of stream) parts.push(part as Buffer)
    // The driver stops listening when much comes at once, and goes on when more is asked for: of a stream that has ended nobody does.
    stream._read(0)
    return Buffer.concat(parts)
  },
  async copyIn(target, document) {
    await pipeline(
      [Buffer.from(document)],
      await sql.unsafe(`copy ${target} from stdin with (format binary)`).writable(),
    )
  },
})
