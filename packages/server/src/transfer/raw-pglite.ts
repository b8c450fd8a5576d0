import { Buffer } from 'node:buffer'
import type { PGlite, Transaction } from '@electric-sql/pglite'
import { type RawDatabase, type RawTransaction, sameText } from './raw-database.ts'

/** The embedded database past the stores. It answers nothing else while a transaction of this runs. */
export function createRawPglite(client: Pick<PGlite, 'transaction'>, close: () => Promise<void>): RawDatabase {
  const readAll: RawDatabase['readAll'] = (work) =>
    client.transaction(async (transaction) => {
      await transaction.exec(`set transaction isolation level repeatable read, read only; ${sameText}`)
      return work(toRaw(transaction))
    })
  return {
    engine: 'embedded',
    readAll,
    readAlone: readAll,
    writeAll: (work) =>
      client.transaction(async (transaction) => {
        await transaction.exec(sameText)
        return work(toRaw(transaction))
      }),
    close,
  }
}

const toRaw = (transaction: Transaction): RawTransaction => ({
  query: async <Row>(statement: string) => (await transaction.query<Row>(statement)).rows,
  async copyOut(select) {
    const { blob } = await transaction.query(`copy (${select}) to '/dev/blob' with (format binary)`)
    return Buffer.from(await blob!.arrayBuffer())
  },
  async copyIn(target, document) {
    const blob = new Blob([new Uint8Array(document)])
    await transaction.query(`copy ${target} from '/dev/blob' with (format binary)`, [], { blob })
  },
})
