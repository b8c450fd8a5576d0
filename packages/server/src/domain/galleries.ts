import { MienError } from '@mien/shared/errors'
import type { Gallery } from './model.ts'
import type { Clock, Database, GalleryCount } from './ports.ts'
import { rowId } from './tokens.ts'

export interface Galleries {
  list(applicationId: string): Promise<readonly GalleryCount[]>
  /** @throws MienError CONFLICT when the name is taken */
  create(applicationId: string, name: string): Promise<Gallery>
  /** @throws MienError NOT_FOUND */
  find(applicationId: string, id: string): Promise<Gallery>
  /** @throws MienError NOT_FOUND */
  findByName(applicationId: string, name: string): Promise<Gallery>
}

export function createGalleries({ database, clock }: { database: Database; clock: Clock }): Galleries {
  return {
    list: (applicationId) => database.stores.galleries.list(applicationId),
    find: async (applicationId, id) => known(await database.stores.galleries.find(applicationId, id)),
    findByName: async (applicationId, name) => known(await database.stores.galleries.findByName(applicationId, name)),
    create: (applicationId, name) =>
      database.transaction(async (stores) => {
        const gallery: Gallery = { applicationId, id: rowId(), name, createdAt: clock.now() }
        await stores.galleries.insert(gallery)
        await stores.audit.append({
          applicationId,
          event: 'gallery_created',
          outcome: 'ok',
          subjectId: null,
          sessionId: null,
          at: gallery.createdAt,
        })
        return gallery
      }),
  }
}

function known(gallery: Gallery | undefined): Gallery {
  if (gallery === undefined) throw new MienError('NOT_FOUND')
  return gallery
}
