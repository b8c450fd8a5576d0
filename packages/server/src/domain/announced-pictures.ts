import { createHash } from 'node:crypto'
import type { CaptureScript } from '@mien/shared/api/challenges'
import type { CropStatement } from '@mien/shared/api/submissions'
import { MienError } from '@mien/shared/errors'

/** Whether these are the pictures that the envelope states, all of them and in their order. */
export const areAnnounced = (crops: readonly Uint8Array[], statements: readonly CropStatement[]): boolean =>
  crops.length === statements.length &&
  crops.every((file, i) => createHash('sha256').update(file).digest('hex') === statements[i]!.sha256)

/**
 * Refuses pictures that are not those of the envelope: an upload that broke on its way. It tells nobody anything but what they sent, so it
 * may be known before anything is spent. Whether there should be pictures the challenge says.
 *
 * @throws MienError CROPS_INVALID
 */
export function refuseBrokenPictures(crops: readonly Uint8Array[], statements: readonly CropStatement[] = []): void {
  if (crops.length > 0 && !areAnnounced(crops, statements)) throw new MienError('CROPS_INVALID')
}

/**
 * Refuses what cannot be a capture under this script: more or fewer pictures than it has steps, or larger ones, in bytes. How many pixels they
 * have is known only to who decodes them, and nothing of a caller's is decoded before a challenge is spent for it: else one challenge would
 * pay for any number of looks.
 *
 * @throws MienError CROPS_INVALID
 */
export function refuseUnfitPictures(script: CaptureScript, crops: readonly Uint8Array[]): void {
  const { steps, max_crop_bytes: maxBytes } = script
  const fits = crops.length === steps.length && crops.every((file) => file.length <= maxBytes)
  if (!fits) throw new MienError('CROPS_INVALID')
}
