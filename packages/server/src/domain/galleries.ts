import { MienError } from '@mien/shared/errors'
import type { Gallery } from './model.ts'
import type { Clock, Database, GalleryCount, SearchChoice, Stores } from './ports.ts'
import { rowId } from './tokens.ts'

/** The gallery that every application has. */
const defaultGallery = 'default'

export interface Galleries {
  list(applicationId: string): Promise<readonly GalleryCount[]>
  /** @throws MienError CONFLICT when the name is taken */
  create(applicationId: string, name: string): Promise<GalleryCount>
  /** The one of this name, made where there is none. @throws MienError QUOTA_REACHED when the application has `max` galleries */
  ensure(applicationId: string, name: string, max: number): Promise<Gallery>
  /** @throws MienError NOT_FOUND */
  find(applicationId: string, id: string): Promise<Gallery>
  /** @throws MienError NOT_FOUND */
  findByName(applicationId: string, name: string): Promise<Gallery>
  /** @throws MienError NOT_FOUND */
  count(applicationId: string, name: string): Promise<GalleryCount>
  /** Only what is given changes. @throws MienError NOT_FOUND, CONFLICT when the database cannot search it so */
  choose(applicationId: string, name: string, choice: Partial<SearchChoice>): Promise<GalleryCount>
  /** @throws MienError NOT_FOUND, CONFLICT (somebody is in it, a credential works on it, a device works offline with it, or it is `default`) */
  remove(applicationId: string, name: string): Promise<void>
}

export function createGalleries({ database, clock }: { database: Database; clock: Clock }): Galleries {
  type GalleryEvent = 'gallery_created' | 'gallery_deleted' | 'settings_changed'
  const record = (stores: Stores, applicationId: string, event: GalleryEvent, at: Date) =>
    stores.audit.append({ applicationId, event, outcome: 'ok', subjectId: null, sessionId: null, at })

  const insert = async (stores: Stores, applicationId: string, name: string): Promise<Gallery> => {
    const gallery: Gallery = { applicationId, id: rowId(), name, createdAt: clock.now() }
    await stores.galleries.insert(gallery)
    await record(stores, applicationId, 'gallery_created', gallery.createdAt)
    return gallery
  }

  const count = async (stores: Stores, applicationId: string, name: string) =>
    known((await stores.galleries.list(applicationId)).find((gallery) => gallery.name === name))

  return {
    count: (applicationId, name) => count(database.stores, applicationId, name),
    async choose(applicationId, name, choice) {
      if (choice.searchEngine === 'hnsw' && !database.hasGraphs) throw needsPostgres()
      return database.transaction(async (stores) => {
        await stores.applications.hold(applicationId)
        const { id } = known(await stores.galleries.findByName(applicationId, name))
        if (Object.keys(choice).length > 0) {
          await stores.galleries.choose(applicationId, id, choice)
          await record(stores, applicationId, 'settings_changed', clock.now())
        }
        return count(stores, applicationId, name)
      })
    },
    remove: (applicationId, name) =>
      database.transaction(async (stores) => {
        await stores.applications.hold(applicationId)
        const gallery = known(await stores.galleries.findByName(applicationId, name))
        // From here on nobody can refer to it.
        await stores.galleries.lock(applicationId, gallery.id)
        await checkUnused(stores, gallery)
        await stores.galleries.remove(applicationId, gallery.id)
        await record(stores, applicationId, 'gallery_deleted', clock.now())
      }),
    list: (applicationId) => database.stores.galleries.list(applicationId),
    find: async (applicationId, id) => known(await database.stores.galleries.find(applicationId, id)),
    findByName: async (applicationId, name) => known(await database.stores.galleries.findByName(applicationId, name)),
    create: (applicationId, name) =>
      database.transaction(async (stores) => ({
        ...(await insert(stores, applicationId, name)),
        subjects: 0,
        searchEngine: 'auto',
        hnswEfSearch: null,
      })),
    ensure: (applicationId, name, max) =>
      database.transaction(async (stores) => {
        // Two at once make one.
        await stores.applications.lock(applicationId)
        const known = await stores.galleries.findByName(applicationId, name)
        if (known !== undefined) return known
        const { length } = await stores.galleries.list(applicationId)
        if (length >= max)
          throw new MienError('QUOTA_REACHED', { message: `An application has ${max} galleries at most` })
        return insert(stores, applicationId, name)
      }),
  }
}

const needsPostgres = () =>
  new MienError('CONFLICT', {
    message: 'The embedded database has no graphs: "hnsw" needs PostgreSQL with pgvector (DATABASE_URL)',
  })

function known<Known extends Gallery>(gallery: Known | undefined): Known {
  if (gallery === undefined) throw new MienError('NOT_FOUND')
  return gallery
}

/** @throws MienError CONFLICT */
async function checkUnused(stores: Stores, { applicationId, id, name }: Gallery): Promise<void> {
  const refuse = (message: string) => {
    throw new MienError('CONFLICT', { message })
  }
  if (name === defaultGallery) refuse('Every application has the gallery "default"')
  const [someone] = await stores.subjects.list(applicationId, { galleryId: id, limit: 1 })
  if (someone !== undefined) refuse('Somebody is in the gallery')
  const credentials = await stores.credentials.list(applicationId)
  if (credentials.some(({ galleryId }) => galleryId === id)) refuse('A credential works on the gallery')
  // What a device said is kept for its time, also once it is revoked.
  if (await stores.offline.devices.areIn(applicationId, id)) refuse('A device of the gallery works offline, or did')
}
