import { and, asc, eq, inArray, lt, sql } from 'drizzle-orm'
import { pendingDeviceMs } from '../domain/enroll-device.ts'
import type { DeviceStore } from '../domain/ports.ts'
import type { Executor } from './executor.ts'
import { devices } from './schema.ts'
import { sweepRows } from './sweep-rows.ts'

export function createDeviceStore(db: Executor): DeviceStore {
  const of = (applicationId: string) => eq(devices.applicationId, applicationId)
  const at = (applicationId: string, id: string) => and(of(applicationId), eq(devices.id, id))

  return {
    async insert(device) {
      await db.insert(devices).values(device)
    },
    findAll: (applicationId, keyId) =>
      db
        .select()
        .from(devices)
        .where(and(of(applicationId), eq(devices.keyId, keyId)))
        .orderBy(asc(devices.id)),
    listOfSubject: (applicationId, subjectId) =>
      db
        .select()
        .from(devices)
        .where(and(of(applicationId), eq(devices.subjectId, subjectId)))
        .orderBy(asc(devices.id)),
    async setStatus(applicationId, id, status) {
      await db.update(devices).set({ status }).where(at(applicationId, id))
    },
    async used(applicationId, id, lastUsedAt) {
      const isActive = and(at(applicationId, id), eq(devices.status, 'active'))
      return (await db.update(devices).set({ lastUsedAt }).where(isActive).returning({ id: devices.id })).length === 1
    },
    async lockDraws(applicationId, keyId) {
      // No row of a person is held meanwhile: whoever deletes one takes the person first, and the devices after.
      await db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`${applicationId}|${keyId}`}, 0))`)
    },
    async owingReveal(applicationId, keyId) {
      const owing = and(of(applicationId), eq(devices.keyId, keyId), eq(devices.owesReveal, true))
      return (await db.select({ subjectId: devices.subjectId }).from(devices).where(owing)).map((row) => row.subjectId)
    },
    async setOwesReveal(applicationId, keyId, subjectIds, owesReveal) {
      const theirs = inArray(devices.subjectId, [...subjectIds])
      await db
        .update(devices)
        .set({ owesReveal })
        .where(and(of(applicationId), eq(devices.keyId, keyId), theirs))
    },
    async remove(applicationId, id) {
      await db.delete(devices).where(at(applicationId, id))
    },
  }
}

export async function sweepDevices(db: Executor, now: Date): Promise<void> {
  const isOld = lt(devices.createdAt, new Date(now.getTime() - pendingDeviceMs))
  // As the index of them has it, so that it serves whatever is asked for.
  await sweepRows(db, devices, and(sql`${devices.status} = 'pending'`, isOld)!)
}
