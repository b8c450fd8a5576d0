import { MienError } from '@mien/shared/errors'
import type { Clock, Database, KeptImageOwner, Stores } from './ports.ts'
import type { Vault } from './vault.ts'

/** Seals a picture for its owner, inside the caller's transaction. It opens under that owner alone. */
export function keepImage(stores: Stores, vault: Vault, owner: KeptImageOwner, picture: Uint8Array, now: Date) {
  return stores.keptImages.put(owner, vault.seal(labelOf(owner.applicationId, owner.id), picture), now)
}

const labelOf = (applicationId: string, ownerId: string): string => `kept-image|${applicationId}|${ownerId}`

/** Pictures of applications that keep them: JPEG, upright, without metadata. */
export interface KeptImages {
  /** @param ownerId a facial id or a session's id. @throws MienError IMAGE_NOT_KEPT */
  read(applicationId: string, ownerId: string): Promise<Uint8Array>
  /** @returns whether there was one */
  remove(applicationId: string, ownerId: string): Promise<boolean>
}

export interface KeptImagesOptions {
  readonly database: Database
  readonly vault: Vault
  readonly clock: Clock
}

export function createKeptImages({ database, vault, clock }: KeptImagesOptions): KeptImages {
  const record = (stores: Stores, applicationId: string, event: 'image_read' | 'image_removed', ownerId: string) =>
    stores.audit.append({ applicationId, event, outcome: 'ok', subjectId: ownerId, sessionId: null, at: clock.now() })

  return {
    async read(applicationId, ownerId) {
      const { stores } = database
      const image = await stores.keptImages.find(applicationId, ownerId)
      if (image === undefined) throw new MienError('IMAGE_NOT_KEPT')
      const picture = vault.open(labelOf(applicationId, ownerId), image.sealed)
      await record(stores, applicationId, 'image_read', ownerId)
      return picture
    },

    remove: (applicationId, ownerId) =>
      database.transaction(async (stores) => {
        const wasThere = await stores.keptImages.remove(applicationId, ownerId)
        if (wasThere) await record(stores, applicationId, 'image_removed', ownerId)
        return wasThere
      }),
  }
}
