import { and, asc, count, eq, getTableColumns, sql } from 'drizzle-orm'
import { noOrigin } from '../domain/origins.ts'
import type { ApplicationStore, CredentialStore, GalleryStore } from '../domain/ports.ts'
import { insertKeys, newKeys, type OpenedKeyCache } from './application-key-store.ts'
import type { Executor } from './executor.ts'
import { removeApplication } from './remove-application.ts'
import { applications, credentials, galleries, subjects } from './schema.ts'

const takesNoOrigin = sql`${applications.settings} -> 'reject_empty_origin' = 'false'::jsonb`

const origins = sql`${applications.settings} -> 'origins'`
const lists = (origin: string) =>
  sql`(${origins} @> ${JSON.stringify([origin])}::jsonb or jsonb_array_length(${origins}) = 0)`

export function createApplicationStore(db: Executor, cache: OpenedKeyCache): ApplicationStore {
  return {
    async insert(application) {
      await db.insert(applications).values(application)
      await insertKeys(db, cache.vault, application.id, newKeys(application.settings.protection))
    },
    find: async (id) => (await db.select().from(applications).where(eq(applications.id, id)))[0],
    findByPublicId: async (publicId) =>
      (await db.select().from(applications).where(eq(applications.publicId, publicId)))[0],
    list: () => db.select().from(applications).orderBy(asc(applications.id)),
    async updateSettings(id, settings) {
      await db.update(applications).set({ settings }).where(eq(applications.id, id))
    },
    async lock(id) {
      // Weaker than `update`, which would also hold up every row that refers to the application.
      const row = db.select({ id: applications.id }).from(applications).where(eq(applications.id, id))
      await row.for('no key update')
    },
    async hold(id) {
      await db.select({ id: applications.id }).from(applications).where(eq(applications.id, id)).for('key share')
    },
    async remove(id) {
      const wasThere = await removeApplication(db, id)
      cache.known.delete(id)
      return wasThere
    },
    async someAllowsOrigin(origin) {
      const fits = origin === noOrigin ? takesNoOrigin : lists(origin)
      return (await db.select({ id: applications.id }).from(applications).where(fits).limit(1)).length === 1
    },
  }
}

/** Asked first in every request that shows a key. */
function prepareByDigest(db: Executor) {
  const { placeholder } = sql
  return db
    .select({ application: applications, credential: credentials })
    .from(credentials)
    .innerJoin(applications, eq(applications.id, credentials.applicationId))
    .where(and(eq(credentials.kind, placeholder('kind')), eq(credentials.secretDigest, placeholder('digest'))))
    .prepare('credential_by_digest')
}

export function createCredentialStore(db: Executor): CredentialStore {
  let byDigest: ReturnType<typeof prepareByDigest> | undefined
  const at = (applicationId: string, id: string) =>
    and(eq(credentials.applicationId, applicationId), eq(credentials.id, id))

  return {
    async put(credential) {
      const row = { ...credential, scopes: [...credential.scopes] }
      const { applicationId: _, kind: __, name: ___, ...changes } = row
      await db
        .insert(credentials)
        .values(row)
        .onConflictDoUpdate({
          target: [credentials.applicationId, credentials.kind, credentials.name],
          set: changes,
        })
    },
    find: async (applicationId, id) => (await db.select().from(credentials).where(at(applicationId, id)))[0],
    async findByName(applicationId, kind, name) {
      const fits = and(
        eq(credentials.applicationId, applicationId),
        eq(credentials.kind, kind),
        eq(credentials.name, name),
      )
      return (await db.select().from(credentials).where(fits))[0]
    },
    list: (applicationId) =>
      db
        .select()
        .from(credentials)
        .where(eq(credentials.applicationId, applicationId))
        .orderBy(asc(credentials.createdAt), asc(credentials.id)),
    async remove(applicationId, id) {
      const removed = await db.delete(credentials).where(at(applicationId, id)).returning({ id: credentials.id })
      return removed.length === 1
    },
    async findByDigest(kind, digest) {
      byDigest ??= prepareByDigest(db)
      const [row] = await byDigest.execute({ kind, digest })
      return row
    },
  }
}

export function createGalleryStore(db: Executor): GalleryStore {
  const at = (applicationId: string, id: string) =>
    and(eq(galleries.applicationId, applicationId), eq(galleries.id, id))
  const { changesFloor: _, searchEngine, hnswEfSearch, ...columns } = getTableColumns(galleries)

  return {
    async insert(gallery) {
      await db.insert(galleries).values(gallery)
    },
    find: async (applicationId, id) => (await db.select(columns).from(galleries).where(at(applicationId, id)))[0],
    async findByName(applicationId, name) {
      const fits = and(eq(galleries.applicationId, applicationId), eq(galleries.name, name))
      return (await db.select(columns).from(galleries).where(fits))[0]
    },
    async list(applicationId) {
      const rows = await db
        .select({ gallery: { ...columns, searchEngine, hnswEfSearch }, subjects: count(subjects.id) })
        .from(galleries)
        .leftJoin(
          subjects,
          and(eq(subjects.applicationId, galleries.applicationId), eq(subjects.galleryId, galleries.id)),
        )
        .where(eq(galleries.applicationId, applicationId))
        .groupBy(galleries.applicationId, galleries.id)
        .orderBy(asc(galleries.name))
      return rows.map((row) => ({ ...row.gallery, subjects: row.subjects }))
    },
    async choose(applicationId, id, choice) {
      await db.update(galleries).set(choice).where(at(applicationId, id))
    },
    async remove(applicationId, id) {
      const removed = await db.delete(galleries).where(at(applicationId, id)).returning({ id: galleries.id })
      return removed.length === 1
    },
    async changesFloor(applicationId, id) {
      const { changesFloor: floor } = galleries
      return (await db.select({ floor }).from(galleries).where(at(applicationId, id)))[0]?.floor
    },
    async lock(applicationId, id) {
      await db.select({ id: galleries.id }).from(galleries).where(at(applicationId, id)).for('update')
    },
  }
}
