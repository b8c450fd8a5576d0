import type { SubmissionRequest } from '@mien/shared/api/submissions'
import { decodeBase64Url } from '@mien/shared/bytes'
import { MienError } from '@mien/shared/errors'
import { defaultCaptureRules, judgeCapture } from '@mien/shared/policy/capture'
import { decodeTemplate } from '@mien/shared/template/format'
import { meanDirection } from '@mien/shared/template/unit-vector'
import type { TemplateModel } from './model.ts'

/** What the templates of one submission say, before anyone is compared. */
export interface Capture {
  /** Each frame's unit vector, not rotated. */
  readonly vectors: readonly Float32Array[]
  /** Their renormalised mean: the template that is compared and stored. */
  readonly probe: Float32Array
  /** False when two frames do not show the same person. */
  readonly isOnePerson: boolean
  /** The lowest claimed probability of a live face, 0..1; null when the page checked none. */
  readonly live: number | null
}

/**
 * Reads the templates of a submission. Pure: a malformed one is refused before anything changes.
 *
 * @throws MienError the codes of decodeBase64Url and decodeTemplate; FRAMES_INVALID (count, timing, all frames one picture)
 */
export function readCapture(
  { templates, frames }: Pick<SubmissionRequest, 'templates' | 'frames'>,
  model: TemplateModel,
): Capture {
  if (templates.length !== frames.length) throw new MienError('FRAMES_INVALID')
  const vectors = templates.map((text) => decodeTemplate(decodeBase64Url(text), model).vector)
  const verdict = judgeCapture(
    frames.map(({ at_ms }, i) => ({ atMs: at_ms, vector: vectors[i]! })),
    defaultCaptureRules,
  )
  if (verdict === 'timing' || verdict === 'still') throw new MienError('FRAMES_INVALID')
  const claims = frames.map((frame) => frame.live)
  const live = claims.includes(null) ? null : Math.min(...claims.map((claim) => claim ?? 0))
  const isOnePerson = verdict === 'ok'
  return { vectors, probe: isOnePerson ? meanDirection(vectors) : vectors[0]!, isOnePerson, live }
}

/** int8 per component, scaled to the largest: equal for the same numbers, different for the next frame of a live face. */
export function quantised(vector: Float32Array): Uint8Array {
  const largest = vector.reduce((max, value) => Math.max(max, Math.abs(value)), 0)
  return Uint8Array.from(vector, (value) => Math.round((value / largest) * 127) & 255)
}
