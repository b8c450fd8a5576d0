import { type MorphRule, resemblesMorph } from '@mien/shared/policy/morph'
import { cosine } from '@mien/shared/template/unit-vector'
import type { FaceAnalysis } from '@mien/shared/vision/types'
import { nearestSubjects } from './compare.ts'
import type { Face, FaceSpace } from './model.ts'
import type { Stores } from './ports.ts'

export interface MorphInput {
  /** Of the transaction that is about to enrol. */
  readonly stores: Stores
  readonly space: FaceSpace
  /** Rotated unit vector. */
  readonly probe: Float32Array
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
    const ids = near.map((candidate) => candidate.subjectId)
    const faces = near.length < 2 ? [] : await stores.faces.ofSubjects(space, ids)
    const facesOf = (id: string) => faces.filter((face) => face.subjectId === id)
    return near.some((a, i) =>
      near
        .slice(i + 1)
        .some((b) =>
          resemblesMorph(
            { first: a.score, second: b.score, between: closest(facesOf(a.subjectId), facesOf(b.subjectId)) },
            rule,
          ),
        ),
    )
  },
})

/** The best cosine of one's templates with the other's. */
const closest = (as: readonly Face[], bs: readonly Face[]): number =>
  as.reduce((best, a) => bs.reduce((most, b) => Math.max(most, cosine(a.vector, b.vector)), best), -1)
