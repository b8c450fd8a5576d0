import { MienError } from '@mien/shared/errors'
import { type IdentifyVerdict, identify, isClearMatch, type SubjectScore, verifies } from '@mien/shared/policy/identify'
import { matchLevel } from '@mien/shared/policy/match-level'
import { maySignIn } from './authenticator-status.ts'
import { bestScores, nearestSubjects, scoreOf, scoreSubjects } from './compare.ts'
import type { Compared } from './compared.ts'
import type { DecisionFacts } from './decide-enroll.ts'
import type { Decision } from './decision.ts'
import { earliest } from './earliest.ts'
import { countComparison, countCopy, type LockoutFacts } from './face-lockouts.ts'
import type { Face } from './model.ts'
import { copiesEarlierProbe, rememberProbe } from './near-copies.ts'
import { needsSecondFactor } from './signing-device.ts'
import { mayAskFurther, methodsOf } from './step-up-methods.ts'
import { rowId } from './tokens.ts'

/** How long a recognised face waits for its second factor, if its session lasts as long. */
const stepUpSeconds = 300

const notRecognised = { kind: 'refused', reason: 'not_recognised' } as const satisfies Decision

/** An id that no subject has: theirs are random. */
const nobody = '00000000-0000-0000-0000-000000000000'

type Recognised = Exclude<IdentifyVerdict, { kind: 'none' }>

interface AuthenticateFacts extends DecisionFacts, Pick<LockoutFacts, 'clientAddress' | 'scopeDigest'> {
  readonly origin: string
}

/** Recognises one subject, or asks for a second factor where the face alone is not enough. */
export async function decideAuthenticate(facts: AuthenticateFacts): Promise<Decision> {
  if (!facts.isOnePerson) return { kind: 'retry' }
  if (facts.session.hasPhoto) return compareWithPhoto(facts)
  const claimed = await claimedSubject(facts)
  const judged = claimed === undefined ? await recognise(facts) : await verify(facts, claimed)
  const { candidates, judge, compared, isTooLarge, isUnsearched = false } = judged
  const verdict = judge(candidates)
  // Before anything that is done for the recognised alone: else time would tell what a locked scope does not.
  const isClear = isClearMatch(bestOf(candidates), facts.points)
  const result = verdict.kind === 'none' ? 'none' : isClear ? 'clear' : 'edge'
  const failures = await countComparison(facts, { compared, result })
  if (typeof failures === 'string') return { ...notRecognised, audited: failures }
  if (isUnsearched) return { kind: 'retry' }
  if (verdict.kind === 'none') return notRecognised
  const found = subjectsOf(verdict)
  const faces = await holdFaces(facts, found)
  if (!isSame(judge(bestScores(faces, facts.probe)), verdict)) return notRecognised
  if (await copiesEarlierProbe(facts, found, faces)) {
    await countCopy(facts, compared)
    return { ...notRecognised, audited: 'near_copy' }
  }
  // Whoever is recognised is not let in yet: what is asked for beside the face may not come.
  const clears = failures > 0 && isClear ? compared : null
  const decision = await decideRecognised(facts, { verdict, faces, isTooLarge, clears })
  if (decision.kind !== 'refused') await rememberProbe(facts, found)
  return decision
}

const subjectsOf = (verdict: Recognised): readonly string[] =>
  verdict.kind === 'match' ? [verdict.subjectId] : verdict.subjectIds

const isSame = (verdict: IdentifyVerdict, before: Recognised): boolean =>
  verdict.kind === before.kind && subjectsOf(before).every((id) => subjectsOf(verdict).includes(id))

/**
 * The faces that these people still have: what was compared may have been taken away since. From here on nobody takes one away, and no other
 * sign-in of theirs is decided.
 */
async function holdFaces(
  { stores, space }: AuthenticateFacts,
  subjectIds: readonly string[],
): Promise<readonly Face[]> {
  for (const id of [...subjectIds].sort()) await stores.subjects.hold(space.applicationId, id)
  return stores.faces.ofSubjects(space, subjectIds)
}

interface Recognition {
  readonly verdict: Recognised
  /** All faces of whoever it is. */
  readonly faces: readonly Face[]
  readonly isTooLarge: boolean
  readonly clears: Compared | null
}

/** A face that is somebody's, and no copy. */
async function decideRecognised(facts: AuthenticateFacts, recognition: Recognition): Promise<Decision> {
  const { verdict, isTooLarge, clears } = recognition
  const mode = facts.application.settings.pin_authenticate
  const isFaceEnough = !isTooLarge && mode !== 'always'
  if (verdict.kind === 'match' && isFaceEnough && !needsSecondFactor(facts, verdict.subjectId)) {
    // Who was deleted since the comparison is nobody; who is seen cannot be deleted before the commit.
    const isThere = await facts.stores.subjects.seen(facts.application.id, verdict.subjectId, facts.now)
    const isGranted = isThere && (await maySignIn(facts.stores, facts.application.id, verdict.subjectId, facts.now))
    return isGranted ? { kind: 'granted', subjectId: verdict.subjectId, matchLevel: null, clears } : notRecognised
  }
  return mayAskFurther(facts.application) ? askFurther(facts, recognition) : notRecognised
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
  readonly candidates: readonly SubjectScore[]
  /** What these scores come to: those of the candidates, or of some of them once more. */
  readonly judge: (scores: readonly SubjectScore[]) => IdentifyVerdict
  readonly compared: Compared
  /** The gallery is so large that a face alone would fail too many genuine people. */
  readonly isTooLarge: boolean
  /** Those whose device signed were compared, and nobody else could be. */
  readonly isUnsearched?: boolean
}

const bestOf = (candidates: readonly SubjectScore[]): number => Math.max(...candidates.map(({ score }) => score))

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

/** Whoever is not there is read and compared as if they were: time must not tell. */
async function verify(
  { stores, session, space, probe, points }: DecisionFacts,
  claimed: string | null,
): Promise<Judged> {
  const candidates = bestScores(await stores.faces.ofClaimed(space, claimed ?? nobody), probe)
  const judge: Judged['judge'] = ([score]) =>
    score !== undefined && verifies(score.score, points)
      ? { kind: 'match', subjectId: score.subjectId }
      : { kind: 'none' }
  const subject = claimed ?? session.subjectId ?? `${space.galleryId}|${session.externalRef}`
  return { candidates, judge, compared: { kind: 'claimed', subject }, isTooLarge: false }
}

/** Those whose device signed are compared first, and alone: 1:1. Only a face that is none of theirs is searched for. */
async function recognise(facts: DecisionFacts): Promise<Judged> {
  const { stores, space, probe, points, device } = facts
  const owners = device === null ? [] : device.owners.map(({ subjectId }) => subjectId)
  const candidates = owners.length === 0 ? [] : await scoreSubjects(stores, space, owners, probe)
  const gallerySize = candidates.length
  const judge: Judged['judge'] = (scores) => identify({ candidates: scores, gallerySize }, points)
  const judged: Judged = { candidates, judge, compared: { kind: 'owners' }, isTooLarge: false }
  if (judge(candidates).kind !== 'none') return judged
  return owners.length > 0 ? searchAfterOwners(facts, judged) : search(facts, false)
}

/** That nobody could be searched for takes nothing back of what the owners were compared for: else each such guess at them were free. */
async function searchAfterOwners(facts: DecisionFacts, ofOwners: Judged): Promise<Judged> {
  try {
    return await facts.stores.savepoints.run((stores) => search({ ...facts, stores }, true))
  } catch (error) {
    if (!(error instanceof MienError && error.code === 'OVERLOADED')) throw error
    return { ...ofOwners, isUnsearched: true }
  }
}

async function search(
  { stores, application, space, probe, points }: DecisionFacts,
  afterOwners: boolean,
): Promise<Judged> {
  const { candidates, gallerySize } = await nearestSubjects(stores, space, probe)
  const isTooLarge = gallerySize > application.settings.max_identify_gallery
  const judge: Judged['judge'] = (scores) => identify({ candidates: scores, gallerySize }, points)
  return { candidates, judge, compared: { kind: 'gallery', afterOwners }, isTooLarge }
}

/** Only someone who has a PIN or a passkey can be asked for it; for the others the answer is the same as for a stranger. */
async function askFurther(facts: AuthenticateFacts, { verdict, faces, clears }: Recognition): Promise<Decision> {
  const { stores, application, session, now, origin, pageClaims, serverVerified, device } = facts
  const found = subjectsOf(verdict)
  // Whoever is switched off is not even asked. Of two, the PIN says later whether it is the one who is.
  const mayOne = await Promise.all(found.map((id) => maySignIn(stores, application.id, id, now)))
  if (!mayOne.includes(true)) return notRecognised
  const methods = await methodsOf(stores, application, found, origin)
  if (methods.length === 0) return notRecognised
  const submissionId = rowId()
  await stores.pending.insert({
    applicationId: application.id,
    id: submissionId,
    sessionId: session.id,
    candidateIds: found,
    faceIds: faces.map(({ id }) => id),
    origin,
    pageClaims,
    serverVerified,
    deviceKeyId: device?.keyId ?? null,
    offeredKey: device?.offer?.public_key ?? null,
    offeredLabel: device?.offer?.label ?? null,
    clears,
    expiresAt: earliest(new Date(now.getTime() + stepUpSeconds * 1000), session.expiresAt),
  })
  return { kind: 'step_up', submissionId, subjectId: verdict.kind === 'match' ? verdict.subjectId : null, methods }
}
