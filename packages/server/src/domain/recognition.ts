import { MienError } from '@mien/shared/errors'
import { type IdentifyFacts, type IdentifyVerdict, identify, verifies } from '@mien/shared/policy/identify'
import { identifyThreshold, verifyThreshold } from '@mien/shared/policy/threshold'
import { nearestSubjects, scoreOf } from './compare.ts'
import type { AuditEvent, FaceSpace, ListedSubject, TemplateModel } from './model.ts'
import type { Clock, Database } from './ports.ts'

export interface ProbeIn {
  readonly applicationId: string
  readonly galleryId: string
  /** Unit vector as the model gave it. */
  readonly vector: Float32Array
}

export interface Candidate {
  readonly subject: ListedSubject
  /** Cosine. */
  readonly score: number
}

export interface SearchAnswer {
  /** Best first, none below the threshold that was asked for. */
  readonly candidates: readonly Candidate[]
  /** Who it is by our own rule (PO2): clear of the second, at a threshold that grows with the gallery. */
  readonly verdict: IdentifyVerdict
  /** Cosine of that rule, for the gallery as it is. */
  readonly threshold: number
}

export interface VerifyAnswer {
  /** Cosine. */
  readonly score: number
  /** Whether it reaches `threshold` (PO1). */
  readonly isMatch: boolean
  readonly threshold: number
}

/**
 * Comparisons that a backend asks for. They change nothing, sign nothing and recognise nobody for a page: scores are for those
 * who hold the secret key.
 */
export interface Recognition {
  /** @param minScore cosine below which nobody is named. @param limit people, 1..100 */
  search(probe: ProbeIn, options: { minScore: number; limit: number }): Promise<SearchAnswer>
  /** @throws MienError NOT_FOUND (no such subject in the gallery, or one without a face of this model) */
  verify(probe: ProbeIn, subjectId: string): Promise<VerifyAnswer>
  /** `verify` in two steps, for a probe that is still being made: the faces are read meanwhile. @throws MienError as `verify` */
  claim(claimed: Omit<ProbeIn, 'vector'>, subjectId: string): Promise<Claim>
}

/** The faces of one subject as they were when it was claimed. */
export interface Claim {
  verify(vector: Float32Array): Promise<VerifyAnswer>
}

export interface RecognitionOptions {
  readonly database: Database
  readonly clock: Clock
  readonly model: TemplateModel
}

export function createRecognition({ database, clock, model }: RecognitionOptions): Recognition {
  const { stores } = database

  const spaceOf = ({ applicationId, galleryId }: Omit<ProbeIn, 'vector'>): FaceSpace => ({
    applicationId,
    galleryId,
    modelId: model.modelId,
  })

  const record = (applicationId: string, event: AuditEvent, outcome: string, subjectId: string | null) =>
    stores.audit.append({ applicationId, event, outcome, subjectId, sessionId: null, at: clock.now() })

  /** Keys may begin to be replaced while it looks, since nothing is held: it looks again, under the new one too. */
  const nearest = async (input: ProbeIn, limit: number): Promise<IdentifyFacts> => {
    const { applicationId, vector } = input
    const keys = await stores.applicationKeys.of(applicationId)
    const facts = await nearestSubjects(stores, spaceOf(input), keys.protect(model.modelId, vector), limit)
    const { version } = await stores.applicationKeys.of(applicationId)
    return version === keys.version ? facts : nearest(input, limit)
  }

  const claim: Recognition['claim'] = async (claimed, subjectId) => {
    const { applicationId } = claimed
    // Only faces of this gallery are in the space: a subject of another one has none there.
    const faces = await stores.faces.ofSubjects(spaceOf(claimed), [subjectId])
    if (faces.length === 0) throw new MienError('NOT_FOUND')
    // After the faces: the keys of now turn a probe for every version that was there, or the newest one for all.
    const keys = await stores.applicationKeys.of(applicationId)
    return {
      async verify(vector) {
        const probe = keys.protect(model.modelId, vector)
        const compared = faces
          .map((face) => ({ faceId: face.id, score: scoreOf(probe, face) }))
          .filter(({ score }) => Number.isFinite(score))
          .map((each) => ({ ...each, isMatch: verifies(each.score, model.points) }))
        // Whoever was erased, or whose face was removed, while the networks worked is not named any more.
        const live = await stores.audit.appendVerification({ applicationId, subjectId, at: clock.now() }, compared)
        const left = compared.filter(({ faceId }) => live.has(faceId))
        if (left.length === 0) throw new MienError('NOT_FOUND')
        return {
          score: Math.max(...left.map(({ score }) => score)),
          isMatch: left.some(({ isMatch }) => isMatch),
          threshold: verifyThreshold(model.points),
        }
      },
    }
  }

  return {
    async search(input, { minScore, limit }) {
      const { applicationId } = input
      const compared = await nearest(input, limit)
      const ids = compared.candidates.map(({ subjectId }) => subjectId)
      const byId = new Map((await stores.subjects.findAll(applicationId, ids)).map((subject) => [subject.id, subject]))
      // Whoever was erased since the comparison is neither a candidate nor the verdict.
      const facts = { ...compared, candidates: compared.candidates.filter(({ subjectId }) => byId.has(subjectId)) }
      const candidates = facts.candidates
        .filter(({ score }) => score >= minScore)
        .sort((a, b) => b.score - a.score)
        .slice(0, limit)
        .map(({ subjectId, score }) => ({ subject: byId.get(subjectId)!, score }))
      const verdict = identify(facts, model.points)
      await record(applicationId, 'search', verdict.kind, verdict.kind === 'match' ? verdict.subjectId : null)
      return { candidates, verdict, threshold: identifyThreshold(model.points, facts.gallerySize) }
    },

    async verify(input, subjectId) {
      return (await claim(input, subjectId)).verify(input.vector)
    },

    claim,
  }
}
