import { MienError } from '@mien/shared/errors'
import { and, asc, eq, exists, lt, notInArray, or, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { type ApplicationKeys, type SealedPlace, sealedMark } from '../domain/application-keys.ts'
import type { RenewedRows } from '../domain/ports.ts'
import type { Executor } from './executor.ts'
import {
  faces,
  galleries,
  galleryChanges,
  keptImages,
  pins,
  recentProbes,
  sealingHead,
  sessionPhotos,
  subjects,
} from './schema.ts'
import { placeOfFace, placeOfPhoto, readTemplate, type StoredTemplate, storeTemplate } from './sealed-templates.ts'

/** Columns that lie under the newest key, and move when there is a newer one. What lives for days is not among them. */
const sealed = [
  { table: subjects, value: subjects.payload, id: subjects.id, column: 'subjects.payload' },
  { table: pins, value: pins.hash, id: pins.subjectId, column: 'pins.hash' },
  { table: keptImages, value: keptImages.sealed, id: keptImages.ownerId, column: 'kept_images.sealed' },
] as const satisfies readonly {
  readonly table: { readonly applicationId: PgColumn }
  readonly value: PgColumn
  readonly id: PgColumn
  readonly column: SealedPlace['column']
}[]

/** What a batch is made of. */
interface Batch {
  readonly applicationId: string
  readonly keys: ApplicationKeys
  readonly limit: number
  /** Rows that are known not to open. */
  readonly damaged: readonly SealedPlace[]
}

type Renew = (tx: Executor, batch: Batch) => Promise<RenewedRows>

const nothing: RenewedRows = { moved: 0, damaged: [] }

const isEmpty = ({ moved, damaged }: RenewedRows): boolean => moved + damaged.length === 0

/** Sealed by a version before this one: mark and version are the first three bytes. */
const isSealedBefore = (value: PgColumn, version: number): SQL =>
  sql`${sealingHead(value)} < ${Uint8Array.of(sealedMark, version >> 8, version & 255)}`

/** Those of a kind that are known not to open are looked at no more. */
const without = (id: PgColumn, column: SealedPlace['column'], { damaged }: Batch): SQL | undefined => {
  const rows = damaged.filter((place) => place.column === column).map(({ row }) => row)
  return rows.length === 0 ? undefined : notInArray(id, rows)
}

const faceAt = ({ id }: { readonly id: string }): SealedPlace => ({ column: 'faces.sealed', row: id })
const photoAt = ({ sessionId: row }: { readonly sessionId: string }): SealedPlace => ({
  column: 'session_photos.sealed',
  row,
})

/** One that does not open is told of and left as it is: the others are renewed. */
async function renewEach<Row>(
  rows: readonly Row[],
  placeOf: (row: Row) => SealedPlace,
  renew: (row: Row) => Promise<void>,
): Promise<RenewedRows> {
  const damaged: SealedPlace[] = []
  for (const row of rows) {
    try {
      await renew(row)
    } catch (error) {
      if (!(error instanceof MienError) || error.code !== 'INTERNAL') throw error
      damaged.push(placeOf(row))
    }
  }
  return { moved: rows.length - damaged.length, damaged }
}

/**
 * Moves rows of one kind from older keys to the newest, within the caller's transaction. Rows that somebody else holds are left for
 * another time. Each statement goes by an index: none takes longer because a table is large.
 *
 * @returns nothing moved and nothing damaged: nothing is left that nobody holds
 */
export async function renewRows(tx: Executor, batch: Batch): Promise<RenewedRows> {
  for (const renew of [renewFaces, renewProbes, renewPhotos, ...sealed.map(renewSealed)]) {
    const renewed = await renew(tx, batch)
    if (!isEmpty(renewed)) return renewed
  }
  return nothing
}

/** Of one gallery, whose writers take turns: the feed of changes stays in the order of commits. */
const renewFaces: Renew = async (tx, batch) => {
  const { applicationId, keys, limit } = batch
  const isOld = and(
    eq(faces.applicationId, applicationId),
    lt(faces.keyVersion, keys.version),
    without(faces.id, 'faces.sealed', batch),
  )
  const oldest = tx.select({ galleryId: faces.galleryId }).from(faces).where(isOld).orderBy(asc(faces.keyVersion))
  const [first] = await oldest.limit(1)
  if (first === undefined) return nothing
  const { galleryId } = first
  const gallery = and(eq(galleries.applicationId, applicationId), eq(galleries.id, galleryId))
  await tx.select({ id: galleries.id }).from(galleries).where(gallery).for('update')
  const mine = and(isOld, eq(faces.galleryId, galleryId))
  const rows = await tx.select().from(faces).where(mine).orderBy(asc(faces.keyVersion)).limit(limit).for('update')
  const changes: (typeof galleryChanges.$inferInsert)[] = []
  const { damaged } = await renewEach(rows, faceAt, async (row) => {
    const fresh = await renewTemplate(keys, placeOfFace, row)
    const at = and(eq(faces.applicationId, applicationId), eq(faces.galleryId, galleryId), eq(faces.id, row.id))
    await tx.update(faces).set(fresh).where(at)
    changes.push({ applicationId, galleryId, faceId: row.id, operation: 'insert' })
  })
  if (changes.length > 0) await tx.insert(galleryChanges).values(changes)
  // The gallery's faces may all have gone while it was waited for: other galleries may have some.
  return { moved: Math.max(rows.length, 1) - damaged.length, damaged }
}

/** Where templates are sealed from now on, none of these is kept. */
const renewProbes: Renew = async (tx, { applicationId, keys, limit }) => {
  const { id, modelId, keyVersion, vector } = recentProbes
  const isOld = and(eq(recentProbes.applicationId, applicationId), lt(keyVersion, keys.version))
  const chosen = tx.select({ id, modelId, keyVersion, vector }).from(recentProbes).where(isOld)
  const rows = await chosen.orderBy(asc(keyVersion)).limit(limit).for('update', { skipLocked: true })
  for (const row of rows) {
    const at = and(eq(recentProbes.applicationId, applicationId), eq(id, row.id))
    if (keys.protection === 'sealed') await tx.delete(recentProbes).where(at)
    else await tx.update(recentProbes).set(keys.turnAgain(row.modelId, row)).where(at)
  }
  return { moved: rows.length, damaged: [] }
}

const renewPhotos: Renew = async (tx, batch) => {
  const { applicationId, keys, limit } = batch
  const { sessionId, keyVersion } = sessionPhotos
  const isOld = and(eq(sessionPhotos.applicationId, applicationId), lt(keyVersion, keys.version))
  const mine = and(isOld, without(sessionId, 'session_photos.sealed', batch))
  const chosen = tx.select().from(sessionPhotos).where(mine).orderBy(asc(keyVersion)).limit(limit)
  const rows = await chosen.for('update', { skipLocked: true })
  return renewEach(rows, photoAt, async (row) => {
    const fresh = await renewTemplate(keys, placeOfPhoto, row)
    const at = and(eq(sessionPhotos.applicationId, applicationId), eq(sessionId, row.sessionId))
    await tx.update(sessionPhotos).set(fresh).where(at)
  })
}

/** From its version to the newest, and into the form that the newest has. @throws MienError INTERNAL when it does not open */
async function renewTemplate<Row extends StoredTemplate & { readonly modelId: string; readonly keyVersion: number }>(
  keys: ApplicationKeys,
  placeOf: (row: Row) => SealedPlace,
  row: Row,
): Promise<StoredTemplate & { readonly keyVersion: number }> {
  const vector = await readTemplate(keys.open, placeOf(row), row)
  const turned = keys.turnAgain(row.modelId, { keyVersion: row.keyVersion, vector })
  const { keyVersion } = turned
  return { keyVersion, ...storeTemplate(keys, placeOf({ ...row, keyVersion }), turned) }
}

function renewSealed({ table, value, id, column }: (typeof sealed)[number]): Renew {
  const placeOf = (row: { readonly id: string }): SealedPlace => ({ column, row: row.id })
  return async (tx, batch) => {
    const { applicationId, keys, limit } = batch
    const isOld = and(eq(table.applicationId, applicationId), isSealedBefore(value, keys.version))
    const chosen = tx
      .select({ id, value })
      .from(table)
      .where(and(isOld, without(id, column, batch)))
    const rows = await chosen.orderBy(sealingHead(value)).limit(limit).for('update', { skipLocked: true })
    return renewEach(rows, placeOf, async (row) => {
      const fresh = keys.seal(placeOf(row), keys.open(placeOf(row), row.value))
      await tx.execute(sql`update ${table} set ${sql.identifier(value.name)} = ${sql.param(fresh, value)}
        where ${table.applicationId} = ${applicationId} and ${eq(id, row.id)}`)
    })
  }
}

/** Whether anything still lies under this version, PINs' pepper left aside. */
export async function isInUse(tx: Executor, applicationId: string, version: number): Promise<boolean> {
  const ofTemplates = [faces, recentProbes, sessionPhotos].map((table) =>
    exists(
      tx
        .select({ one: sql`1` })
        .from(table)
        .where(and(eq(table.applicationId, applicationId), eq(table.keyVersion, version))),
    ),
  )
  // Older ones were dealt with before: what lies under this one or under them lies under this one.
  const ofSealed = sealed.map(({ table, value }) =>
    exists(
      tx
        .select({ one: sql`1` })
        .from(table)
        .where(and(eq(table.applicationId, applicationId), isSealedBefore(value, version + 1))),
    ),
  )
  const [answer] = await tx
    .select({ is: sql<boolean>`${or(...ofTemplates, ...ofSealed)}` })
    .from(sql`(values (1)) as once`)
  return answer?.is === true
}

/** Whether a PIN still hangs on the pepper of this version. */
export async function peppersPins(tx: Executor, applicationId: string, version: number): Promise<boolean> {
  const mine = and(eq(pins.applicationId, applicationId), eq(pins.pepperVersion, version))
  return (await tx.select({ id: pins.subjectId }).from(pins).where(mine).limit(1)).length > 0
}
