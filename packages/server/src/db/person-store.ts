import { and, asc, count, eq, gte, inArray, lt, ne, notExists, sql } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { PersonStore } from '../domain/ports.ts'
import type { Executor } from './executor.ts'
import {
  auditRecords,
  authenticators,
  devices,
  faces,
  keptImages,
  offlineDevices,
  offlineEvents,
  offlineFaces,
  passkeys,
  pins,
  recentProbes,
  subjects,
  webhookDeliveries,
} from './schema.ts'

type OfPerson = PgTable & { readonly applicationId: PgColumn; readonly subjectId: PgColumn }

/** Everything that goes with a person, by the name of its table. */
const belongings: Readonly<Record<string, OfPerson>> = {
  faces,
  pins,
  kept_images: keptImages,
  authenticators,
  devices,
  passkeys,
  recent_probes: recentProbes,
  offline_devices: offlineDevices,
  offline_faces: offlineFaces,
  offline_events: offlineEvents,
}

/** What counts as having been there. */
const seen = ['granted', 'match']

export function createPersonStore(db: Executor): PersonStore {
  const countIn = async (table: PgTable, ...conditions: Parameters<typeof and>): Promise<number> =>
    (
      await db
        .select({ n: count() })
        .from(table)
        .where(and(...conditions))
    )[0]?.n ?? 0

  return {
    async remains(applicationId, id) {
      const own = Object.entries(belongings).map(async ([name, table]) => {
        const rows = await countIn(table, eq(table.applicationId, applicationId), eq(table.subjectId, id))
        return [name, rows] as const
      })
      const rows = await countIn(subjects, eq(subjects.applicationId, applicationId), eq(subjects.id, id))
      const events = await countIn(
        webhookDeliveries,
        eq(webhookDeliveries.applicationId, applicationId),
        eq(webhookDeliveries.subjectId, id),
        // That the person was deleted is not about the person any more, and goes after its time.
        ne(webhookDeliveries.event, 'deletion'),
      )
      return [['subjects', rows] as const, ...(await Promise.all(own)), ['webhook_deliveries', events] as const].map(
        ([table, left]) => ({ table, rows: left }),
      )
    },
    async devicesOf(applicationId, id) {
      const { keyId, label, status, createdAt, lastUsedAt } = devices
      const mine = and(eq(devices.applicationId, applicationId), eq(devices.subjectId, id))
      return db
        .select({ keyId, label, status, createdAt, lastUsedAt })
        .from(devices)
        .where(mine)
        .orderBy(asc(devices.id))
    },
    async passkeysOf(applicationId, id) {
      const { credentialId, relyingParty, createdAt, lastUsedAt } = passkeys
      const mine = and(eq(passkeys.applicationId, applicationId), eq(passkeys.subjectId, id))
      const columns = { credentialId, relyingParty, createdAt, lastUsedAt }
      return db.select(columns).from(passkeys).where(mine).orderBy(asc(passkeys.id))
    },
    async unseen(applicationId, before, limit) {
      const rows = await db
        .select({ id: subjects.id })
        .from(subjects)
        .where(and(eq(subjects.applicationId, applicationId), isUnseen(before)))
        .orderBy(asc(subjects.id))
        .limit(limit)
      return rows.map((row) => row.id)
    },
    async isUnseen(applicationId, id, before) {
      const itself = and(eq(subjects.applicationId, applicationId), eq(subjects.id, id))
      return (await countIn(subjects, itself, isUnseen(before))) === 1
    },
  }

  function isUnseen(before: Date) {
    const visits = db
      .select({ id: auditRecords.id })
      .from(auditRecords)
      .where(
        and(
          eq(auditRecords.applicationId, subjects.applicationId),
          eq(auditRecords.subjectId, subjects.id),
          inArray(auditRecords.outcome, seen),
          gte(auditRecords.at, before),
        ),
      )
    const lastSeen = sql`coalesce(${subjects.lastSeenAt}, ${subjects.createdAt})`
    // As a column would have it: a driver need not know what a date is.
    return and(lt(lastSeen, sql.param(before, subjects.createdAt)), notExists(visits))
  }
}
