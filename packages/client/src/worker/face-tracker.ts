import type { FaceDetection, RgbaImage } from '@mien/shared/vision/types'

/** Finds faces fast between captures, for guidance only: a captured frame always goes through the pipeline's own detector. */
export interface FaceTracker {
  /** Largest first, pixels of `image`. */
  track(image: RgbaImage): Promise<readonly FaceDetection[]>
  release(): void
}
