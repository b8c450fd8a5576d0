import type { JsonValue } from '@mien/shared/api/fields'
import type { ConsentStatement } from '@mien/shared/api/submissions'
import { type ErrorCode, MienError } from '@mien/shared/errors'
import { identifyThreshold } from '@mien/shared/policy/threshold'
import type { Probe } from './application-keys.ts'
import { nearestSubjects } from './compare.ts'
import { recordConsent } from './consents.ts'
import type { Application, FaceSpace, Subject, TemplateModel } from './model.ts'
import type { MorphDetector, MorphInput } from './morph-detector.ts'
import { checkQuality, type FaceSample } from './pictures.ts'
import type { Clock, Database, Stores } from './ports.ts'
import { refuseImplausible } from './refuse-implausible.ts'
import { completeActivation } from './settle-invitation.ts'
import { newFacialId, rowId } from './tokens.ts'
import { announceDecision } from './webhook-outbox.ts'

/** A face that a backend brings: the unit vector as the model gave it, and the picture that it came from, if there was one. */
export interface NewFace {
  readonly vector: Float32Array
  readonly sample: FaceSample | null
}

export const faceOfSample = (sample: FaceSample): NewFace => ({ vector: sample.face.template.vector, sample })

export interface Newcomer {
  readonly name?: string
  readonly externalRef?: string | null
  readonly payload?: JsonValue
}

/** Whose face it is. */
export type FaceOwner =
  | { readonly kind: 'new'; readonly subject: Newcomer }
  /** The gallery's subject of this reference; `onExisting` says what happens when there is one. */
  | { readonly kind: 'ref'; readonly externalRef: string; readonly onExisting: 'replace' | 'add' | 'refuse' }
  | { readonly kind: 'existing'; readonly subjectId: string; readonly how: 'replace' | 'add'; readonly name?: string }

export interface FaceEnrolment {
  readonly application: Application
  readonly galleryId: string
  readonly face: NewFace
  readonly owner: FaceOwner
  /** Null: not checked. */
  readonly minQuality: number | null
  readonly refuseMorphs: boolean
  /** Whether somebody else in the gallery may have this face. */
  readonly mayRepeat: boolean
  /** Of the backend that asks. */
  readonly clientAddress: string | null
  /** What the backend vouches for that the person agreed to; written down together with the face. */
  readonly consent?: ConsentStatement | null
}

export interface Enrolled {
  readonly subject: Subject
  readonly faceId: string
}

export type FindOrEnroll = Pick<FaceEnrolment, 'application' | 'galleryId' | 'face' | 'clientAddress'> & {
  readonly insert: boolean
}

/** Enrolments by a backend, of photographs or templates. What people agreed to is the backend's to know and to tell. */
export interface FaceEnrolments {
  /**
   * Gates in this order: morph, quality, somebody else's face. All or nothing.
   *
   * @throws MienError MORPH_SUSPECTED, QUALITY_TOO_LOW, FACE_DUPLICATE, QUOTA_REACHED, NOT_FOUND, CONFLICT (the reference is taken,
   *   or the subject has `maxFaces` faces)
   */
  enroll(enrolment: FaceEnrolment): Promise<Enrolled>
  /** The person of the gallery whose face it is, or else, with `insert`, a new one. @throws MienError MORPH_SUSPECTED, QUOTA_REACHED */
  findOrEnroll(input: FindOrEnroll): Promise<{ readonly found: Subject | null; readonly enrolled: Subject | null }>
}

/** Faces of one subject. More only slow the search down. */
export const maxFaces = 10

export interface FaceEnrolmentsOptions {
  readonly database: Database
  readonly clock: Clock
  readonly model: TemplateModel
  readonly morphs: MorphDetector
}

/** What is written down of an enrolment that was refused. */
const refusals: Partial<Record<ErrorCode, string>> = {
  MORPH_SUSPECTED: 'morph',
  QUALITY_TOO_LOW: 'quality',
  FACE_DUPLICATE: 'duplicate',
  QUOTA_REACHED: 'quota',
  TEMPLATE_IMPLAUSIBLE: 'implausible',
}

export function createFaceEnrolments(options: FaceEnrolmentsOptions): FaceEnrolments {
  const { database, clock, model, morphs } = options

  const spaceOf = (applicationId: string, galleryId: string): FaceSpace => ({
    applicationId,
    galleryId,
    modelId: model.modelId,
  })

  const probeOf = async (stores: Stores, applicationId: string, { vector }: NewFace): Promise<Probe> =>
    (await stores.applicationKeys.of(applicationId)).protect(model.modelId, vector)

  const record = (stores: Stores, applicationId: string, subjectId: string | null, outcome: string) =>
    stores.audit.append({ applicationId, event: 'enroll', outcome, subjectId, sessionId: null, at: clock.now() })

  /** The first locks of the transaction: from here on nobody else enrolls into the gallery, or counts the application. */
  const lock = async (stores: Stores, { id, settings }: Application, galleryId: string): Promise<void> => {
    await (settings.max_subjects === null ? stores.applications.hold(id) : stores.applications.lock(id))
    await stores.galleries.lock(id, galleryId)
  }

  const checkQuota = async (stores: Stores, { id, settings: { max_subjects: quota } }: Application): Promise<void> => {
    if (quota !== null && (await stores.subjects.count(id)) >= quota) throw new MienError('QUOTA_REACHED')
  }

  const insertSubject = async (
    stores: Stores,
    application: Application,
    galleryId: string,
    { name = '', externalRef = null, payload = null }: Newcomer,
  ): Promise<string> => {
    await checkQuota(stores, application)
    const id = newFacialId()
    const createdAt = clock.now()
    const row = { applicationId: application.id, id, galleryId, name, externalRef, payload }
    await stores.subjects.insert({ ...row, hasPin: false, createdAt, lastSeenAt: null })
    return id
  }

  /** Puts the face where it belongs and tells who listens. */
  const attach = async (
    stores: Stores,
    {
      application,
      galleryId,
      face,
      clientAddress,
      consent,
    }: Pick<FaceEnrolment, 'application' | 'galleryId' | 'face' | 'clientAddress' | 'consent'>,
    subjectId: string,
  ): Promise<Enrolled> => {
    refuseImplausible(face.vector, model)
    const applicationId = application.id
    const at = clock.now()
    const faceId = rowId()
    const turned = (await probeOf(stores, applicationId, face)).at(-1)!
    await stores.faces.insert({ ...spaceOf(applicationId, galleryId), ...turned, id: faceId, subjectId })
    const owner = { applicationId, kind: 'subject', id: subjectId } as const
    // The picture is that of the newest face: one of an earlier face would be somebody's who is not compared any more.
    if (application.settings.retain_images && face.sample?.kept !== undefined) {
      await stores.keptImages.put(owner, face.sample.kept, at)
    } else await stores.keptImages.remove(applicationId, subjectId)
    if (consent) await recordConsent(stores, { applicationId, subjectId }, consent, at)
    await completeActivation(stores, applicationId, subjectId, 'active')
    await record(stores, applicationId, subjectId, 'granted')
    const decision = { kind: 'granted', subjectId, matchLevel: null } as const
    await announceDecision(stores, decision, { applicationId, operation: 'enroll', at, clientAddress, details: null })
    const subject = await stores.subjects.find(applicationId, subjectId)
    return { subject: subject!, faceId }
  }

  /** Id of the subject that is there already, and what happens to the faces that it has; undefined for a newcomer. */
  const existingOwner = async (
    stores: Stores,
    { application, galleryId, owner }: FaceEnrolment,
  ): Promise<{ readonly id: string; readonly how: 'replace' | 'add' } | undefined> => {
    if (owner.kind === 'new') return undefined
    if (owner.kind === 'existing') {
      const subject = await stores.subjects.find(application.id, owner.subjectId)
      if (subject?.galleryId !== galleryId) throw new MienError('NOT_FOUND')
      return { id: subject.id, how: owner.how }
    }
    const subject = await stores.subjects.findByRef(application.id, galleryId, owner.externalRef)
    if (subject === undefined) return undefined
    if (owner.onExisting === 'refuse') throw new MienError('CONFLICT')
    return { id: subject.id, how: owner.onExisting }
  }

  const makeRoom = async (stores: Stores, applicationId: string, id: string, how: 'replace' | 'add'): Promise<void> => {
    if (how === 'replace') {
      if (!(await stores.subjects.hold(applicationId, id))) throw new MienError('GONE')
      await stores.faces.removeOfSubject(applicationId, id)
      await stores.results.endOfSubject(applicationId, id, clock.now())
    } else if ((await stores.faces.listOfSubject(applicationId, id)).length >= maxFaces) throw new MienError('CONFLICT')
  }

  const refuseMorph = async (stores: Stores, face: NewFace, of: Pick<MorphInput, 'space' | 'probe' | 'subjectId'>) => {
    const isSuspect = await morphs.isSuspect({ stores, ...of, face: face.sample?.face ?? null })
    if (isSuspect) throw new MienError('MORPH_SUSPECTED')
  }

  const checkGates = async (stores: Stores, enrolment: FaceEnrolment, subjectId: string | null): Promise<void> => {
    const { application, galleryId, face, minQuality } = enrolment
    const space = spaceOf(application.id, galleryId)
    const probe = await probeOf(stores, application.id, face)
    if (enrolment.refuseMorphs) await refuseMorph(stores, face, { space, probe, subjectId })
    if (face.sample !== null) checkQuality(face.sample.quality, minQuality)
    if (enrolment.mayRepeat) return
    const { candidates, gallerySize } = await nearestSubjects(stores, space, probe)
    const others = candidates.filter((candidate) => candidate.subjectId !== subjectId)
    const threshold = identifyThreshold(model.points, gallerySize)
    if (others.some(({ score }) => score >= threshold)) throw new MienError('FACE_DUPLICATE')
  }

  /** Enrolls within one transaction. What a refusal undoes is its own, and why it was one is written down. */
  const enrolling = async <T>({ id }: Application, work: (stores: Stores) => Promise<T>): Promise<T> => {
    try {
      return await database.transaction(work)
    } catch (error) {
      const outcome = error instanceof MienError ? refusals[error.code] : undefined
      if (outcome !== undefined) await record(database.stores, id, null, outcome)
      throw error
    }
  }

  return {
    enroll: (enrolment) =>
      enrolling(enrolment.application, async (stores) => {
        const { application, galleryId, owner } = enrolment
        await lock(stores, application, galleryId)
        const existing = await existingOwner(stores, enrolment)
        await checkGates(stores, enrolment, existing?.id ?? null)
        if (existing !== undefined) {
          await makeRoom(stores, application.id, existing.id, existing.how)
          if (owner.kind === 'existing' && owner.name !== undefined) {
            await stores.subjects.update(application.id, existing.id, { name: owner.name })
          }
          return attach(stores, enrolment, existing.id)
        }
        const newcomer =
          owner.kind === 'new' ? owner.subject : { externalRef: (owner as { externalRef: string }).externalRef }
        return attach(stores, enrolment, await insertSubject(stores, application, galleryId, newcomer))
      }),

    findOrEnroll: (input) =>
      enrolling(input.application, async (stores) => {
        const { application, galleryId, face, insert } = input
        await (insert ? lock(stores, application, galleryId) : stores.applications.hold(application.id))
        const space = spaceOf(application.id, galleryId)
        const probe = await probeOf(stores, application.id, face)
        const { candidates, gallerySize } = await nearestSubjects(stores, space, probe)
        const [best] = [...candidates].sort((a, b) => b.score - a.score)
        const isFound = best !== undefined && best.score >= identifyThreshold(model.points, gallerySize)
        const found = isFound ? ((await stores.subjects.find(application.id, best.subjectId)) ?? null) : null
        const event = { applicationId: application.id, event: 'search', sessionId: null, at: clock.now() } as const
        await stores.audit.append({
          ...event,
          outcome: found === null ? 'none' : 'match',
          subjectId: found?.id ?? null,
        })
        if (found !== null || !insert) return { found, enrolled: null }
        if (application.settings.refuse_morphs) await refuseMorph(stores, face, { space, probe, subjectId: null })
        const id = await insertSubject(stores, application, galleryId, {})
        return { found, enrolled: (await attach(stores, input, id)).subject }
      }),
  }
}
