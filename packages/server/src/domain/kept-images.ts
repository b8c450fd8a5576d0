import { MienError } from '@mien/shared/errors'
import type { Clock, Database, Stores } from './ports.ts'

/** Pictures of applications that keep them: JPEG, upright, without metadata. */
export interface KeptImages {
  /** @param ownerId a facial id or a session's id. @throws MienError IMAGE_NOT_KEPT */
  read(applicationId: string, ownerId: string): Promise<Uint8Array>
  /** @returns whether there was one */
  remove(applicationId: string, ownerId: string): Promise<boolean>
}

export interface KeptImagesOptions {
  readonly database: Database
  readonly clock: Clock
}

export function createKeptImages({ database, clock }: KeptImagesOptions): KeptImages {
  const record = (stores: Stores, applicationId: string, event: 'image_read' | 'image_removed', ownerId: string) =>
    stores.audit.append({ applicationId, event, outcome: 'ok', subjectId: ownerId, sessionId: null, at: clock.now() })

  return {
    async read(applicationId, ownerId) {
      const { stores } = database
      const image = await stores.keptImages.find(applicationId, ownerId)
      if (image === undefined) throw new MienError('IMAGE_NOT_KEPT')
      await record(stores, applicationId, 'image_read', ownerId)
      return image.picture
    },

    remove: (applicationId, ownerId) =>
      database.transaction(async (stores) => {
        const wasThere = await stores.keptImages.remove(applicationId, ownerId)
        if (wasThere) await record(stores, applicationId, 'image_removed', ownerId)
        return wasThere
      }),
  }
}
