import { type IdentifyVerdict, identify, verifies } from '@mien/shared/policy/identify'
import { matchLevel } from '@mien/shared/policy/match-level'
import { maySignIn } from './authenticators.ts'
import { nearestSubjects, scoreOf, scoreSubjects } from './compare.ts'
import type { DecisionFacts } from './decide-enroll.ts'
import type { Decision } from './decision.ts'
import { rowId } from './tokens.ts'

/** How long a recognised face waits for its PIN. */
const stepUpSeconds = 300

const notRecognised: Decision = { kind: 'refused', reason: 'not_recognised' }

interface AuthenticateFacts extends DecisionFacts {
  readonly origin: string
}

/** Recognises one subject, or asks for a PIN where the face alone is not enough. */
export async function decideAuthenticate(facts: AuthenticateFacts): Promise<Decision> {
  if (!facts.isOnePerson) return { kind: 'retry' }
  if (facts.session.hasPhoto) return compareWithPhoto(facts)
  const claimed = await claimedSubject(facts)
  const { verdict, isTooLarge } = claimed === undefined ? await search(facts) : await verify(facts, claimed)
  if (verdict.kind === 'none') return notRecognised
  const mode = facts.application.settings.pin_authenticate
  if (verdict.kind === 'match' && !isTooLarge && mode !== 'always') {
    // Who was deleted since the comparison is nobody; who is seen cannot be deleted before the commit.
    const isThere = await facts.stores.subjects.seen(facts.application.id, verdict.subjectId, facts.now)
    const isGranted = isThere && (await maySignIn(facts.stores, facts.application.id, verdict.subjectId, facts.now))
    return isGranted ? { kind: 'granted', subjectId: verdict.subjectId, matchLevel: null } : notRecognised
  }
  return mode === 'off' ? notRecognised : askForPin(facts, verdict)
}

/** A live face against the photograph that the session was opened with: nobody is looked for, and nobody is found. */
async function compareWithPhoto({ stores, session, space, probe, points }: DecisionFacts): Promise<Decision> {
  const photo = await stores.sessionPhotos.find(session.applicationId, session.id)
  const score = photo?.modelId === space.modelId ? scoreOf(probe, photo) : Number.NaN
  const level = Number.isFinite(score) ? matchLevel(score, points) : 0
  const isMatch = photo !== undefined && level > 0 && level >= photo.minLevel
  return isMatch ? { kind: 'granted', subjectId: null, matchLevel: level } : notRecognised
}

interface Judged {
  readonly verdict: IdentifyVerdict
  /** The gallery is so large that a face alone would fail too many genuine people. */
  readonly isTooLarge: boolean
}

/** The subject that a backend named; null when it named one that is not there; undefined when it named none. */
async function claimedSubject({ stores, session, space }: DecisionFacts): Promise<string | null | undefined> {
  const { subjectId, externalRef, applicationId } = session
  if (subjectId === null && externalRef === null) return undefined
  const subject =
    subjectId === null
      ? await stores.subjects.findByRef(applicationId, space.galleryId, externalRef!)
      : await stores.subjects.find(applicationId, subjectId)
  return subject?.galleryId === space.galleryId ? subject.id : null
}

async function verify({ stores, space, probe, points }: DecisionFacts, claimed: string | null): Promise<Judged> {
  const [score] = claimed === null ? [] : await scoreSubjects(stores, space, [claimed], probe)
  const isMatch = score !== undefined && verifies(score.score, points)
  return { verdict: isMatch ? { kind: 'match', subjectId: score.subjectId } : { kind: 'none' }, isTooLarge: false }
}

async function search({ stores, application, space, probe, points }: DecisionFacts): Promise<Judged> {
  const nearest = await nearestSubjects(stores, space, probe)
  const isTooLarge = nearest.gallerySize > application.settings.max_identify_gallery
  return { verdict: identify(nearest, points), isTooLarge }
}

/** Only someone who has a PIN can be asked for it; for the others the answer is the same as for a stranger. */
async function askForPin(
  facts: AuthenticateFacts,
  verdict: Exclude<IdentifyVerdict, { kind: 'none' }>,
): Promise<Decision> {
  const { stores, application, session, now, origin, pageClaims } = facts
  const found = verdict.kind === 'match' ? [verdict.subjectId] : verdict.subjectIds
  // Whoever is switched off is not even asked. Of two, the PIN says later whether it is the one who is.
  const mayOne = await Promise.all(found.map((id) => maySignIn(stores, application.id, id, now)))
  if (!mayOne.includes(true)) return notRecognised
  const candidateIds = await stores.pins.having(application.id, found)
  // Of two that look alike both must have one: else the one without would lend the other its face.
  if (candidateIds.length !== found.length) return notRecognised
  const submissionId = rowId()
  await stores.pending.insert({
    applicationId: application.id,
    id: submissionId,
    sessionId: session.id,
    candidateIds,
    origin,
    pageClaims,
    serverVerified: false,
    deviceKeyId: null,
    offeredKey: null,
    offeredLabel: null,
    expiresAt: new Date(now.getTime() + stepUpSeconds * 1000),
  })
  return { kind: 'step_up', submissionId, subjectId: verdict.kind === 'match' ? verdict.subjectId : null }
}
