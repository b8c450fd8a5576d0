import type { Database, Stores } from './ports.ts'

/**
 * The same database, which calls `wake` after each commit that wrote to the outbox, so that nothing waits for a poll. A wake that
 * is lost costs a second at most: the outbox is in the database.
 */
export function wakeAfterCommit(database: Database, wake: () => void): Database {
  return {
    ...database,
    async transaction(work) {
      let hasWritten = false
      const watched = (stores: Stores): Stores => ({
        ...stores,
        deliveries: {
          ...stores.deliveries,
          async append(deliveries) {
            await stores.deliveries.append(deliveries)
            hasWritten = true
          },
        },
      })
      const result = await database.transaction((stores) => work(watched(stores)))
      if (hasWritten) wake()
      return result
    },
  }
}
