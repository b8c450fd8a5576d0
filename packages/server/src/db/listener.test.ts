import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { listenTo } from './listener.ts'
import { startRefusingPostgres } from './refusing-postgres.fixture.ts'

test.each(['57P03', '53300', '28P01'])(
  '[MS7] a database that refuses with %s is tried again after longer and longer',
  async (sqlState) => {
    const database = await startRefusingPostgres(sqlState)
    const listener = listenTo(database.url, 'mien_changes', { onNotice: () => {}, onListening: () => {}, retryMs: 50 })
    try {
      await expect.poll(() => database.connections()).toBeGreaterThan(0)
      await sleep(600)
      // After 50, 100, 200 and 400 ms, at the soonest: at once it would be hundreds.
      expect(database.connections()).toBeLessThan(10)
      expect(database.connections()).toBeGreaterThan(1)
    } finally {
      await listener.stop()
      await database.close()
    }
  },
)
