import { type AnyColumn, and, desc, eq, lt, type Placeholder, type SQL, sql } from 'drizzle-orm'
import type { AuditStore } from '../domain/ports.ts'
import { rowId } from '../domain/tokens.ts'
import type { Executor } from './executor.ts'
import { auditRecords, faces } from './schema.ts'

/** The milliseconds at the beginning of a UUID of version 7. */
export const idMilliseconds = (id: SQL): SQL => sql`('x' || translate(left(${id}::text, 13), '-', ''))::bit(48)::bigint`

/**
 * A UUID of version 7 that is after those that are there. Servers' clocks may be far apart and may be set back, and the chain goes by these
 * ids: so the database's own clock counts, and where even that went back, the record before.
 */
const nextId = (applicationId: string | Placeholder, random: string | Placeholder): SQL => {
  const before = sql`(select ${idMilliseconds(sql`r.id`)} + 1 from ${auditRecords} r where r.application_id = ${applicationId}::uuid order by r.id desc limit 1)`
  const milliseconds = sql`greatest(floor(extract(epoch from clock_timestamp()) * 1000)::bigint, coalesce(${before}, 0))`
  return sql`(lpad(to_hex(${milliseconds}), 12, '0') || ${random}::text)::uuid`
}

/** What is not time in a UUID of version 7. */
const randomPart = (): string => rowId().replaceAll('-', '').slice(12)

/** One of an array that is given as text: drivers do not agree on arrays. */
const isOneOf = (column: AnyColumn | SQL, name: string): SQL => sql`${column} = any(${sql.placeholder(name)}::uuid[])`
const arrayText = (ids: readonly string[]): string => `{${ids.join()}}`

/** Nothing is bound to it before it is run. */
function prepareVerification(db: Executor) {
  const { placeholder } = sql
  const applicationId = sql`${placeholder('applicationId')}::uuid`
  const live = db.$with('live').as(
    db
      .select({ id: faces.id })
      .from(faces)
      .where(
        and(
          sql`${faces.applicationId} = ${applicationId}`,
          sql`${faces.subjectId} = ${placeholder('subjectId')}::uuid`,
          isOneOf(faces.id, 'compared'),
        ),
      ),
  )
  const outcome = sql`case when bool_or(${isOneOf(sql`live.id`, 'matching')}) then 'match' else 'none' end`
  const record = sql`select ${applicationId}, ${nextId(placeholder('applicationId'), placeholder('random'))}, 'verify', ${outcome}, ${placeholder('subjectId')}::uuid, null::uuid, ${placeholder('at')}::timestamptz from live having count(*) > 0`
  const recorded = db.$with('recorded').as(db.insert(auditRecords).select(record))
  return db.with(live, recorded).select({ id: live.id }).from(live).prepare('verification')
}

export function createAuditStore(db: Executor): AuditStore {
  let verification: ReturnType<typeof prepareVerification> | undefined
  return {
    async append(record) {
      await db.insert(auditRecords).values({ ...record, id: nextId(record.applicationId, randomPart()) })
    },
    async appendVerification({ applicationId, subjectId, at }, compared) {
      verification ??= prepareVerification(db)
      const matching = compared.filter(({ isMatch }) => isMatch)
      const rows = await verification.execute({
        applicationId,
        subjectId,
        compared: arrayText(compared.map(({ faceId }) => faceId)),
        matching: arrayText(matching.map(({ faceId }) => faceId)),
        at: at.toISOString(),
        random: randomPart(),
      })
      return new Set(rows.map(({ id }) => id))
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
