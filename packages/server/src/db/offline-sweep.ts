import { syncLimits } from '@mien/shared/sync/limits'
import { and, eq, lt, lte, sql } from 'drizzle-orm'
import type { Executor } from './executor.ts'
import { offlineDevices, offlineEvents, offlineFaces, offlineSnapshots, offlineTickets } from './schema.ts'

/** As long as other records of people who are there (PRIVACY.md). */
const keepEventsMs = 365 * 86_400_000

/** What devices were handed goes once nothing can refer to it any more; what they said after a year; what waits after 30 days. */
export async function sweepOffline(db: Executor, now: Date): Promise<void> {
  const before = (ms: number) => new Date(now.getTime() - ms)
  await db.delete(offlineSnapshots).where(lt(offlineSnapshots.expiresAt, before(syncLimits.outboxMs)))
  await db.delete(offlineTickets).where(lt(offlineTickets.notAfter, before(syncLimits.outboxMs)))
  await db.delete(offlineEvents).where(lt(offlineEvents.receivedAt, before(keepEventsMs)))
  const waitsTooLong = and(
    eq(offlineEvents.status, 'quarantined'),
    lt(offlineEvents.receivedAt, before(syncLimits.outboxMs)),
  )
  await db.update(offlineEvents).set({ status: 'rejected', reason: 'declined', held: null }).where(waitsTooLong)
  const unredeemed = and(eq(offlineDevices.status, 'invited'), lte(offlineDevices.codeExpiresAt, now))
  await db.delete(offlineDevices).where(unredeemed)
  await forgetTombstones(db, before(syncLimits.tombstoneMs))
}

/** A cursor from before those that are forgotten is answered with all there is. */
async function forgetTombstones(db: Executor, before: Date): Promise<void> {
  await db.transaction(async (tx) => {
    const old = lt(offlineFaces.removedAt, before)
    const newest = sql<number>`max(${offlineFaces.removedEpoch})`.mapWith(Number)
    const floors = await tx
      .select({ applicationId: offlineFaces.applicationId, id: offlineFaces.deviceId, floor: newest })
      .from(offlineFaces)
      .where(old)
      .groupBy(offlineFaces.applicationId, offlineFaces.deviceId)
    for (const { applicationId, id, floor } of floors) {
      const device = and(eq(offlineDevices.applicationId, applicationId), eq(offlineDevices.id, id))
      const floorEpoch = sql`greatest(${offlineDevices.floorEpoch}, ${floor})`
      await tx.update(offlineDevices).set({ floorEpoch }).where(device)
    }
    await tx.delete(offlineFaces).where(old)
  })
}
