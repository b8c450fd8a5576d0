import { AsyncLocalStorage } from 'node:async_hooks'
import type { Database, Stores } from './ports.ts'

/** What a transaction does as its last step. @throws whatever the transaction is to be rolled back for */
export type Settle = (stores: Stores) => Promise<void>

const settling = new AsyncLocalStorage<Settle>()

/** Whatever transaction the work commits, it settles as well, or commits nothing. */
export const settlingWith = <T>(settle: Settle, work: () => Promise<T>): Promise<T> => settling.run(settle, work)

/** The same database, whose transactions settle what `settlingWith` asks for around them. */
export const settleWithCommit = (database: Database): Database => ({
  ...database,
  transaction: (work) =>
    database.transaction(async (stores) => {
      const result = await work(stores)
      await settling.getStore()?.(stores)
      return result
    }),
})
