import { syncLimits } from '@mien/shared/sync/limits'
import { and, eq, inArray, isNotNull, isNull, lt, lte, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { eachInTurn } from './each-in-turn.ts'
import type { Executor } from './executor.ts'
import { offlineDevices, offlineEvents, offlineFaces, offlineSnapshots, offlineTickets } from './schema.ts'
import { inBatches, sweepRows } from './sweep-rows.ts'

/** As long as other records of people who are there (PRIVACY.md). */
const keepEventsMs = 365 * 86_400_000

/** An event may wait so long on its device, and so long again for room to wait here. */
const keepHandedMs = 2 * syncLimits.outboxMs

/** What devices were handed goes once nothing can refer to it any more; what they said after a year; what waits after 30 days. */
export async function sweepOffline(db: Executor, now: Date): Promise<void> {
  const before = (ms: number) => new Date(now.getTime() - ms)
  const waitsTooLong = sql`${eq(offlineEvents.status, 'quarantined')} and ${lt(offlineEvents.receivedAt, before(syncLimits.outboxMs))}`
  const declined = { status: 'rejected', reason: 'declined', held: null } as const
  const unredeemed = sql`${eq(offlineDevices.status, 'invited')} and ${lte(offlineDevices.codeExpiresAt, now)}`
  await eachInTurn([
    () => sweepRows(db, offlineSnapshots, lt(offlineSnapshots.expiresAt, before(keepHandedMs))),
    () => sweepRows(db, offlineTickets, lt(offlineTickets.notAfter, before(keepHandedMs))),
    () => forgetEvents(db, before(keepEventsMs)),
    () =>
      inBatches(offlineEvents, waitsTooLong, (some) =>
        db.update(offlineEvents).set(declined).where(some).returning({ one: sql`1` }),
      ),
    () => sweepRows(db, offlineDevices, unredeemed),
    () => forgetTombstones(db, before(syncLimits.tombstoneMs)),
    () => sweepRows(db, offlineFaces, ofDevice(offlineFaces, lt(offlineDevices.revokedAt, before(keepHandedMs)))),
    () => forgetKeys(db, before(keepHandedMs)),
  ])
}

/** Of rows whose device is such a one. */
const ofDevice = (rows: { applicationId: PgColumn; deviceId: PgColumn }, such: SQL): SQL =>
  sql`exists (select 1 from ${offlineDevices} where ${offlineDevices.applicationId} = ${rows.applicationId} and ${offlineDevices.id} = ${rows.deviceId} and ${such})`

/** First it is written down up to where there were any: what has had its time is not missing. */
async function forgetEvents(db: Executor, before: Date): Promise<void> {
  const old = lt(offlineEvents.receivedAt, before)
  const newest = db
    .select({ seq: sql`max(${offlineEvents.seq})` })
    .from(offlineEvents)
    .where(
      and(
        eq(offlineEvents.applicationId, offlineDevices.applicationId),
        eq(offlineEvents.deviceId, offlineDevices.id),
        old,
      ),
    )
  const devices = db.selectDistinct({ id: offlineEvents.deviceId }).from(offlineEvents).where(old)
  await db
    .update(offlineDevices)
    .set({ sweptSeq: sql`greatest(${offlineDevices.sweptSeq}, (${newest}))` })
    .where(inArray(offlineDevices.id, devices))
  await sweepRows(db, offlineEvents, old)
}

/** The own device of somebody who was erased is known until nothing of before can come in any more. */
async function forgetKeys(db: Executor, before: Date): Promise<void> {
  const isDone = sql`${eq(offlineDevices.kind, 'own_device')} and ${isNull(offlineDevices.subjectId)} and ${isNotNull(offlineDevices.keyId)} and ${lt(offlineDevices.revokedAt, before)}`
  await inBatches(offlineDevices, isDone, (some) =>
    db.update(offlineDevices).set({ keyId: null, publicKey: null }).where(some).returning({ one: sql`1` }),
  )
}

/** A cursor from before those that are forgotten is answered with all there is. */
async function forgetTombstones(db: Executor, before: Date): Promise<void> {
  const devices = await db
    .selectDistinct({ applicationId: offlineFaces.applicationId, id: offlineFaces.deviceId })
    .from(offlineFaces)
    .where(lt(offlineFaces.removedAt, before))
  for (const device of devices) await forgetTombstonesOf(db, device, before)
}

type Device = Pick<typeof offlineDevices.$inferSelect, 'applicationId' | 'id'>

/** First the floor: until all of them have gone, a cursor from before is answered with more than it needs. */
async function forgetTombstonesOf(db: Executor, { applicationId, id }: Device, before: Date): Promise<void> {
  const mine = and(eq(offlineFaces.applicationId, applicationId), eq(offlineFaces.deviceId, id))
  const old = sql`${mine} and ${lt(offlineFaces.removedAt, before)}`
  const newest = db
    .select({ epoch: sql`max(${offlineFaces.removedEpoch})` })
    .from(offlineFaces)
    .where(old)
  const device = and(eq(offlineDevices.applicationId, applicationId), eq(offlineDevices.id, id))
  await db
    .update(offlineDevices)
    .set({ floorEpoch: sql`greatest(${offlineDevices.floorEpoch}, (${newest}))` })
    .where(device)
  await sweepRows(db, offlineFaces, old)
}
