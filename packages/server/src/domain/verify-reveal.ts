import type { CropStatement } from '@mien/shared/api/submissions'
import { MienError } from '@mien/shared/errors'
import { judgeCapture } from '@mien/shared/policy/capture'
import { cosine, meanDirection } from '@mien/shared/template/unit-vector'
import { areAnnounced } from './announced-pictures.ts'
import type { Capture } from './capture.ts'
import { pictureFormat } from './capture-script.ts'
import type { ImageAnalyser } from './image-analyser.ts'
import { lookAtPicture, median, minParity, onlyFace, type SeenFace } from './verify-capture.ts'

/** Pictures of the frames of a capture, which its submission committed to. */
export interface RevealEvidence {
  /** The parts of the form, in their order. */
  readonly crops: readonly Uint8Array[]
  /** What the submission says of them, one for each frame. */
  readonly statements: readonly CropStatement[]
  /** What the client computed itself. */
  readonly claimed: Capture
  /** Least probability of a live face, 0..1; null: not asked for. */
  readonly padThreshold: number | null
  readonly signal: AbortSignal
}

/**
 * Why somebody is refused: `late`; `crops`, not the pictures that were committed to, or no pictures of that kind; the others as of a
 * capture under a script.
 */
export type RevealFault = 'late' | 'crops' | 'still' | 'mixed' | 'pad' | 'parity'

export type RevealFinding =
  /** In place of the client's. */
  | { readonly kind: 'verified'; readonly capture: Capture }
  | { readonly kind: 'refused'; readonly fault: RevealFault }
  /** Nothing was found out: a picture has no face, or more than one. */
  | { readonly kind: 'retry' }

const refused = (fault: RevealFault): RevealFinding => ({ kind: 'refused', fault })

/**
 * Looks at the pictures of a spot check. They are in memory only, and gone with the call.
 *
 * @throws MienError OVERLOADED, WORKER_CRASHED, ABORTED, RUNTIME_UNAVAILABLE
 */
export async function verifyReveal(analyser: ImageAnalyser, evidence: RevealEvidence): Promise<RevealFinding> {
  const { crops, statements, signal } = evidence
  if (!areAnnounced(crops, statements)) return refused('crops')
  if (new Set(statements.map(({ sha256 }) => sha256)).size < statements.length) return refused('still')
  const { crop_size: size, max_crop_bytes: maxBytes } = pictureFormat
  const faces: SeenFace[] = []
  try {
    // One after the other: one caller takes one thread.
    for (const [i, file] of crops.entries()) {
      const face = onlyFace(await lookAtPicture(analyser, file, { size, maxBytes, signal }))
      if (face === undefined) return { kind: 'retry' }
      faces.push({ ...face, atMs: statements[i]!.at_ms })
    }
  } catch (error) {
    if (error instanceof MienError && error.code === 'CROPS_INVALID') return refused('crops')
    throw error
  }
  return judge(evidence, faces)
}

function judge({ claimed, padThreshold }: RevealEvidence, faces: readonly SeenFace[]): RevealFinding {
  if (padThreshold !== null && !(median(faces.map(({ live }) => live)) >= padThreshold)) return refused('pad')
  // The same rules as for templates, of what the server computed itself.
  const verdict = judgeCapture(faces)
  if (verdict !== 'ok') return refused(verdict === 'mixed' ? 'mixed' : 'still')
  const vectors = faces.map(({ vector }) => vector)
  const probe = meanDirection(vectors)
  if (!(cosine(claimed.probe, probe) >= minParity)) return refused('parity')
  return { kind: 'verified', capture: { ...claimed, vectors, probe, isOnePerson: true } }
}
