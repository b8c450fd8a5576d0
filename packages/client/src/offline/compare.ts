import { decodeBase64Url } from '@mien/shared/bytes'
import { MienError } from '@mien/shared/errors'
import { identify, type SubjectScore, verifies } from '@mien/shared/policy/identify'
import type { OperatingPoint } from '@mien/shared/policy/threshold'
import { decodeTemplate } from '@mien/shared/template/format'
import { rotate } from '@mien/shared/template/rotation'
import { cosine } from '@mien/shared/template/unit-vector'
import type { OfflineFace, Registration } from './device-state.ts'

/** Decoding costs more than comparing: each template is read once, and forgotten with its face. */
const vectors = new WeakMap<OfflineFace, Float32Array>()

function vectorOf(face: OfflineFace, modelId: string, dimension: number): Float32Array {
  const known = vectors.get(face)
  if (known !== undefined) return known
  const { vector } = decodeTemplate(decodeBase64Url(face.template), { modelId, dimension })
  vectors.set(face, vector)
  return vector
}

/**
 * Who a probe is (OF5): of a kiosk's gallery whom PO2 and PO6 name; the owner of their own device by PO1, or nobody.
 *
 * @param probe unit vector as the model made it
 * @returns a facial id, or null
 */
export function compare(
  probe: Float32Array,
  faces: Iterable<OfflineFace>,
  { kind, facial_id: owner, model_id: modelId, rotation_key: key }: Registration,
  points: readonly OperatingPoint[],
): string | null {
  const turned = turn(probe, decodeBase64Url(key))
  const scores = [...faces].map((face) => ({
    subjectId: face.facialId,
    score: cosine(turned, vectorOf(face, modelId, turned.length)),
  }))
  if (kind === 'own_device') {
    return owner !== null && bestOf(scores).some((each) => each.subjectId === owner && verifies(each.score, points))
      ? owner
      : null
  }
  const verdict = identify({ candidates: bestOf(scores), gallerySize: scores.length }, points)
  return verdict.kind === 'match' ? verdict.subjectId : null
}

/** @throws MienError MODEL_MISMATCH for a key that turns vectors of another length */
function turn(probe: Float32Array, key: Uint8Array): Float32Array {
  try {
    return rotate(probe, key)
  } catch (cause) {
    throw new MienError('MODEL_MISMATCH', { cause })
  }
}

/** The best score of each person; numbers that are none are nobody's. */
function bestOf(scores: readonly SubjectScore[]): readonly SubjectScore[] {
  const best = new Map<string, number>()
  for (const { subjectId, score } of scores) {
    if (Number.isFinite(score)) best.set(subjectId, Math.max(score, best.get(subjectId) ?? -1))
  }
  return [...best].map(([subjectId, score]) => ({ subjectId, score }))
}
