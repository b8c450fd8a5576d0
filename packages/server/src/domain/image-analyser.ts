import type { FaceAnalysis, FaceObservation, LightFacts } from '@mien/shared/vision/types'

/** The networks that every picture needs. */
export const networkRoles = ['detector', 'landmarks', 'pad', 'embedder'] as const
export type NetworkRole = (typeof networkRoles)[number]

/** What can be decoded at all. */
export type ImageType = 'image/jpeg' | 'image/png' | 'image/webp'

/** What one uploaded picture shows. */
export interface PictureFacts {
  /** Pixels, upright. Absent where nobody looked at pixels. */
  readonly width?: number
  readonly height?: number
  /** Every face found, largest first. */
  readonly faces: readonly FaceObservation[]
  /** The face that the picture is about, with its dear facts; absent when there is none. */
  readonly primary?: FaceAnalysis
  /** Of that face; only when asked for. */
  readonly light?: LightFacts
  /** The picture upright, as a JPEG of at most 1280 pixels a side without any metadata; only when asked for, and with a face. */
  readonly kept?: Uint8Array
}

export interface AnalysePictureOptions {
  /** What the caller says the file is; another content is refused. */
  readonly declaredType?: string | undefined
  /** Other types are refused. Default: all that can be decoded. */
  readonly acceptedTypes?: readonly ImageType[] | undefined
  /** Size of the file; 10 MB without one. */
  readonly maxBytes?: number | undefined
  /** Whether to guess age and gender too. */
  readonly attributes?: boolean
  /** Whether to measure the light on and around the face too. */
  readonly light?: boolean
  /** Whether the answer has the picture again, fit to be kept. */
  readonly keep?: boolean
  readonly signal?: AbortSignal
  /** Called when it waits no longer and somebody is at it; not where it never comes so far. */
  readonly onBegin?: () => void
}

/** Looks at uploaded pictures. Keeps none of them. */
export interface ImageAnalyser {
  /** @throws MienError of the image, the networks or the load: OVERLOADED, WORKER_CRASHED, ABORTED, RUNTIME_UNAVAILABLE */
  analyse(file: Uint8Array, options?: AnalysePictureOptions): Promise<PictureFacts>
  /**
   * Runs each network. Rejects with the reason when it cannot work; `details.networks` has the roles of those that fail where others
   * answer. Starts it where it has not started yet.
   */
  check(): Promise<void>
}
