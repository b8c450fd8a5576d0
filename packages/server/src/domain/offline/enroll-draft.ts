import { type EnrolmentDraft, type EventOutcome, enrolmentDraft, type SyncRejection } from '@mien/shared/api/sync'
import { MienError } from '@mien/shared/errors'
import { isDuplicate } from '@mien/shared/policy/identify'
import type { Probe } from '../application-keys.ts'
import type { Capture } from '../capture.ts'
import { nearestSubjects } from '../compare.ts'
import { recordConsent } from '../consents.ts'
import type { Application, FaceSpace, TemplateModel } from '../model.ts'
import type { Stores } from '../ports.ts'
import { refuseImplausible } from '../refuse-implausible.ts'
import { newFacialId, rowId } from '../tokens.ts'
import { announceDecision } from '../webhook-outbox.ts'
import type { SeenCapture } from './seen-templates.ts'

/** Whether enrolments may be written down without the server: where they need no more than a face and consent. */
export const takesDrafts = ({ settings }: Pick<Application, 'settings'>): boolean =>
  settings.offline_drafts !== 'off' &&
  settings.min_assurance_enroll === 'A0' &&
  settings.pin_enroll !== 'required' &&
  settings.attributes !== 'age_gate'

/** UTF-8 of a draft; undefined where it is none. */
export function readDraft(bytes: Uint8Array): EnrolmentDraft | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const result = enrolmentDraft.safeParse(JSON.parse(text))
    return result.success ? result.data : undefined
  } catch {
    return undefined
  }
}

export interface DraftFacts {
  readonly stores: Stores
  readonly application: Application
  readonly galleryId: string
  readonly model: TemplateModel
  readonly draft: EnrolmentDraft
  /** Undefined: its templates are no capture. */
  readonly seen: SeenCapture | undefined
  readonly now: Date
}

/**
 * Makes a person of a draft, or says why not, and writes nothing then. Within a transaction that holds the application, the draft's
 * templates and the gallery, in this order.
 */
export async function enrollDraft(facts: DraftFacts): Promise<EventOutcome> {
  const { stores, application, galleryId, model, draft, seen, now } = facts
  const { id: applicationId, settings } = application
  if (!takesDrafts(application)) return rejected('not_allowed')
  if (seen === undefined || !isConvincing(seen.capture, application)) return rejected('capture')
  const { capture, fresh } = seen
  const { consent } = draft
  const isConsentMissing = settings.consent_required && consent === undefined
  if (isConsentMissing || (consent !== undefined && consent.policy_version !== settings.policy_version))
    return rejected('consent')
  if (!isPlausible(capture, model)) return rejected('implausible')
  if (settings.max_subjects !== null && (await stores.subjects.count(applicationId)) >= settings.max_subjects)
    return rejected('quota')
  const space: FaceSpace = { applicationId, galleryId, modelId: model.modelId }
  const keys = await stores.applicationKeys.of(applicationId)
  const probe = keys.protect(model.modelId, capture.probe)
  if (await isTaken(facts, space, probe)) return conflict
  if (fresh.length === 0) return rejected('replay')
  const subjectId = await insertPerson(facts, space, probe)
  const of = { applicationId, operation: 'enroll', at: now, clientAddress: null, details: null } as const
  await announceDecision(stores, { kind: 'granted', subjectId, matchLevel: null }, of)
  return { status: 'accepted', facial_id: subjectId }
}

const rejected = (code: SyncRejection): EventOutcome => ({ status: 'rejected', code })
const conflict: EventOutcome = { status: 'conflict', server_state: 'enrolled' }

/** One live person, as far as the frames tell. */
function isConvincing({ isOnePerson, live }: Capture, { settings: { pad_threshold: least } }: Application): boolean {
  return isOnePerson && (least === null || live === null || live >= least)
}

function isPlausible({ probe }: Capture, model: TemplateModel): boolean {
  try {
    refuseImplausible(probe, model)
    return true
  } catch (error) {
    if (error instanceof MienError && error.code === 'TEMPLATE_IMPLAUSIBLE') return false
    throw error
  }
}

/** Whether the reference, or the face, is somebody's already. */
async function isTaken({ stores, application, draft, model }: DraftFacts, space: FaceSpace, probe: Probe) {
  const { user_ref: ref } = draft
  const holder = ref && (await stores.subjects.findByRef(application.id, space.galleryId, ref))
  if (holder) return true
  if (!application.settings.prevent_duplicates) return false
  return isDuplicate(await nearestSubjects(stores, space, probe), model.points)
}

async function insertPerson({ stores, draft, now }: DraftFacts, space: FaceSpace, probe: Probe): Promise<string> {
  const { applicationId, galleryId } = space
  const id = newFacialId()
  const { name = '', user_ref: externalRef = null, consent } = draft
  const row = { applicationId, id, galleryId, name, externalRef, payload: null }
  await stores.subjects.insert({ ...row, hasPin: false, createdAt: now, lastSeenAt: null })
  await stores.faces.insert({ ...space, ...probe.at(-1)!, id: rowId(), subjectId: id })
  if (consent !== undefined) await recordConsent(stores, { applicationId, subjectId: id }, consent, now)
  return id
}
