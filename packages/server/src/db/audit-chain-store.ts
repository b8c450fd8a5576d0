import { and, asc, count, desc, eq, gt, gte, isNull, lt, type SQL, sql } from 'drizzle-orm'
import { latestCommitMs } from '../domain/audit-chain.ts'
import type { AuditChainStore } from '../domain/ports.ts'
import { idMilliseconds } from './audit-store.ts'
import type { Executor } from './executor.ts'
import { applications, auditKeys, auditRecords, auditSeals } from './schema.ts'

const ofSeal = and(eq(auditSeals.applicationId, auditRecords.applicationId), eq(auditSeals.recordId, auditRecords.id))

const nil = '00000000-0000-0000-0000-000000000000'

/** Ids begin with the milliseconds: so far back that what committed late is looked at too, and no further than that. */
const minutesBefore = (id: SQL): SQL => {
  return sql`rpad(lpad(to_hex(greatest(0, ${idMilliseconds(id)} - ${sql.raw(String(latestCommitMs))})), 12, '0'), 32, '0')::uuid`
}

export function createAuditChainStore(db: Executor): AuditChainStore {
  const without = (applicationId: string) =>
    and(eq(auditRecords.applicationId, applicationId), isNull(auditSeals.recordId))

  const record = {
    applicationId: auditRecords.applicationId,
    id: auditRecords.id,
    event: auditRecords.event,
    outcome: auditRecords.outcome,
    subjectId: auditRecords.subjectId,
    sessionId: auditRecords.sessionId,
    at: auditRecords.at,
  }

  return {
    async lock(applicationId, sealedKey) {
      await db.insert(auditKeys).values({ applicationId, sealed: sealedKey }).onConflictDoNothing()
      await db
        .select({ id: auditKeys.applicationId })
        .from(auditKeys)
        .where(eq(auditKeys.applicationId, applicationId))
        .for('update')
    },
    async findKey(applicationId) {
      const [row] = await db.select().from(auditKeys).where(eq(auditKeys.applicationId, applicationId))
      return row?.sealed
    },
    async list() {
      const rows = await db
        .select({ id: auditKeys.applicationId })
        .from(auditKeys)
        .orderBy(asc(auditKeys.applicationId))
      return rows.map(({ id }) => id)
    },
    async waiting() {
      const known = db
        .select({ id: applications.id })
        .from(applications)
        .union(db.select({ id: auditKeys.applicationId }).from(auditKeys))
        .as('known')
      const last = sql`(select s.record_id from ${auditSeals} s where s.application_id = ${known.id} order by s.seq desc limit 1)`
      const fresh = sql`exists (
        select 1 from ${auditRecords} r where r.application_id = ${known.id} and r.id > coalesce(${minutesBefore(last)}, ${nil}::uuid)
        and not exists (select 1 from ${auditSeals} s where s.application_id = r.application_id and s.record_id = r.id))`
      const rows = await db.select({ id: known.id }).from(known).where(fresh)
      return rows.map(({ id }) => id)
    },
    async last(applicationId) {
      const mine = db.select().from(auditSeals).where(eq(auditSeals.applicationId, applicationId))
      return (await mine.orderBy(desc(auditSeals.seq)).limit(1))[0]
    },
    unsealed: (applicationId, fromId, limit) =>
      db
        .select(record)
        .from(auditRecords)
        .leftJoin(auditSeals, ofSeal)
        .where(and(without(applicationId), gte(auditRecords.id, fromId)))
        .orderBy(asc(auditRecords.id))
        .limit(limit),
    async unsealedBefore(applicationId, id) {
      const [first] = await db
        .select({ id: auditRecords.id })
        .from(auditRecords)
        .leftJoin(auditSeals, ofSeal)
        .where(and(without(applicationId), lt(auditRecords.id, id)))
        .orderBy(asc(auditRecords.id))
        .limit(1)
      return first?.id
    },
    async append(applicationId, seals) {
      if (seals.length > 0) await db.insert(auditSeals).values(seals.map((seal) => ({ applicationId, ...seal })))
    },
    async links(applicationId, afterSeq, limit) {
      const rows = await db
        .select({ seal: auditSeals, record })
        .from(auditSeals)
        .leftJoin(auditRecords, ofSeal)
        .where(and(eq(auditSeals.applicationId, applicationId), gt(auditSeals.seq, afterSeq)))
        .orderBy(asc(auditSeals.seq))
        .limit(limit)
      return rows.map(({ seal, record: found }) => ({ ...seal, record: found ?? undefined }))
    },
    async count(applicationId) {
      const mine = db.select({ n: count() }).from(auditRecords).where(eq(auditRecords.applicationId, applicationId))
      return (await mine)[0]?.n ?? 0
    },
  }
}
