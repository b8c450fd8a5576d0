import type { FaceDetails, JsonValue } from '@mien/shared/api/fields'
import type { PageClaims } from '@mien/shared/api/results'
import type { ConsentStatement } from '@mien/shared/api/submissions'
import { MienError } from '@mien/shared/errors'
import { isDuplicate } from '@mien/shared/policy/identify'
import type { OperatingPoint } from '@mien/shared/policy/threshold'
import type { Probe } from './application-keys.ts'
import { nearestSubjects } from './compare.ts'
import { recordConsent } from './consents.ts'
import type { Decision } from './decision.ts'
import type { FaceSpace } from './model.ts'
import type { StoredPin, Stores } from './ports.ts'
import type { SignInFacts } from './signing-device.ts'
import { rowId } from './tokens.ts'

/** What comes with a new face. */
export interface NewSubject {
  readonly subjectId: string
  /** Whether a backend made the subject before and left it without a face. */
  readonly isKnown: boolean
  readonly payload: JsonValue
  readonly pin: StoredPin | null
  readonly consent: ConsentStatement | null
  /** False when the page took the person for too young. */
  readonly isOfAge: boolean
  /** Guessed by the page, where the application asks for it. */
  readonly details: FaceDetails | null
  readonly externalRef: string | null
}

export interface DecisionFacts extends SignInFacts {
  readonly stores: Stores
  readonly space: FaceSpace
  readonly probe: Probe
  readonly points: readonly OperatingPoint[]
  readonly isOnePerson: boolean
  readonly pageClaims: PageClaims
  readonly now: Date
}

interface EnrollFacts extends DecisionFacts {
  readonly newcomer: NewSubject
}

/** Enrolls unless the person is too young, the frames disagree, the quota is full or the person is in the gallery already. */
export async function decideEnroll(facts: EnrollFacts): Promise<Decision> {
  const { stores, application, space, probe, points, newcomer } = facts
  if (!newcomer.isOfAge) return { kind: 'refused', reason: 'minor' }
  if (!facts.isOnePerson) return { kind: 'refused', reason: 'mismatch' }
  await refuseTakenRef(facts)
  const { prevent_duplicates: isStrict } = application.settings
  // Whoever is there already is counted already.
  const quota = newcomer.isKnown ? null : application.settings.max_subjects
  // A quota counts every gallery, so enrolments into all of them take turns.
  if (quota !== null) await stores.applications.lock(application.id)
  // From here on no other enrolment into this gallery runs: what the search does not see is not there.
  await stores.galleries.lock(application.id, space.galleryId)
  if (newcomer.isKnown) await refuseSecondFace(facts)
  if (quota !== null && (await stores.subjects.count(application.id)) >= quota) {
    return { kind: 'refused', reason: 'quota' }
  }
  if (isStrict && isDuplicate(await nearestSubjects(stores, space, probe), points)) {
    return { kind: 'refused', reason: 'duplicate' }
  }
  await (newcomer.isKnown ? completeSubject(facts) : insertSubject(facts))
  await insertFace(facts)
  return { kind: 'granted', subjectId: newcomer.subjectId, matchLevel: null }
}

/**
 * Before anyone is compared: the refusal gives the challenge and the try back, so it must not tell who is enrolled.
 *
 * @throws MienError CONFLICT
 */
async function refuseTakenRef({ stores, application, space, newcomer }: EnrollFacts): Promise<void> {
  if (newcomer.externalRef === null) return
  const holder = await stores.subjects.findByRef(application.id, space.galleryId, newcomer.externalRef)
  if (holder !== undefined) throw new MienError('CONFLICT')
}

/**
 * A subject gets its face from one invitation, once; another face is a backend's to bring. As with a taken reference, nobody was
 * compared yet.
 *
 * @throws MienError GONE, CONFLICT; FORBIDDEN when the page would replace what a backend wrote about the subject
 */
async function refuseSecondFace({ stores, application, space, newcomer }: EnrollFacts): Promise<void> {
  const subject = await stores.subjects.find(application.id, newcomer.subjectId)
  if (subject?.galleryId !== space.galleryId) throw new MienError('GONE')
  if ((await stores.faces.listOfSubject(application.id, subject.id)).length > 0) throw new MienError('CONFLICT')
  if (newcomer.payload !== null && subject.payload !== null) throw new MienError('FORBIDDEN')
}

async function insertSubject({ stores, application, space, newcomer, now }: EnrollFacts): Promise<void> {
  const { subjectId, payload, pin, externalRef } = newcomer
  await stores.subjects.insert({
    applicationId: application.id,
    id: subjectId,
    galleryId: space.galleryId,
    externalRef,
    name: '',
    payload,
    hasPin: pin !== null,
    createdAt: now,
    lastSeenAt: null,
  })
}

/** What the page brought beside the face; what it did not bring stays as it is. */
async function completeSubject({ stores, application, newcomer: { subjectId, payload } }: EnrollFacts): Promise<void> {
  if (payload !== null) await stores.subjects.updatePayload(application.id, subjectId, payload)
}

async function insertFace({ stores, application, space, probe, newcomer, now }: EnrollFacts): Promise<void> {
  const { subjectId, pin, consent } = newcomer
  const applicationId = application.id
  await stores.faces.insert({ ...space, ...probe.at(-1)!, id: rowId(), subjectId })
  if (pin !== null) await stores.pins.put(applicationId, subjectId, pin, now)
  if (consent !== null) await recordConsent(stores, { applicationId, subjectId }, consent, now)
}
