import type { Clock, Database } from './ports.ts'

/** Written down in one transaction. */
const batchSize = 200

/** Spot checks that nobody answered. */
export interface MissedReveals {
  /**
   * Writes down of each session that is over that pictures were asked for in it and never came, once. Whoever owes them is asked again by
   * itself: that goes by the device.
   *
   * @returns how many
   */
  record(): Promise<number>
}

export const createMissedReveals = ({ database, clock }: { database: Database; clock: Clock }): MissedReveals => {
  const recordBatch = (): Promise<number> =>
    database.transaction(async (stores) => {
      const at = clock.now()
      const missed = await stores.challenges.takeMissedReveals(at, batchSize)
      for (const { applicationId, sessionId } of missed) {
        const event = { event: 'authenticate', outcome: 'reveal_missed', subjectId: null } as const
        await stores.audit.append({ applicationId, sessionId, at, ...event })
      }
      return missed.length
    })

  return {
    async record() {
      let recorded = 0
      for (;;) {
        const inBatch = await recordBatch()
        recorded += inBatch
        if (inBatch < batchSize) return recorded
      }
    },
  }
}
