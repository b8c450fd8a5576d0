import { eventOutcome } from '@mien/shared/api/sync'
import { and, asc, desc, eq, exists, getTableColumns, gt, inArray, isNull, lt, ne, or, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { SealedPlace } from '../domain/application-keys.ts'
import type { FaceSpace } from '../domain/model.ts'
import type { HandedFace, ListedEvent, StoredEvent } from '../domain/offline/model.ts'
import type { DeviceRef, OfflineEventStore, OfflineStore } from '../domain/offline/offline-store.ts'
import type { Sealing } from './application-key-store.ts'
import type { Executor } from './executor.ts'
import {
  authenticators,
  faces,
  offlineDevices,
  offlineEvents,
  offlineFaces,
  offlineSnapshots,
  offlineTickets,
} from './schema.ts'

const of = (table: { applicationId: PgColumn; deviceId: PgColumn }, { applicationId, deviceId }: DeviceRef) =>
  and(eq(table.applicationId, applicationId), eq(table.deviceId, deviceId))

export const createOfflineStore = (db: Executor, sealing: Sealing): OfflineStore => ({
  devices: createDeviceRows(db),
  faces: createFaceRows(db),
  snapshots: createSnapshotRows(db),
  tickets: createTicketRows(db),
  events: createEventRows(db, sealing),
  people: {
    async forget(applicationId, subjectId, now) {
      const mine = (table: { applicationId: PgColumn; subjectId: PgColumn }) =>
        and(eq(table.applicationId, applicationId), eq(table.subjectId, subjectId))
      const revoked = {
        subjectId: null,
        label: null,
        status: 'revoked',
        revokedAt: sql`coalesce(revoked_at, ${sql.param(now, offlineDevices.revokedAt)})`,
      } as const
      await db.update(offlineDevices).set(revoked).where(mine(offlineDevices))
      await db.update(offlineFaces).set({ subjectId: null }).where(mine(offlineFaces))
      const settled = { status: 'conflict', reason: 'deleted', held: null } as const
      await db
        .update(offlineEvents)
        .set(settled)
        .where(and(mine(offlineEvents), eq(offlineEvents.status, 'quarantined')))
      await db.update(offlineEvents).set({ subjectId: null }).where(mine(offlineEvents))
    },
  },
})

const atDevice = ({ applicationId, deviceId }: DeviceRef) =>
  and(eq(offlineDevices.applicationId, applicationId), eq(offlineDevices.id, deviceId))

const isOfDevice = and(
  eq(offlineDevices.applicationId, offlineEvents.applicationId),
  eq(offlineDevices.id, offlineEvents.deviceId),
)

function createDeviceRows(db: Executor): OfflineStore['devices'] {
  const select = () => db.select().from(offlineDevices)

  return {
    async insert(device) {
      await db.insert(offlineDevices).values(device)
    },
    find: async (id) => (await select().where(eq(offlineDevices.id, id)))[0],
    findByCode: async (digest) => (await select().where(eq(offlineDevices.codeDigest, digest)))[0],
    hold: async (device) => (await select().where(atDevice(device)).for('update'))[0],
    list: (applicationId) =>
      select().where(eq(offlineDevices.applicationId, applicationId)).orderBy(asc(offlineDevices.id)),
    async areIn(applicationId, galleryId) {
      const said = exists(db.select({ one: sql`1` }).from(offlineEvents).where(isOfDevice))
      const there = and(eq(offlineDevices.applicationId, applicationId), eq(offlineDevices.galleryId, galleryId))
      const rows = await db
        .select({ id: offlineDevices.id })
        .from(offlineDevices)
        .where(and(there, or(ne(offlineDevices.status, 'revoked'), said)))
        .limit(1)
      return rows.length > 0
    },
    listOfSubject: (applicationId, subjectId) =>
      select()
        .where(and(eq(offlineDevices.applicationId, applicationId), eq(offlineDevices.subjectId, subjectId)))
        .orderBy(asc(offlineDevices.id)),
    async update(device, changes) {
      await db.update(offlineDevices).set(changes).where(atDevice(device))
    },
  }
}

const handedColumns = {
  faceId: offlineFaces.faceId,
  subjectId: offlineFaces.subjectId,
  templateHash: offlineFaces.templateHash,
  addedEpoch: offlineFaces.addedEpoch,
  removedEpoch: offlineFaces.removedEpoch,
}

function createFaceRows(db: Executor): OfflineStore['faces'] {
  const select = (): { where(condition: ReturnType<typeof and>): Promise<HandedFace[]> } =>
    db.select(handedColumns).from(offlineFaces)

  return {
    list: (device) => select().where(of(offlineFaces, device)),
    ofSubject: (device, subjectId) =>
      select().where(and(of(offlineFaces, device), eq(offlineFaces.subjectId, subjectId))),
    async put({ applicationId, deviceId }, handed) {
      if (handed.length === 0) return
      const excluded = (column: string) => sql.raw(`excluded.${column}`)
      await db
        .insert(offlineFaces)
        .values(handed.map((face) => ({ applicationId, deviceId, removedAt: null, ...face })))
        .onConflictDoUpdate({
          target: [offlineFaces.applicationId, offlineFaces.deviceId, offlineFaces.faceId],
          set: {
            subjectId: excluded('subject_id'),
            templateHash: excluded('template_hash'),
            addedEpoch: excluded('added_epoch'),
            removedEpoch: excluded('removed_epoch'),
            removedAt: null,
          },
        })
    },
    async markRemoved(device, faceIds, removedEpoch, removedAt) {
      if (faceIds.length === 0) return
      // One value, of however many: as a list, each would be one of the 65,535 that a statement may have.
      const ids = sql`string_to_array(${faceIds.join(',')}, ',')::uuid[]`
      const those = and(of(offlineFaces, device), sql`${offlineFaces.faceId} = any(${ids})`)
      await db.update(offlineFaces).set({ removedEpoch, removedAt }).where(those)
    },
    async markUnhanded(device) {
      const held = and(of(offlineFaces, device), isNull(offlineFaces.removedEpoch))
      await db.update(offlineFaces).set({ addedEpoch: null }).where(held)
    },
    living(space, subjectId, now) {
      const mine = subjectId === null ? undefined : eq(faces.subjectId, subjectId)
      const living = db.select({ faceId: faces.id, subjectId: faces.subjectId }).from(faces)
      return living
        .leftJoin(authenticators, isManaged)
        .where(and(maySignIn(space, now), mine))
        .orderBy(asc(faces.id))
    },
    async countPeople(space, now, most) {
      const people = db.selectDistinct({ subjectId: faces.subjectId }).from(faces)
      return (await people.leftJoin(authenticators, isManaged).where(maySignIn(space, now)).limit(most)).length
    },
  }
}

const isManaged = and(
  eq(authenticators.applicationId, faces.applicationId),
  eq(authenticators.subjectId, faces.subjectId),
)

/** Of faces beside their people's authenticators. */
function maySignIn(space: FaceSpace, now: Date) {
  const isActive = and(
    eq(authenticators.status, 'active'),
    or(isNull(authenticators.expiresAt), gt(authenticators.expiresAt, now)),
  )
  return and(
    eq(faces.applicationId, space.applicationId),
    eq(faces.galleryId, space.galleryId),
    eq(faces.modelId, space.modelId),
    or(isNull(authenticators.id), isActive),
  )
}

function createSnapshotRows(db: Executor): OfflineStore['snapshots'] {
  const select = () => db.select().from(offlineSnapshots)
  return {
    async insert(snapshot) {
      await db.insert(offlineSnapshots).values(snapshot)
    },
    newest: async (device) =>
      (await select().where(of(offlineSnapshots, device)).orderBy(desc(offlineSnapshots.id)).limit(1))[0],
    find: async (device, id) =>
      (await select().where(and(of(offlineSnapshots, device), eq(offlineSnapshots.id, id))))[0],
  }
}

function createTicketRows(db: Executor): OfflineStore['tickets'] {
  const select = () => db.select().from(offlineTickets)
  return {
    async insert(tickets) {
      if (tickets.length > 0) await db.insert(offlineTickets).values([...tickets])
    },
    open: (device, now) =>
      select()
        .where(and(of(offlineTickets, device), isNull(offlineTickets.usedAt), gt(offlineTickets.notAfter, now)))
        .orderBy(asc(offlineTickets.id)),
    find: async (device, id) => (await select().where(and(of(offlineTickets, device), eq(offlineTickets.id, id))))[0],
    async use(device, id, usedAt) {
      const unused = and(of(offlineTickets, device), eq(offlineTickets.id, id), isNull(offlineTickets.usedAt))
      return (
        (await db.update(offlineTickets).set({ usedAt }).where(unused).returning({ id: offlineTickets.id })).length ===
        1
      )
    },
  }
}

const {
  held: _held,
  number: _number,
  status: _status,
  reason: _reason,
  ...plainColumns
} = getTableColumns(offlineEvents)
const eventColumns = { ...plainColumns, status: offlineEvents.status, reason: offlineEvents.reason }

/** How an outcome is called beside its status. */
const reasonField = { rejected: 'code', conflict: 'server_state', quarantined: 'reason' } as const

type OutcomeRow = Pick<typeof offlineEvents.$inferSelect, 'status' | 'reason' | 'subjectId' | 'op'>

/** Whom a draft became stands in the row, until that person is erased. */
function toOutcome({ status, reason, subjectId, op }: OutcomeRow): StoredEvent['outcome'] {
  if (status === 'accepted') return { status, facial_id: op === 'enroll' ? subjectId : null }
  return eventOutcome.parse({ status, [reasonField[status]]: reason })
}

const fromOutcome = (outcome: StoredEvent['outcome']) => {
  if (outcome.status === 'accepted') return { status: outcome.status, reason: null }
  const { status, ...rest } = outcome
  return { status, reason: Object.values(rest)[0] ?? null }
}

const toEvent = <Row extends OutcomeRow>({ status, reason, ...row }: Row) => ({
  ...row,
  outcome: toOutcome({ status, reason, subjectId: row.subjectId, op: row.op }),
})

const placeOf = ({ deviceId }: DeviceRef, id: string): SealedPlace => ({
  column: 'offline_events.held',
  row: `${deviceId}|${id}`,
})

function createEventRows(db: Executor, { seal, open }: Sealing): OfflineEventStore {
  const at = (device: DeviceRef, id: string) => and(of(offlineEvents, device), eq(offlineEvents.id, id))
  const select = () => db.select(eventColumns).from(offlineEvents)

  return {
    async insert({ outcome, ...event }, held) {
      const { applicationId, id } = event
      const sealed = held === null ? null : await seal(applicationId, placeOf(event, id), Buffer.from(held))
      await db.insert(offlineEvents).values({ ...event, ...fromOutcome(outcome), held: sealed })
    },
    async find(device, id) {
      const [row] = await select().where(at(device, id))
      return row === undefined ? undefined : toEvent(row)
    },
    async findHeld(device, id) {
      const [row] = await db.select({ held: offlineEvents.held }).from(offlineEvents).where(at(device, id))
      if (!row?.held) return undefined
      return Buffer.from(await open(device.applicationId, placeOf(device, id), row.held)).toString()
    },
    async decide(device, id, outcome, subjectId) {
      await db
        .update(offlineEvents)
        .set({ ...fromOutcome(outcome), subjectId, held: null })
        .where(at(device, id))
    },
    async atPlaces(device, seqs) {
      const rows = await select().where(and(of(offlineEvents, device), inArray(offlineEvents.seq, [...seqs])))
      return rows.map(toEvent)
    },
    async extent(device) {
      const swept = sql`coalesce((${db.select({ seq: offlineDevices.sweptSeq }).from(offlineDevices).where(atDevice(device))}), 0)`
      const since = sql`count(distinct ${offlineEvents.seq}) filter (where ${offlineEvents.seq} > ${swept})`
      const columns = {
        lastSeq: sql`greatest(coalesce(max(${offlineEvents.seq}), 0), ${swept})`.mapWith(Number),
        places: sql`${swept} + ${since}`.mapWith(Number),
      }
      return (await db.select(columns).from(offlineEvents).where(of(offlineEvents, device)))[0]!
    },
    async extents(applicationId) {
      const { sweptSeq: swept } = offlineDevices
      const since = sql`count(distinct ${offlineEvents.seq}) filter (where ${offlineEvents.seq} > ${swept})`
      const rows = await db
        .select({
          id: offlineDevices.id,
          lastSeq: sql`greatest(coalesce(max(${offlineEvents.seq}), 0), ${swept})`.mapWith(Number),
          places: sql`${swept} + ${since}`.mapWith(Number),
        })
        .from(offlineDevices)
        .leftJoin(offlineEvents, isOfDevice)
        .where(eq(offlineDevices.applicationId, applicationId))
        .groupBy(offlineDevices.applicationId, offlineDevices.id)
      return new Map(rows.map(({ id, ...extent }) => [id, extent]))
    },
    countQuarantined: (device) =>
      db.$count(offlineEvents, and(of(offlineEvents, device), eq(offlineEvents.status, 'quarantined'))),
    async list(applicationId, { deviceId, status, beforeNumber, limit }) {
      const fits = and(
        eq(offlineEvents.applicationId, applicationId),
        deviceId === undefined ? undefined : eq(offlineEvents.deviceId, deviceId),
        status === undefined ? undefined : eq(offlineEvents.status, status),
        beforeNumber === undefined ? undefined : lt(offlineEvents.number, beforeNumber),
      )
      const rows = await db
        .select({ ...eventColumns, number: offlineEvents.number, deviceKind: offlineDevices.kind })
        .from(offlineEvents)
        .innerJoin(offlineDevices, isOfDevice)
        .where(fits)
        .orderBy(desc(offlineEvents.number))
        .limit(limit)
      return rows.map(toEvent) satisfies ListedEvent[]
    },
    async listOfSubject(applicationId, subjectId) {
      const mine = and(eq(offlineEvents.applicationId, applicationId), eq(offlineEvents.subjectId, subjectId))
      return (await select().where(mine).orderBy(asc(offlineEvents.number))).map(toEvent)
    },
  }
}
