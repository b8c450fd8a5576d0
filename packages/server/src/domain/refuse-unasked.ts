import type { SubmissionRequest } from '@mien/shared/api/submissions'
import { MienError } from '@mien/shared/errors'
import type { SpentChallenge } from './ports.ts'

export interface SentEvidence {
  readonly request: SubmissionRequest
  /** The pictures that came with it. */
  readonly crops: readonly Uint8Array[]
}

/** @throws MienError REQUEST_INVALID for what nobody asked for; CROPS_INVALID when there are no pictures where they were */
export function refuseUnasked(challenge: SpentChallenge, { request, crops }: SentEvidence): void {
  const { script, captureScript } = challenge
  if (script === null && request.script_response !== undefined) {
    throw new MienError('REQUEST_INVALID', { message: 'The challenge asked for nothing that could be responded to' })
  }
  const hasPictures = crops.length > 0
  const announcesPictures = request.crops !== undefined
  if (challenge.commitsCrops) {
    if (hasPictures || !commitsToEachFrame(request)) throw new MienError('CROPS_INVALID')
    return
  }
  if (captureScript === null && (hasPictures || announcesPictures)) {
    throw new MienError('REQUEST_INVALID', { message: 'The challenge asked for no pictures' })
  }
  if (captureScript !== null && !(hasPictures && announcesPictures)) throw new MienError('CROPS_INVALID')
}

/** One picture for each frame that there is a template of. */
const commitsToEachFrame = ({ frames, crops = [] }: SubmissionRequest): boolean =>
  crops.length === frames.length && crops.every(({ at_ms: atMs }, i) => atMs === frames[i]!.at_ms)
