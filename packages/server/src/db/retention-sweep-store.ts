import type { RetentionSweepStore } from '../domain/ports.ts'
import type { Executor } from './executor.ts'
import { retentionSweeps } from './schema.ts'

const id = 1

export function createRetentionSweepStore(db: Executor): RetentionSweepStore {
  return {
    last: async () => (await db.select().from(retentionSweeps))[0]?.sweptAt,
    async note(sweptAt) {
      const row = { id, sweptAt }
      await db.insert(retentionSweeps).values(row).onConflictDoUpdate({ target: retentionSweeps.id, set: row })
    },
  }
}
