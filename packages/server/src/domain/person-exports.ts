import { MienError } from '@mien/shared/errors'
import type { ConsentEntry } from './consents.ts'
import type { KeptImages } from './kept-images.ts'
import type { AuditRecord, Authenticator, Face, Subject } from './model.ts'
import type { OfflineDevice, StoredEvent } from './offline/model.ts'
import type { Clock, Database, DeviceFacts, PasskeyFacts } from './ports.ts'
import type { Subjects } from './subjects.ts'
import type { Delivery } from './webhook-ports.ts'

/** Everything that is kept of one person, but for what must stay secret even from them: templates, PIN, keys. */
export interface PersonExport {
  readonly subject: Subject
  readonly gallery: string
  readonly faces: readonly Omit<Face, 'vector'>[]
  /** JPEG. */
  readonly image: Uint8Array | null
  readonly consents: readonly ConsentEntry[]
  readonly authenticator: Authenticator | null
  readonly devices: readonly DeviceFacts[]
  readonly passkeys: readonly PasskeyFacts[]
  readonly offlineDevices: readonly OfflineDevice[]
  /** Oldest first. */
  readonly offlineEvents: readonly StoredEvent[]
  /** Oldest first. */
  readonly audit: readonly (AuditRecord & { readonly id: string })[]
  readonly events: readonly Delivery[]
}

export interface PersonExports {
  /** @throws MienError NOT_FOUND, GONE */
  of(applicationId: string, facialId: string): Promise<PersonExport>
}

/** Audit records that are read at once. */
const pageSize = 1000

export interface PersonExportsOptions {
  readonly database: Database
  readonly clock: Clock
  readonly subjects: Pick<Subjects, 'find'>
  readonly keptImages: Pick<KeptImages, 'read'>
}

export function createPersonExports({ database, clock, subjects, keptImages }: PersonExportsOptions): PersonExports {
  const { stores } = database

  const auditOf = async (applicationId: string, subjectId: string) => {
    const all: (AuditRecord & { readonly id: string })[] = []
    for (;;) {
      const last = all.at(-1)?.id
      const before = last === undefined ? {} : { beforeId: last }
      const page = await stores.audit.list(applicationId, { subjectId, ...before, limit: pageSize })
      all.push(...page)
      if (page.length < pageSize) return all.reverse()
    }
  }

  const imageOf = (applicationId: string, id: string): Promise<Uint8Array | null> =>
    keptImages.read(applicationId, id).catch((error: unknown) => {
      if (error instanceof MienError && error.code === 'IMAGE_NOT_KEPT') return null
      throw error
    })

  return {
    async of(applicationId, id) {
      const subject = await subjects.find(applicationId, id)
      const about = { subjectId: id, sessionId: null, at: clock.now() }
      await stores.audit.append({ applicationId, event: 'person_exported', outcome: 'ok', ...about })
      return {
        subject,
        gallery: (await stores.galleries.find(applicationId, subject.galleryId))?.name ?? '',
        faces: await stores.faces.listOfSubject(applicationId, id),
        image: await imageOf(applicationId, id),
        consents: await stores.consents.list(applicationId, id),
        authenticator: (await stores.authenticators.findBySubject(applicationId, id)) ?? null,
        devices: await stores.people.devicesOf(applicationId, id),
        passkeys: await stores.people.passkeysOf(applicationId, id),
        offlineDevices: await stores.offline.devices.listOfSubject(applicationId, id),
        offlineEvents: await stores.offline.events.listOfSubject(applicationId, id),
        audit: await auditOf(applicationId, id),
        events: await stores.deliveries.aboutSubject(applicationId, id),
      }
    },
  }
}
