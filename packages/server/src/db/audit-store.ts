import { and, desc, eq, lt, type SQL, sql } from 'drizzle-orm'
import type { AuditStore } from '../domain/ports.ts'
import { rowId } from '../domain/tokens.ts'
import type { Executor } from './executor.ts'
import { auditRecords } from './schema.ts'

/** The milliseconds at the beginning of a UUID of version 7. */
export const idMilliseconds = (id: SQL): SQL => sql`('x' || translate(left(${id}::text, 13), '-', ''))::bit(48)::bigint`

/**
 * A UUID of version 7 that is after those that are there. Servers' clocks may be far apart and may be set back, and the chain goes by these
 * ids: so the database's own clock counts, and where even that went back, the record before.
 */
const nextId = (applicationId: string): SQL => {
  const before = sql`(select ${idMilliseconds(sql`r.id`)} + 1 from ${auditRecords} r where r.application_id = ${applicationId} order by r.id desc limit 1)`
  const milliseconds = sql`greatest(floor(extract(epoch from clock_timestamp()) * 1000)::bigint, coalesce(${before}, 0))`
  const rest = rowId().replaceAll('-', '').slice(12)
  return sql`(lpad(to_hex(${milliseconds}), 12, '0') || ${rest}::text)::uuid`
}

export function createAuditStore(db: Executor): AuditStore {
  return {
    async append(record) {
      await db.insert(auditRecords).values({ ...record, id: nextId(record.applicationId) })
    },
    list(applicationId, { subjectId, beforeId, limit }) {
      const fits = and(
        eq(auditRecords.applicationId, applicationId),
        subjectId === undefined ? undefined : eq(auditRecords.subjectId, subjectId),
        beforeId === undefined ? undefined : lt(auditRecords.id, beforeId),
      )
      return db.select().from(auditRecords).where(fits).orderBy(desc(auditRecords.id)).limit(limit)
    },
    async countReveals(applicationId) {
      // In the words of the index.
      const isReveal = sql`${auditRecords.outcome} in ('reveal', 'reveal_owed', 'reveal_missed')`
      const isMissed = sql`${auditRecords.outcome} = 'reveal_missed'`
      const [row] = await db
        .select({
          asked: sql`count(*) filter (where not ${isMissed})`.mapWith(Number),
          missed: sql`count(*) filter (where ${isMissed})`.mapWith(Number),
        })
        .from(auditRecords)
        .where(and(eq(auditRecords.applicationId, applicationId), isReveal))
      return row!
    },
  }
}
