import { and, arrayOverlaps, asc, count, desc, eq, exists, isNull, lt, lte, ne, or, sql } from 'drizzle-orm'
import type { SealedPlace } from '../domain/application-keys.ts'
import type { Delivery, DeliveryStore, WebhookEndpoint, WebhookStore } from '../domain/webhook-ports.ts'
import type { Sealing } from './application-key-store.ts'
import type { Executor } from './executor.ts'
import { webhookDeliveries as deliveries, webhookEndpoints as endpoints } from './schema.ts'
import { sweepRows } from './sweep-rows.ts'

/** How long a delivery that arrived stays in the log, and one that waits for an endpoint that is switched off. */
const keepDeliveriesMs = 30 * 86_400_000

const endpointAt = (applicationId: string, id: string) =>
  and(eq(endpoints.applicationId, applicationId), eq(endpoints.id, id))

const pendingOfEndpoint = and(
  eq(deliveries.applicationId, endpoints.applicationId),
  eq(deliveries.endpointId, endpoints.id),
  eq(deliveries.state, 'pending'),
)

/** Weaker than `update`: nobody changes the key, and rows that refer to the endpoint need not wait. */
const lockStrength = 'no key update'

export function createWebhookStore(db: Executor): WebhookStore {
  return {
    async insert(endpoint) {
      await db.insert(endpoints).values({ ...endpoint, events: [...endpoint.events] })
    },
    async list(applicationId) {
      const pending = db.$count(deliveries, pendingOfEndpoint)
      const rows = await db
        .select({ endpoint: endpoints, pending })
        .from(endpoints)
        .where(eq(endpoints.applicationId, applicationId))
        .orderBy(asc(endpoints.id))
      return rows.map((row) => ({ ...row.endpoint, pending: row.pending }))
    },
    lock: async (applicationId, id) =>
      (await db.select().from(endpoints).where(endpointAt(applicationId, id)).for(lockStrength))[0],
    lockListening: (applicationId, events) =>
      db
        .select()
        .from(endpoints)
        .where(and(eq(endpoints.applicationId, applicationId), arrayOverlaps(endpoints.events, [...events])))
        .orderBy(asc(endpoints.id))
        .for(lockStrength),
    async update(applicationId, id, change) {
      await db.update(endpoints).set(toColumns(change)).where(endpointAt(applicationId, id))
    },
    async remove(applicationId, id) {
      const removed = await db.delete(endpoints).where(endpointAt(applicationId, id)).returning({ id: endpoints.id })
      return removed.length === 1
    },
    async claim(now, leasedUntil) {
      const free = or(isNull(endpoints.leasedUntil), lte(endpoints.leasedUntil, now))
      const hasPending = exists(db.select({ seq: deliveries.seq }).from(deliveries).where(pendingOfEndpoint))
      const due = db
        .select({ applicationId: endpoints.applicationId, id: endpoints.id })
        .from(endpoints)
        .where(and(eq(endpoints.status, 'active'), lte(endpoints.nextAttemptAt, now), free, hasPending))
        .orderBy(asc(endpoints.nextAttemptAt))
        .limit(1)
        .for(lockStrength, { of: endpoints, skipLocked: true })
      // `=`, not `in`: a row subquery is computed once, so that no second endpoint is locked.
      const [claimed] = await db
        .update(endpoints)
        .set({ leasedUntil })
        .where(sql`(${endpoints.applicationId}, ${endpoints.id}) = ${due}`)
        .returning()
      return claimed
    },
    async updateLeased({ applicationId, id, leasedUntil }, change) {
      const isOurs = and(endpointAt(applicationId, id), eq(endpoints.leasedUntil, leasedUntil!))
      return (await db.update(endpoints).set(toColumns(change)).where(isOurs).returning())[0]
    },
  }
}

const toColumns = ({ events, ...rest }: Partial<WebhookEndpoint>) => ({
  ...rest,
  ...(events === undefined ? {} : { events: [...events] }),
})

/** Nothing of an event whose person was erased while it waited. */
const keptBody = sql`case when ${deliveries.event} in ('enroll', 'auth', 'device_added') and ${deliveries.subjectId} is null
  then ''::bytea else ${deliveries.body} end`

const bodyOf = (deliveryId: string): SealedPlace => ({ column: 'webhook_deliveries.body', row: deliveryId })

const erased = new Uint8Array()

export function createDeliveryStore(db: Executor, { seal, open }: Sealing): DeliveryStore {
  type Row = Omit<Delivery, 'body'> & { readonly body: Uint8Array }
  const toDelivery = async (row: Row): Promise<Delivery> => {
    const plain = row.body.length === 0 ? row.body : await open(row.applicationId, bodyOf(row.id), row.body)
    return { ...row, body: Buffer.from(plain).toString() }
  }
  const allOf = (rows: readonly Row[]) => Promise.all(rows.map(toDelivery))
  const sealBody = async ({ applicationId, id }: Pick<Delivery, 'applicationId' | 'id'>, body: string) =>
    body === '' ? erased : seal(applicationId, bodyOf(id), Buffer.from(body))

  const ofEndpoint = (applicationId: string, endpointId: string) =>
    and(eq(deliveries.applicationId, applicationId), eq(deliveries.endpointId, endpointId))
  const at = (delivery: { applicationId: string; endpointId: string; seq: number }) =>
    and(ofEndpoint(delivery.applicationId, delivery.endpointId), eq(deliveries.seq, delivery.seq))

  return {
    async append(rows) {
      const sealed = await Promise.all(
        rows.map(async (row) => ({ ...row, body: await sealBody(row, row.body), state: 'pending' as const })),
      )
      await db.insert(deliveries).values(sealed)
    },
    async next(applicationId, endpointId) {
      const fits = and(ofEndpoint(applicationId, endpointId), eq(deliveries.state, 'pending'))
      return (await allOf(await db.select().from(deliveries).where(fits).orderBy(asc(deliveries.seq)).limit(1)))[0]
    },
    async waiting() {
      const seconds = sql<number | null>`extract(epoch from min(${deliveries.createdAt}))::float8`
      const [row] = await db
        .select({ count: count(), seconds })
        .from(deliveries)
        .innerJoin(endpoints, and(pendingOfEndpoint, eq(endpoints.status, 'active')))
        .where(eq(deliveries.state, 'pending'))
      return { count: row!.count, oldestAt: row!.seconds === null ? null : new Date(Number(row!.seconds) * 1000) }
    },
    async find(applicationId, endpointId, id) {
      const fits = and(ofEndpoint(applicationId, endpointId), eq(deliveries.id, id))
      return (await allOf(await db.select().from(deliveries).where(fits)))[0]
    },
    async list(applicationId, endpointId, { beforeSeq, limit }) {
      const before = beforeSeq === undefined ? undefined : lt(deliveries.seq, beforeSeq)
      const fits = and(ofEndpoint(applicationId, endpointId), before)
      return allOf(await db.select().from(deliveries).where(fits).orderBy(desc(deliveries.seq)).limit(limit))
    },
    async attempted(delivery, { at: lastAttemptAt, httpStatus, error }) {
      const made = {
        attempts: sql`${deliveries.attempts} + 1`,
        lastAttemptAt,
        lastStatus: httpStatus,
        lastError: error,
        ...(error === null ? { state: 'delivered' as const, deliveredAt: lastAttemptAt, body: keptBody } : {}),
      }
      await db.update(deliveries).set(made).where(at(delivery))
    },
    async requeue(delivery) {
      const isKept = and(at(delivery), ne(deliveries.body, erased))
      const kept = await db
        .update(deliveries)
        .set({ state: 'pending' })
        .where(isKept)
        .returning({ seq: deliveries.seq })
      return kept.length === 1
    },
    async aboutSubject(applicationId, subjectId) {
      const kept = await db
        .select()
        .from(deliveries)
        .where(
          and(
            eq(deliveries.applicationId, applicationId),
            eq(deliveries.subjectId, subjectId),
            ne(deliveries.event, 'deletion'),
          ),
        )
        .orderBy(asc(deliveries.endpointId), asc(deliveries.seq))
        .for('update')
      // One that does not open has nothing to tell, and is not what keeps a person from being erased.
      return Promise.all(kept.map((row) => toDelivery(row).catch(() => ({ ...row, body: '' }))))
    },
    async rewrite(delivery, body) {
      const sealed = await sealBody(delivery, body)
      await db.update(deliveries).set({ body: sealed, subjectId: null }).where(at(delivery))
    },
  }
}

/** Deletes what is old: what arrived, and what waits for an endpoint that is switched off. What waits for one that is on stays. */
export async function sweepDeliveries(db: Executor, now: Date): Promise<void> {
  const isOff = and(
    eq(endpoints.applicationId, deliveries.applicationId),
    eq(endpoints.id, deliveries.endpointId),
    eq(endpoints.status, 'disabled'),
  )
  const isDone = or(eq(deliveries.state, 'delivered'), exists(db.select().from(endpoints).where(isOff)))
  const isOld = lt(deliveries.createdAt, new Date(now.getTime() - keepDeliveriesMs))
  await sweepRows(db, deliveries, and(isOld, isDone)!)
}
