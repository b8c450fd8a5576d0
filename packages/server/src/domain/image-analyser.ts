import type { FaceAnalysis, FaceObservation } from '@mien/shared/vision/types'

/** What one uploaded picture shows. */
export interface PictureFacts {
  /** Every face found, largest first. */
  readonly faces: readonly FaceObservation[]
  /** The face that the picture is about, with its dear facts; absent when there is none. */
  readonly primary?: FaceAnalysis
}

export interface AnalysePictureOptions {
  /** What the caller says the file is; another content is refused. */
  readonly declaredType?: string | undefined
  /** Whether to guess age and gender too. */
  readonly attributes?: boolean
  readonly signal?: AbortSignal
}

/** Looks at uploaded pictures. Keeps none of them. */
export interface ImageAnalyser {
  /** @throws MienError of the image, the networks or the load: OVERLOADED, WORKER_CRASHED, ABORTED, RUNTIME_UNAVAILABLE */
  analyse(file: Uint8Array, options?: AnalysePictureOptions): Promise<PictureFacts>
  /** Rejects with the reason when it cannot work. Starts it where it has not started yet. */
  check(): Promise<void>
}
