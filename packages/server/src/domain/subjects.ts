import type { JsonValue } from '@mien/shared/api/fields'
import { checkPayloadSize, payloadText } from '@mien/shared/api/payload'
import { MienError } from '@mien/shared/errors'
import { isCanonicalUuid } from '@mien/shared/ids'
import { openLockouts } from './face-lockouts.ts'
import type { Application, AuditEvent, Consent, Digest, ListedSubject, Subject } from './model.ts'
import type { Pins } from './pins.ts'
import type { Clock, Database, Stores, SubjectChanges, SubjectPage } from './ports.ts'
import { newFacialId } from './tokens.ts'
import { announceRemoval } from './webhook-outbox.ts'

export interface Subjects {
  list(applicationId: string, page: SubjectPage): Promise<readonly ListedSubject[]>
  /** @throws MienError NOT_FOUND; GONE when this application had it and deleted it */
  find(applicationId: string, id: string): Promise<Subject>
  exists(applicationId: string, id: string): Promise<boolean>
  /** As `find`, of one gallery and of people who have a face: nobody else is there. @throws MienError NOT_FOUND, GONE */
  findWithFace(applicationId: string, galleryId: string, id: string): Promise<Subject>
  /**
   * Someone without a face, for now.
   *
   * @throws MienError PAYLOAD_TOO_LARGE, PIN_FORMAT, PIN_WEAK, PIN_NOT_UNIQUE, CONFLICT (the reference is taken), QUOTA_REACHED
   */
  create(application: Application, galleryId: string, person: NewPerson): Promise<Subject>
  /** @throws MienError NOT_FOUND, GONE, CONFLICT (the reference is taken) */
  update(applicationId: string, id: string, changes: SubjectChanges): Promise<Subject>
  /** The one that others call by this name: a reference of the gallery, or else a facial id of it. */
  resolve(applicationId: string, galleryId: string, name: string): Promise<Subject | undefined>
  /** What the person agreed to when enrolling; null where nothing was asked. */
  consentOf(applicationId: string, id: string): Promise<Consent | null>
  /**
   * Really deletes: template, PIN and payload go, also from webhooks; the consent record and a keyed digest of the id stay.
   *
   * @param erasedAt when it was, where somebody who was erased before came back; default: now
   */
  remove(applicationId: string, id: string, clientAddress: string | null, erasedAt?: Date): Promise<void>
  /**
   * As `remove`, for somebody who was last there before this moment.
   *
   * @throws MienError NOT_FOUND, GONE, CONFLICT (was there since)
   */
  removeUnseen(applicationId: string, id: string, before: Date): Promise<void>
  /** What is left of the id of somebody who was erased. @throws MienError NOT_FOUND (nobody of this id was) */
  tombstoneOf(applicationId: string, id: string): Promise<{ readonly digest: Digest; readonly deletedAt: Date }>
  /**
   * @param text what the payload came as, where it came as text: its bytes count then, not those of its canonical text
   * @throws MienError PAYLOAD_TOO_LARGE, NOT_FOUND, GONE
   */
  setPayload(applicationId: string, id: string, payload: JsonValue, text?: string): Promise<void>
  /** What the person was granted with the one before ends. @throws MienError PIN_FORMAT, PIN_WEAK, PIN_NOT_UNIQUE, NOT_FOUND, GONE */
  setPin(application: Application, id: string, pin: string): Promise<void>
  removePin(applicationId: string, id: string): Promise<void>
}

export interface NewPerson {
  readonly name?: string
  readonly externalRef?: string | null
  readonly payload?: JsonValue
  readonly pin?: string
}

export interface SubjectsOptions {
  readonly database: Database
  readonly clock: Clock
  readonly pins: Pins
}

/** People in galleries, as a backend manages them. */
export function createSubjects({ database, clock, pins }: SubjectsOptions): Subjects {
  const tombstone = async (stores: Stores, applicationId: string, id: string) =>
    (await stores.applicationKeys.of(applicationId)).digest('tombstone', Buffer.from(id, 'utf8'))

  const existing = async (stores: Stores, applicationId: string, id: string): Promise<Subject> => {
    const subject = await stores.subjects.find(applicationId, id)
    if (subject !== undefined) return subject
    const isGone = await stores.tombstones.has(applicationId, await tombstone(stores, applicationId, id))
    throw new MienError(isGone ? 'GONE' : 'NOT_FOUND')
  }

  /** Without opening anything: what is damaged can be changed and erased. */
  const existingGallery = async (stores: Stores, applicationId: string, id: string): Promise<string> =>
    (await stores.subjects.galleryOf(applicationId, id)) ?? (await existing(stores, applicationId, id)).galleryId

  const record = (stores: Stores, applicationId: string, event: AuditEvent, id: string, outcome = 'ok') =>
    stores.audit.append({ applicationId, event, outcome, subjectId: id, sessionId: null, at: clock.now() })

  /** Changes one subject while nobody else writes to its gallery. */
  const change = (
    applicationId: string,
    id: string,
    event: AuditEvent,
    work: (stores: Stores) => Promise<void>,
  ): Promise<void> =>
    database.transaction(async (stores) => {
      await stores.applications.hold(applicationId)
      await stores.galleries.lock(applicationId, await existingGallery(stores, applicationId, id))
      await existingGallery(stores, applicationId, id)
      await work(stores)
      await record(stores, applicationId, event, id)
    })

  /** What a person leaves is proof of consent, the audit log and a digest of the id. */
  const erase = async (
    stores: Stores,
    applicationId: string,
    id: string,
    clientAddress: string | null,
    erasedAt = clock.now(),
  ) => {
    await openLockouts(stores, applicationId, id)
    await stores.subjects.remove(applicationId, id)
    await stores.offline.people.forget(applicationId, id, clock.now())
    await stores.tombstones.put(applicationId, await tombstone(stores, applicationId, id), erasedAt)
    await stores.consents.withdraw(applicationId, id, clock.now())
    await announceRemoval(stores, { applicationId, subjectId: id, at: clock.now(), clientAddress })
  }

  return {
    list(applicationId, page) {
      // Whoever asks for one by name goes by the answer; a list is looked at.
      const { subjects } = page.externalRef === undefined ? database.reads : database.stores
      return subjects.list(applicationId, page)
    },
    find: (applicationId, id) => existing(database.stores, applicationId, id),
    exists: async (applicationId, id) => (await database.stores.subjects.find(applicationId, id)) !== undefined,
    async findWithFace(applicationId, galleryId, id) {
      const subject = await existing(database.stores, applicationId, id)
      const isHere = subject.galleryId === galleryId
      const hasFace = isHere && (await database.stores.faces.listOfSubject(applicationId, id)).length > 0
      if (!hasFace) throw new MienError('NOT_FOUND')
      return subject
    },

    async create(application, galleryId, { name = '', externalRef = null, payload = null, pin }) {
      payloadText(payload)
      const { id: applicationId, settings } = application
      const id = newFacialId()
      const sealed = pin === undefined ? null : await pins.seal(application, id, pin)
      return database.transaction(async (stores) => {
        const quota = settings.max_subjects
        await (quota === null ? stores.applications.hold(applicationId) : stores.applications.lock(applicationId))
        if (quota !== null && (await stores.subjects.count(applicationId)) >= quota)
          throw new MienError('QUOTA_REACHED')
        const row = { applicationId, id, galleryId, name, externalRef, payload }
        await stores.subjects.insert({ ...row, hasPin: false, createdAt: clock.now(), lastSeenAt: null })
        if (sealed !== null) await stores.pins.put(applicationId, id, sealed, clock.now())
        await record(stores, applicationId, 'subject_created', id)
        return existing(stores, applicationId, id)
      })
    },

    async update(applicationId, id, changes) {
      await change(applicationId, id, 'subject_changed', async (stores) => {
        await stores.subjects.update(applicationId, id, changes)
      })
      return existing(database.stores, applicationId, id)
    },

    async resolve(applicationId, galleryId, name) {
      const { subjects } = database.stores
      const byRef = await subjects.findByRef(applicationId, galleryId, name)
      if (byRef !== undefined || !isCanonicalUuid(name)) return byRef
      const byId = await subjects.find(applicationId, name)
      return byId?.galleryId === galleryId ? byId : undefined
    },

    consentOf: async (applicationId, id) => (await database.stores.consents.find(applicationId, id)) ?? null,

    remove: (applicationId, id, clientAddress, erasedAt) =>
      change(applicationId, id, 'subject_deleted', (stores) =>
        erase(stores, applicationId, id, clientAddress, erasedAt),
      ),

    removeUnseen: (applicationId, id, before) =>
      change(applicationId, id, 'retention', async (stores) => {
        // Whoever came back since they were looked for stays.
        if (!(await stores.people.isUnseen(applicationId, id, before))) throw new MienError('CONFLICT')
        await erase(stores, applicationId, id, null)
      }),

    async tombstoneOf(applicationId, id) {
      const digest = await tombstone(database.stores, applicationId, id)
      const deletedAt = await database.stores.tombstones.find(applicationId, digest)
      if (deletedAt === undefined) throw new MienError('NOT_FOUND')
      return { digest, deletedAt }
    },

    async setPayload(applicationId, id, payload, text = payloadText(payload)) {
      checkPayloadSize(text)
      await change(applicationId, id, 'payload_changed', async (stores) => {
        await stores.subjects.updatePayload(applicationId, id, payload)
      })
    },

    async setPin(application, id, pin) {
      const { id: applicationId } = application
      const sealed = await pins.seal(application, id, pin)
      await change(applicationId, id, 'pin_changed', async (stores) => {
        if (!(await stores.subjects.hold(applicationId, id))) throw new MienError('GONE')
        const [hadOne] = await stores.pins.having(applicationId, [id])
        await stores.pins.put(applicationId, id, sealed, clock.now())
        // A first one takes nothing away.
        if (hadOne !== undefined) await stores.results.endOfSubject(applicationId, id, clock.now())
      })
    },

    removePin: (applicationId, id) =>
      change(applicationId, id, 'pin_changed', async (stores) => {
        if (!(await stores.subjects.hold(applicationId, id))) throw new MienError('GONE')
        if (await stores.pins.remove(applicationId, id)) {
          await stores.results.endOfSubject(applicationId, id, clock.now())
        }
      }),
  }
}
