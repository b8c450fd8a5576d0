import type { ErrorCode, ErrorDetails } from '@mien/shared/errors'
import type { FaceAnalysis, FaceObservation, LightFacts } from '@mien/shared/vision/types'
import type { ImageType } from '../domain/image-analyser.ts'
import type { NodeRuntimeOptions } from './open-session.ts'

/** What a worker is started with. */
export interface VisionWorkerData {
  readonly manifestPath: string
  readonly pack: string
  readonly weightsDirectory: string
  readonly runtime: NodeRuntimeOptions
}

/** Runs every network once instead of looking at a picture. */
export interface CheckRequest {
  readonly id: number
  readonly check: true
}

export interface VisionRequest {
  readonly id: number
  readonly file: Uint8Array
  readonly declaredType?: string | undefined
  readonly acceptedTypes?: readonly ImageType[] | undefined
  readonly maxBytes?: number | undefined
  readonly maxFaces?: number | undefined
  /** Guesses age and gender of the primary face too. */
  readonly attributes?: boolean | undefined
  /** Measures the light on and around the primary face too. */
  readonly light?: boolean | undefined
  /** Sends the picture back, fit to be kept. */
  readonly keep?: boolean | undefined
}

/** What one uploaded image shows. */
export interface ImageAnalysis {
  readonly width: number
  readonly height: number
  /** Every face found, largest first. */
  readonly faces: readonly FaceObservation[]
  /** The face that the image is about, with its dear facts; absent when there is none. */
  readonly primary?: FaceAnalysis
  /** Only when asked for. */
  readonly light?: LightFacts
  /** See `keepPicture`. */
  readonly kept?: Uint8Array
}

/** Where the time of one picture went, milliseconds. */
export interface AnalysisTimes {
  readonly decodeMs: number
  /** Inside the inference runtime. */
  readonly networkMs: number
  /** All of it, from bytes to facts. */
  readonly totalMs: number
}

export type VisionReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'result'; readonly id: number; readonly value: ImageAnalysis; readonly times: AnalysisTimes }
  | { readonly kind: 'checked'; readonly id: number }
  | {
      readonly kind: 'error'
      /** Absent when the worker could not start. */
      readonly id?: number
      readonly code: ErrorCode
      readonly message: string
      readonly details?: ErrorDetails | undefined
    }
