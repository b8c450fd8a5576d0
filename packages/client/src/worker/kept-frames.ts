import { MienError } from '@mien/shared/errors'
import type { FaceObservation, RgbaImage } from '@mien/shared/vision/types'

export interface KeptFrame {
  readonly image: RgbaImage
  readonly observation: FaceObservation
}

/** Pixels that wait in the worker for the dear stages. They never leave it. */
export interface KeptFrames {
  keep(frame: KeptFrame): number
  /** @throws MienError NOT_FOUND */
  read(id: number): KeptFrame
  /** The same, and it is forgotten. @throws MienError NOT_FOUND */
  take(id: number): KeptFrame
  discard(id?: number): void
}

/** A second and a half of 1280x720 at 30 frames a second is 166 MB: enough for any capture, the oldest go first. */
export const maxKeptFrames = 48

export function createKeptFrames(limit = maxKeptFrames): KeptFrames {
  const frames = new Map<number, KeptFrame>()
  let lastId = 0
  const read = (id: number): KeptFrame => {
    const frame = frames.get(id)
    if (frame === undefined) throw new MienError('NOT_FOUND', { message: 'This frame is not kept' })
    return frame
  }
  return {
    keep(frame) {
      lastId += 1
      frames.set(lastId, frame)
      const [oldest] = frames.keys()
      if (frames.size > limit && oldest !== undefined) frames.delete(oldest)
      return lastId
    },
    read,
    take(id) {
      const frame = read(id)
      frames.delete(id)
      return frame
    },
    discard(id) {
      if (id === undefined) frames.clear()
      else frames.delete(id)
    },
  }
}
