import { type MorphRule, morphPairs, resemblesMorph } from '@mien/shared/policy/morph'
import type { FaceAnalysis } from '@mien/shared/vision/types'
import type { Probe } from './application-keys.ts'
import { nearestSubjects } from './compare.ts'
import type { FaceSpace } from './model.ts'
import type { Stores } from './ports.ts'

export interface MorphInput {
  /** Of the transaction that is about to enrol. */
  readonly stores: Stores
  readonly space: FaceSpace
  readonly probe: Probe
  /** Whose enrolment it is, where they have faces already: never one of the two. */
  readonly subjectId: string | null
  /** What the picture shows; null where a template came without one. */
  readonly face: FaceAnalysis | null
}

/** Whether a photograph that somebody enrolls with may be a blend of two people, which would let both in. */
export interface MorphDetector {
  isSuspect(input: MorphInput): Promise<boolean>
}

/** The two of a blend, and the person themselves where they have faces already. */
const wantedSubjects = 3

/**
 * Compares with who is enrolled: a blend resembles two subjects of the gallery who do not resemble each other. It sees
 * only pairs of whom both are enrolled in that gallery; a blend with anybody else looks to it like any newcomer. A
 * detector that judges the picture by itself can stand behind the same port.
 */
export const createGalleryMorphDetector = ({ rule }: { readonly rule: MorphRule }): MorphDetector => ({
  async isSuspect({ stores, space, probe, subjectId }) {
    const { candidates } = await nearestSubjects(stores, space, probe, wantedSubjects)
    // The others can only be less alike than the rule asks for.
    const near = candidates.filter(
      (candidate) => candidate.subjectId !== subjectId && candidate.score >= rule.minSecond,
    )
    if (near.length < 2) return false
    const subjectIds = near.map((candidate) => candidate.subjectId)
    const keys = await stores.applicationKeys.of(space.applicationId)
    // While keys are replaced two faces may lie under different ones, which cannot be compared.
    const faces = (await stores.faces.ofSubjects(space, subjectIds)).map((face) =>
      face.keyVersion === keys.version ? face : { ...face, ...keys.turnAgain(space.modelId, face) },
    )
    const withVectors = near.map((candidate) => ({
      score: candidate.score,
      vectors: faces.filter((face) => face.subjectId === candidate.subjectId).map((face) => face.vector),
    }))
    return morphPairs(withVectors).some((facts) => resemblesMorph(facts, rule))
  },
})
