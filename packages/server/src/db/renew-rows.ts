import { and, eq, exists, lt, or, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { type ApplicationKeys, type SealedPlace, sealedMark } from '../domain/application-keys.ts'
import type { Executor } from './executor.ts'
import { faces, galleries, galleryChanges, keptImages, pins, recentProbes, sessionPhotos, subjects } from './schema.ts'
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

type Renew = (tx: Executor, applicationId: string, keys: ApplicationKeys, limit: number) => Promise<number>

/** Sealed by a version before this one: mark and version are the first three bytes. */
const isSealedBefore = (value: PgColumn, version: number): SQL =>
  sql`substring(${value} from 1 for 3) < ${Uint8Array.of(sealedMark, version >> 8, version & 255)}`

/**
 * Moves rows of one kind from older keys to the newest, within the caller's transaction. Rows that somebody else holds are left for
 * another time.
 *
 * @returns how many; none: nothing is left that nobody holds
 */
export async function renewRows(
  tx: Executor,
  applicationId: string,
  keys: ApplicationKeys,
  limit: number,
): Promise<number> {
  for (const renew of [renewFaces, renewProbes, renewPhotos]) {
    const moved = await renew(tx, applicationId, keys, limit)
    if (moved > 0) return moved
  }
  for (const kind of sealed) {
    const resealed = await renewSealed(tx, applicationId, keys, limit, kind)
    if (resealed > 0) return resealed
  }
  return 0
}

/** Of one gallery, whose writers take turns: the feed of changes stays in the order of commits. */
const renewFaces: Renew = async (tx, applicationId, keys, limit) => {
  const isOld = and(eq(faces.applicationId, applicationId), lt(faces.keyVersion, keys.version))
  const [first] = await tx.select({ galleryId: faces.galleryId }).from(faces).where(isOld).limit(1)
  if (first === undefined) return 0
  const { galleryId } = first
  const gallery = and(eq(galleries.applicationId, applicationId), eq(galleries.id, galleryId))
  await tx.select({ id: galleries.id }).from(galleries).where(gallery).for('update')
  const mine = and(isOld, eq(faces.galleryId, galleryId))
  const rows = await tx.select().from(faces).where(mine).limit(limit).for('update')
  for (const row of rows) {
    const at = and(eq(faces.applicationId, applicationId), eq(faces.galleryId, galleryId), eq(faces.id, row.id))
    await tx
      .update(faces)
      .set(await renewTemplate(keys, placeOfFace, row))
      .where(at)
  }
  const changes = rows.map(({ id: faceId }) => ({ applicationId, galleryId, faceId, operation: 'insert' as const }))
  if (changes.length > 0) await tx.insert(galleryChanges).values(changes)
  // The gallery's faces may all have gone while it was waited for: other galleries may have some.
  return Math.max(rows.length, 1)
}

/** Where templates are sealed from now on, none of these is kept. */
const renewProbes: Renew = async (tx, applicationId, keys, limit) => {
  const { id, modelId, keyVersion, vector } = recentProbes
  const isOld = and(eq(recentProbes.applicationId, applicationId), lt(keyVersion, keys.version))
  const chosen = tx.select({ id, modelId, keyVersion, vector }).from(recentProbes).where(isOld).limit(limit)
  const rows = await chosen.for('update', { skipLocked: true })
  for (const row of rows) {
    const at = and(eq(recentProbes.applicationId, applicationId), eq(id, row.id))
    if (keys.protection === 'sealed') await tx.delete(recentProbes).where(at)
    else await tx.update(recentProbes).set(keys.turnAgain(row.modelId, row)).where(at)
  }
  return rows.length
}

const renewPhotos: Renew = async (tx, applicationId, keys, limit) => {
  const isOld = and(eq(sessionPhotos.applicationId, applicationId), lt(sessionPhotos.keyVersion, keys.version))
  const chosen = tx.select().from(sessionPhotos).where(isOld).limit(limit)
  const rows = await chosen.for('update', { skipLocked: true })
  for (const row of rows) {
    const at = and(eq(sessionPhotos.applicationId, applicationId), eq(sessionPhotos.sessionId, row.sessionId))
    await tx
      .update(sessionPhotos)
      .set(await renewTemplate(keys, placeOfPhoto, row))
      .where(at)
  }
  return rows.length
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

async function renewSealed(
  tx: Executor,
  applicationId: string,
  keys: ApplicationKeys,
  limit: number,
  { table, value, id, column }: (typeof sealed)[number],
): Promise<number> {
  const isOld = and(eq(table.applicationId, applicationId), isSealedBefore(value, keys.version))
  const rows = await tx.select({ id, value }).from(table).where(isOld).limit(limit).for('update', { skipLocked: true })
  for (const row of rows) {
    const place = { column, row: row.id }
    const fresh = keys.seal(place, keys.open(place, row.value))
    await tx.execute(sql`update ${table} set ${sql.identifier(value.name)} = ${sql.param(fresh, value)}
      where ${table.applicationId} = ${applicationId} and ${eq(id, row.id)}`)
  }
  return rows.length
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
