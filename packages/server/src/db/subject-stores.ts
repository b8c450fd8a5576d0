import type { JsonValue } from '@mien/shared/api/fields'
import { MienError } from '@mien/shared/errors'
import {
  and,
  asc,
  count,
  desc,
  eq,
  exists,
  getTableColumns,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  lt,
  notExists,
  type SQL,
  sql,
} from 'drizzle-orm'
import { unionAll } from 'drizzle-orm/pg-core'
import type { SealedPlace } from '../domain/application-keys.ts'
import type { Face, FaceSpace, ListedSubject, Subject } from '../domain/model.ts'
import type { ConsentStore, FaceStore, PinStore, SubjectStore, TombstoneStore } from '../domain/ports.ts'
import { createApplicationKeyStore, type OpenedKeyCache, type Sealing } from './application-key-store.ts'
import type { Executor } from './executor.ts'
import { countFaces, sizeOfGallery } from './gallery-sizes.ts'
import { auditRecords, consents, faces, galleryChanges, pins, recentProbes, subjects, tombstones } from './schema.ts'
import { placeOfFace, readTemplate, storeTemplate } from './sealed-templates.ts'
import { fromSqlError } from './sql-errors.ts'
import { inBatches } from './sweep-rows.ts'

const subjectColumns = {
  applicationId: subjects.applicationId,
  id: subjects.id,
  galleryId: subjects.galleryId,
  number: subjects.number,
  name: subjects.name,
  externalRef: subjects.externalRef,
  createdAt: subjects.createdAt,
  lastSeenAt: subjects.lastSeenAt,
  pinOf: pins.subjectId,
}

type ListedRow = Omit<ListedSubject, 'hasPin'> & { readonly pinOf: string | null }
type SubjectRow = ListedRow & { readonly payload: Uint8Array }

const toListed = ({ pinOf, ...row }: ListedRow): ListedSubject => ({ ...row, hasPin: pinOf !== null })

const payloadOf = (subjectId: string): SealedPlace => ({ column: 'subjects.payload', row: subjectId })

export function createSubjectStore(db: Executor, { seal, open }: Sealing): SubjectStore {
  const toSubject = async ({ payload, ...row }: SubjectRow): Promise<Subject> => {
    const plain = await open(row.applicationId, payloadOf(row.id), payload)
    return { ...toListed(row), payload: JSON.parse(Buffer.from(plain).toString()) as JsonValue }
  }
  const firstOf = async ([row]: readonly SubjectRow[]) => (row === undefined ? undefined : toSubject(row))
  const sealPayload = (applicationId: string, id: string, payload: JsonValue) =>
    seal(applicationId, payloadOf(id), Buffer.from(JSON.stringify(payload)))

  const at = (applicationId: string, id: string) => and(eq(subjects.applicationId, applicationId), eq(subjects.id, id))
  const ofPin = and(eq(pins.applicationId, subjects.applicationId), eq(pins.subjectId, subjects.id))
  const select = () =>
    db
      .select({ ...subjectColumns, payload: subjects.payload })
      .from(subjects)
      .leftJoin(pins, ofPin)
  const selectListed = () => db.select(subjectColumns).from(subjects).leftJoin(pins, ofPin)

  return {
    async insert({ hasPin: _, payload, ...subject }) {
      const sealed = await sealPayload(subject.applicationId, subject.id, payload)
      await db.insert(subjects).values({ ...subject, payload: sealed })
    },
    find: async (applicationId, id) => firstOf(await select().where(at(applicationId, id))),
    async galleryOf(applicationId, id) {
      const { galleryId } = subjects
      return (await db.select({ galleryId }).from(subjects).where(at(applicationId, id)))[0]?.galleryId
    },
    async findAll(applicationId, ids) {
      if (ids.length === 0) return []
      const among = and(eq(subjects.applicationId, applicationId), inArray(subjects.id, [...ids]))
      return (await selectListed().where(among)).map(toListed)
    },
    async findByRef(applicationId, galleryId, externalRef) {
      const fits = and(
        eq(subjects.applicationId, applicationId),
        eq(subjects.galleryId, galleryId),
        eq(subjects.externalRef, externalRef),
      )
      return firstOf(await select().where(fits))
    },
    async list(applicationId, { galleryId, withFace, externalRef, afterId, limit }) {
      const ofThem = and(eq(faces.applicationId, subjects.applicationId), eq(faces.subjectId, subjects.id))
      const fits = and(
        eq(subjects.applicationId, applicationId),
        galleryId === undefined ? undefined : eq(subjects.galleryId, galleryId),
        withFace ? exists(db.select({ id: faces.id }).from(faces).where(ofThem)) : undefined,
        externalRef === undefined ? undefined : eq(subjects.externalRef, externalRef),
        afterId === undefined ? undefined : gt(subjects.id, afterId),
      )
      return (await selectListed().where(fits).orderBy(asc(subjects.id)).limit(limit)).map(toListed)
    },
    async newest(applicationId, limit) {
      const mine = db.select({ id: subjects.id }).from(subjects).where(eq(subjects.applicationId, applicationId))
      return (await mine.orderBy(desc(subjects.createdAt), desc(subjects.id)).limit(limit)).map(({ id }) => id)
    },
    async count(applicationId) {
      const rows = await db.select({ n: count() }).from(subjects).where(eq(subjects.applicationId, applicationId))
      return rows[0]?.n ?? 0
    },
    async update(applicationId, id, changes) {
      if (Object.keys(changes).length === 0) return true
      const changed = await db.update(subjects).set(changes).where(at(applicationId, id)).returning({ id: subjects.id })
      return changed.length === 1
    },
    async updatePayload(applicationId, id, payload) {
      const changed = await db
        .update(subjects)
        .set({ payload: await sealPayload(applicationId, id, payload) })
        .where(at(applicationId, id))
        .returning({ id: subjects.id })
      return changed.length === 1
    },
    async seen(applicationId, id, lastSeenAt) {
      const seen = await db
        .update(subjects)
        .set({ lastSeenAt: sql`greatest(${subjects.lastSeenAt}, ${sql.param(lastSeenAt, subjects.lastSeenAt)})` })
        .where(at(applicationId, id))
        .returning({ id: subjects.id })
      return seen.length === 1
    },
    hold: async (applicationId, id) =>
      (await db.select({ id: subjects.id }).from(subjects).where(at(applicationId, id)).for('update')).length === 1,
    async remove(applicationId, id) {
      await removeFaces(db, applicationId, id)
      await db.delete(subjects).where(at(applicationId, id))
    },
  }
}

/** With a change for each; one face, or all that the subject has. @returns how many there were */
async function removeFaces(db: Executor, applicationId: string, subjectId: string, id?: string): Promise<number> {
  const fits = and(
    eq(faces.applicationId, applicationId),
    eq(faces.subjectId, subjectId),
    id === undefined ? undefined : eq(faces.id, id),
  )
  const removed = await db.delete(faces).where(fits).returning({ galleryId: faces.galleryId, faceId: faces.id })
  const changes = removed.map((face) => ({ applicationId, ...face, operation: 'delete' as const }))
  if (changes.length > 0) await db.insert(galleryChanges).values(changes)
  // What somebody was recognised by is as much their face as what they were enrolled with.
  await db
    .delete(recentProbes)
    .where(and(eq(recentProbes.applicationId, applicationId), eq(recentProbes.subjectId, subjectId)))
  return removed.length
}

const inSpace = (space: FaceSpace) =>
  and(
    eq(faces.applicationId, space.applicationId),
    eq(faces.galleryId, space.galleryId),
    eq(faces.modelId, space.modelId),
  )

export function createFaceStore(db: Executor, { open, keysWith }: Sealing): FaceStore {
  /** Null for one that is damaged. */
  const readFace = async ({ dimension: _, sealed, ...row }: typeof faces.$inferSelect): Promise<Face | null> => {
    const openThis = (place: SealedPlace, box: Uint8Array) => open(row.applicationId, place, box)
    try {
      return { ...row, vector: await readTemplate(openThis, placeOfFace(row), { vector: row.vector, sealed }) }
    } catch (error) {
      if (error instanceof MienError && error.code === 'INTERNAL') return null
      throw error
    }
  }

  /** @throws MienError INTERNAL when none of some is whole */
  const readFaces = async (rows: readonly (typeof faces.$inferSelect)[]): Promise<readonly Face[]> => {
    const read = (await Promise.all(rows.map(readFace))).filter((face) => face !== null)
    if (rows.length > 0 && read.length === 0) {
      throw new MienError('INTERNAL', { message: 'A stored face was changed or does not belong to its row' })
    }
    return read
  }

  return {
    async insert(face) {
      const stored = storeTemplate(await keysWith(face.applicationId, face.keyVersion), placeOfFace(face), face)
      await db.insert(faces).values({ ...face, ...stored, dimension: face.vector.length })
      const { applicationId, galleryId, id: faceId } = face
      await db.insert(galleryChanges).values({ applicationId, galleryId, faceId, operation: 'insert' })
    },
    removeOfSubject: (applicationId, subjectId) => removeFaces(db, applicationId, subjectId),
    remove: async (applicationId, subjectId, id) => (await removeFaces(db, applicationId, subjectId, id)) === 1,
    listOfSubject(applicationId, subjectId) {
      const { vector: _, sealed: __, dimension: ___, ...columns } = getTableColumns(faces)
      const fits = and(eq(faces.applicationId, applicationId), eq(faces.subjectId, subjectId))
      return db.select(columns).from(faces).where(fits).orderBy(asc(faces.id))
    },
    countAll: (applicationId) => countFaces(db, applicationId),
    count: (space) => sizeOfGallery(db, space),
    async ofSubjects(space, subjectIds) {
      if (subjectIds.length === 0) return []
      return readFaces(
        await db
          .select()
          .from(faces)
          .where(and(inSpace(space), inArray(faces.subjectId, [...subjectIds]))),
      )
    },
    async ofClaimed(space, subjectId) {
      const own = and(inSpace(space), eq(faces.subjectId, subjectId))
      const isNobody = notExists(db.select({ id: faces.id }).from(faces).where(own))
      const another = db
        .select()
        .from(faces)
        .where(and(inSpace(space), isNobody))
        .limit(1)
      const rows = await unionAll(db.select().from(faces).where(own), another)
      if (rows[0]?.subjectId === subjectId) return readFaces(rows)
      await Promise.all(rows.map(readFace))
      return []
    },
  }
}

const hashOf = (subjectId: string): SealedPlace => ({ column: 'pins.hash', row: subjectId })

export function createPinStore(db: Executor, cache: OpenedKeyCache): PinStore {
  const { of: keysOf } = createApplicationKeyStore(db, cache)
  const at = (applicationId: string, subjectIds: readonly string[]) =>
    and(eq(pins.applicationId, applicationId), inArray(pins.subjectId, [...subjectIds]))
  /** Of two who look alike, the sign-ins of both take them in one order. */
  const lockInOrder = (applicationId: string, subjectIds: readonly string[]) =>
    db
      .select({ subjectId: pins.subjectId, setAt: pins.setAt })
      .from(pins)
      .where(at(applicationId, subjectIds))
      .orderBy(asc(pins.subjectId))
      .for('update')

  type StoredHash = Pick<typeof pins.$inferSelect, 'subjectId' | 'hash' | 'pepperVersion' | 'setAt'>
  const openHashes = async (applicationId: string, rows: readonly StoredHash[]) => {
    if (rows.length === 0) return []
    const keys = await keysOf(applicationId)
    return rows.map(({ hash, ...row }) => ({
      ...row,
      hash: Buffer.from(keys.open(hashOf(row.subjectId), hash)).toString(),
    }))
  }

  return {
    async put(applicationId, subjectId, { hash, ...pin }, setAt) {
      const keys = await keysOf(applicationId)
      if (!keys.keys.some(({ version }) => version === pin.pepperVersion)) throw new MienError('OVERLOADED')
      const fresh = { ...pin, hash: keys.seal(hashOf(subjectId), Buffer.from(hash)), tries: 0, setAt }
      try {
        await db
          .insert(pins)
          .values({ applicationId, subjectId, ...fresh })
          .onConflictDoUpdate({ target: [pins.applicationId, pins.subjectId], set: fresh })
      } catch (error) {
        throw asTakenPin(error)
      }
    },
    async isTaken(applicationId, uniqueDigest) {
      const fits = and(eq(pins.applicationId, applicationId), eq(pins.uniqueDigest, uniqueDigest))
      return (await db.select({ id: pins.subjectId }).from(pins).where(fits)).length > 0
    },
    async forgetDigests(applicationId) {
      const having = and(eq(pins.applicationId, applicationId), isNotNull(pins.uniqueDigest))!
      const forget = (some: SQL) => db.update(pins).set({ uniqueDigest: null }).where(some).returning({ one: sql`1` })
      await inBatches(pins, having, forget)
      // Those that somebody held.
      await forget(having)
    },
    async remove(applicationId, subjectId) {
      const removed = await db
        .delete(pins)
        .where(at(applicationId, [subjectId]))
        .returning({ id: pins.subjectId })
      return removed.length === 1
    },
    async having(applicationId, subjectIds) {
      const rows = await db.select({ id: pins.subjectId }).from(pins).where(at(applicationId, subjectIds))
      return rows.map((row) => row.id)
    },
    async read(applicationId, subjectIds) {
      if (subjectIds.length === 0) return []
      const { subjectId, hash, pepperVersion, setAt } = pins
      const columns = { subjectId, hash, pepperVersion, setAt }
      return openHashes(applicationId, await db.select(columns).from(pins).where(at(applicationId, subjectIds)))
    },
    async reserve(applicationId, subjectIds, max) {
      await lockInOrder(applicationId, subjectIds)
      const { subjectId, hash, pepperVersion, setAt } = pins
      const rows = await db
        .update(pins)
        .set({ tries: sql`${pins.tries} + 1` })
        .where(and(at(applicationId, subjectIds), lt(pins.tries, max)))
        .returning({ subjectId, hash, pepperVersion, setAt })
      return openHashes(applicationId, rows)
    },
    async settle(applicationId, right, others) {
      const ids = [right, ...others].map(({ subjectId }) => subjectId)
      const found = await lockInOrder(applicationId, ids)
      const isStill = found.some(
        ({ subjectId, setAt }) => subjectId === right.subjectId && setAt.getTime() === right.setAt.getTime(),
      )
      if (!isStill) return false
      const isRight = eq(pins.subjectId, right.subjectId)
      const tries = sql`case when ${isRight} then 0 else greatest(${pins.tries} - 1, 0) end`
      await db.update(pins).set({ tries }).where(at(applicationId, ids))
      return true
    },
  }
}

/** The subject's own row is replaced, so what can be taken is the digest. */
function asTakenPin(error: unknown): unknown {
  const known = fromSqlError(error)
  return known instanceof MienError && known.code === 'CONFLICT' ? new MienError('PIN_NOT_UNIQUE') : known
}

const standing = (applicationId: string, subjectId: string) =>
  and(eq(consents.applicationId, applicationId), eq(consents.subjectId, subjectId), isNull(consents.withdrawnAt))

export function createConsentStore(db: Executor): ConsentStore {
  return {
    async insert(consent) {
      await db.insert(consents).values(consent)
    },
    async find(applicationId, subjectId) {
      const toEnrolment = and(standing(applicationId, subjectId), eq(consents.purpose, 'enrolment'))
      const given = db.select().from(consents).where(toEnrolment)
      const [newest] = await given.orderBy(desc(consents.recordedAt), desc(consents.id)).limit(1)
      if (newest === undefined) return undefined
      const { withdrawnAt: _, ...consent } = newest
      return consent
    },
    list(applicationId, subjectId) {
      const ofSubject = and(eq(consents.applicationId, applicationId), eq(consents.subjectId, subjectId))
      return db.select().from(consents).where(ofSubject).orderBy(desc(consents.recordedAt), desc(consents.id))
    },
    async withdraw(applicationId, subjectId, withdrawnAt, purpose) {
      const those = purpose === undefined ? undefined : eq(consents.purpose, purpose)
      await db
        .update(consents)
        .set({ withdrawnAt })
        .where(and(standing(applicationId, subjectId), those))
    },
  }
}

/** Three parameters each: a statement may have 65,535. */
const rowsAtOnce = 1000

export function createTombstoneStore(db: Executor): TombstoneStore {
  return {
    async put(applicationId, digest, deletedAt) {
      await db.insert(tombstones).values({ applicationId, digest, deletedAt }).onConflictDoNothing()
    },
    async putAll(applicationId, all) {
      const rows = all.map(({ digest, erasedAt: deletedAt }) => ({ applicationId, digest, deletedAt }))
      for (let first = 0; first < rows.length; first += rowsAtOnce) {
        await db
          .insert(tombstones)
          .values(rows.slice(first, first + rowsAtOnce))
          .onConflictDoNothing()
      }
    },
    async has(applicationId, digest) {
      const fits = and(eq(tombstones.applicationId, applicationId), eq(tombstones.digest, digest))
      return (await db.select({ at: tombstones.deletedAt }).from(tombstones).where(fits)).length === 1
    },
    async find(applicationId, digest) {
      const fits = and(eq(tombstones.applicationId, applicationId), eq(tombstones.digest, digest))
      return (await db.select({ at: tombstones.deletedAt }).from(tombstones).where(fits))[0]?.at
    },
    list(applicationId) {
      const { digest, deletedAt } = tombstones
      return db.select({ digest, deletedAt }).from(tombstones).where(eq(tombstones.applicationId, applicationId))
    },
    async erasedSince(since) {
      const { applicationId, digest, deletedAt: erasedAt } = tombstones
      const people = await db
        .select({ applicationId, digest, erasedAt })
        .from(tombstones)
        .where(since && gte(erasedAt, since))
      const { applicationId: id, at } = auditRecords
      const gone = await db
        .select({ applicationId: id, erasedAt: at })
        .from(auditRecords)
        // In the words of the index.
        .where(and(sql`${auditRecords.event} = 'application_deleted'`, since && gte(at, since)))
      return [...people, ...gone.map((each) => ({ ...each, digest: null }))]
    },
  }
}
