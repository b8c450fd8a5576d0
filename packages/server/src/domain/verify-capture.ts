import type { CaptureScript } from '@mien/shared/api/challenges'
import type { CropStatement } from '@mien/shared/api/submissions'
import { type ErrorCode, MienError } from '@mien/shared/errors'
import {
  type CaptureScriptVerdict,
  isFrontal,
  judgeCaptureScript,
  keepsTime,
  type SeenCrop,
  showsSurroundings,
} from '@mien/shared/policy/judge-capture-script'
import { cosine, meanDirection } from '@mien/shared/template/unit-vector'
import type { FaceAnalysis } from '@mien/shared/vision/types'
import type { Capture } from './capture.ts'
import type { ImageAnalyser, PictureFacts } from './image-analyser.ts'

/** What was sent for the server to look at. */
export interface CaptureEvidence {
  readonly script: CaptureScript
  /** The parts of the form, in their order: those of the envelope, one for each step. */
  readonly crops: readonly Uint8Array[]
  /** What the envelope says of them. */
  readonly statements: readonly CropStatement[]
  /** What the client computed itself. */
  readonly claimed: Capture
  /** Least probability of a live face, 0..1; null: not asked for. */
  readonly padThreshold: number | null
  readonly signal: AbortSignal
}

/** Why somebody is refused: `pad`, the network sees no live face; `parity`, the client's templates are not of the face in its pictures. */
export type CaptureFault = Exclude<CaptureScriptVerdict, 'ok'> | 'pad' | 'parity'

export type CaptureFinding =
  /** In place of the client's: from here on the server goes by what it computed itself. */
  | { readonly kind: 'verified'; readonly capture: Capture }
  | { readonly kind: 'refused'; readonly fault: CaptureFault }
  /** Nothing was found out: a picture has no face, or more than one, or there is nothing around the face by which light could be told. */
  | { readonly kind: 'retry' }

/** Looks at the pictures of a capture under a script. They are in memory only, and gone with the call. */
export interface CaptureVerifier {
  /**
   * @throws MienError CROPS_INVALID when they are no square JPEGs as the script asks; OVERLOADED, WORKER_CRASHED, ABORTED,
   *   RUNTIME_UNAVAILABLE
   */
  verify(evidence: CaptureEvidence): Promise<CaptureFinding>
}

/** Distance of the eye centres in pixels, and the part of the face inside the picture: see pictures.ts. */
const minInterEyePx = 24
const minInsideRatio = 0.7

/**
 * Cosine of the client's template and the server's, of frames of one face a moment apart. Measured on 100 composed captures, some in bad
 * light: 0.87 and more.
 */
export const minParity = 0.7

export interface PictureLimits {
  /** Pixels of both sides. */
  readonly size: number
  readonly maxBytes: number
  readonly signal: AbortSignal
}

/** @throws MienError CROPS_INVALID when it is no square JPEG of that size; those of the analyser for what is not the picture's fault */
export async function lookAtPicture(
  analyser: ImageAnalyser,
  file: Uint8Array,
  { size, maxBytes, signal }: PictureLimits,
): Promise<PictureFacts> {
  const options = { declaredType: jpeg, acceptedTypes: [jpeg], maxBytes, light: true, signal } as const
  const facts = await analyser.analyse(file, options).catch((error) => {
    throw error instanceof MienError && isOfPicture(error.code) ? cropsInvalid(error) : error
  })
  if (facts.width !== size || facts.height !== size) throw cropsInvalid()
  return facts
}

export function createCaptureVerifier(analyser: ImageAnalyser): CaptureVerifier {
  return {
    async verify(evidence) {
      const { crop_size: size, max_crop_bytes: maxBytes } = evidence.script
      const limits = { size, maxBytes, signal: evidence.signal }
      const times = evidence.statements.map(({ at_ms: atMs }) => ({ atMs }))
      // Costs nothing, a picture does.
      if (!keepsTime(evidence.script.steps, times)) return { kind: 'refused', fault: 'timing' }
      const faces: SeenFace[] = []
      // One after the other: one caller takes one thread.
      for (const [i, file] of evidence.crops.entries()) {
        const face = onlyFace(await lookAtPicture(analyser, file, limits))
        if (face === undefined) return { kind: 'retry' }
        faces.push({ ...face, atMs: evidence.statements[i]!.at_ms })
      }
      return judge(evidence, faces)
    },
  }
}

export interface SeenFace extends SeenCrop {
  readonly live: number
}

function judge({ script, padThreshold, claimed }: CaptureEvidence, faces: readonly SeenFace[]): CaptureFinding {
  const refused = (fault: CaptureFault): CaptureFinding => ({ kind: 'refused', fault })
  // Whether the face was right is not looked at either: who is told to try again learns nothing of it.
  if (!showsSurroundings(script.steps, faces)) return { kind: 'retry' }
  // Of all pictures together: one that is blurred, or of a turned head, may look like a print.
  if (padThreshold !== null && !(median(faces.map(({ live }) => live)) >= padThreshold)) return refused('pad')
  const verdict = judgeCaptureScript(script.steps, faces)
  if (verdict !== 'ok') return refused(verdict)
  const vectors = faces.filter((_, i) => isFrontal(script.steps[i]!)).map(({ vector }) => vector)
  const probe = meanDirection(vectors)
  if (!(cosine(claimed.probe, probe) >= minParity)) return refused('parity')
  return { kind: 'verified', capture: { ...claimed, vectors, probe, isOnePerson: true } }
}

export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!

const jpeg = 'image/jpeg'

export function onlyFace({ faces, primary, light }: PictureFacts): Omit<SeenFace, 'atMs'> | undefined {
  if (primary === undefined || light === undefined || faces.length !== 1 || !isWhole(primary)) return undefined
  const { detection, pose, pad, template } = primary
  return {
    faceHeightPx: detection.box.height,
    yawDegrees: pose.yawDegrees,
    pitchDegrees: pose.pitchDegrees,
    light,
    vector: template.vector,
    live: pad.live,
  }
}

const isWhole = ({ quality }: FaceAnalysis): boolean =>
  quality.interEyeDistancePx >= minInterEyePx && quality.insideRatio >= minInsideRatio

/** What is wrong with a file, rather than with the server that looks at it. */
const isOfPicture = (code: ErrorCode): boolean => code.startsWith('IMAGE_') || code === 'BODY_TOO_LARGE'

const cropsInvalid = (cause?: unknown): MienError => new MienError('CROPS_INVALID', { cause })
