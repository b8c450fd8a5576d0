import type { IdentifyFacts, SubjectScore } from '@mien/shared/policy/identify'
import { cosine } from '@mien/shared/template/unit-vector'
import type { Probe, TurnedTemplate } from './application-keys.ts'
import type { Face, FaceSpace } from './model.ts'
import type { NearestQuery, Stores } from './ports.ts'

/** Faces that an index proposes at first; more than wanted, so that a subject with several faces does not hide the next one. */
const firstProposals = 20

/**
 * Who in the gallery is like the probe. The index proposes, the live rows of this transaction decide:
 * a stale index can neither return a deleted face nor invent a score.
 *
 * While keys are replaced the gallery is searched under the older version first: what is moved meanwhile is found under the newer.
 *
 * @param wanted so many subjects at least, as far as the gallery has them
 */
export async function nearestSubjects(
  stores: Stores,
  space: FaceSpace,
  probe: Probe,
  wanted = 2,
): Promise<IdentifyFacts> {
  const gallerySize = await stores.faces.count(space)
  const proposed = new Set<string>()
  for (const turned of probe) {
    for (const id of await proposedSubjects(stores, { ...space, ...turned }, wanted, gallerySize)) proposed.add(id)
  }
  return { candidates: await scoreSubjects(stores, space, [...proposed], probe), gallerySize }
}

async function proposedSubjects(
  stores: Stores,
  query: Omit<NearestQuery, 'limit'>,
  wanted: number,
  gallerySize: number,
): Promise<readonly string[]> {
  for (let limit = Math.max(firstProposals, 2 * wanted); gallerySize > 0; limit *= 4) {
    const hits = await stores.index.nearest({ ...query, limit, gallerySize })
    const subjectIds = [...new Set(hits.map((hit) => hit.subjectId))]
    if (subjectIds.length >= wanted || limit >= gallerySize) return subjectIds
  }
  return []
}

/** The best score of each of these subjects on the stored vectors; one without faces of this model is left out. */
export async function scoreSubjects(
  stores: Stores,
  space: FaceSpace,
  subjectIds: readonly string[],
  probe: Probe,
): Promise<readonly SubjectScore[]> {
  return bestScores(await stores.faces.ofSubjects(space, subjectIds), probe)
}

/** How alike a probe and a stored template are, under the template's own key version; NaN under one that the probe lacks. */
export function scoreOf(probe: Probe, { keyVersion, vector }: TurnedTemplate): number {
  const turned = probe.find((each) => each.keyVersion === keyVersion)
  return turned === undefined ? Number.NaN : cosine(turned.vector, vector)
}

/** The best score of each subject that has any of these faces. */
export function bestScores(faces: readonly Face[], probe: Probe): readonly SubjectScore[] {
  const best = new Map<string, number>()
  for (const { subjectId, ...face } of faces) {
    const score = scoreOf(probe, face)
    if (Number.isFinite(score)) best.set(subjectId, Math.max(score, best.get(subjectId) ?? -1))
  }
  return [...best].map(([subjectId, score]) => ({ subjectId, score }))
}
