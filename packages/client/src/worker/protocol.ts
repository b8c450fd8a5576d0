import type { FaceAnalysis, FaceDetection, FaceInspection, FaceObservation, RgbaImage } from '@mien/shared/vision/types'

export type Backend = 'wasm' | 'webgpu'
export type TrackerKind = 'onnx' | 'mediapipe'

/** Whatever a frame can travel as. The first two are moved, not copied, and closed by the worker. */
export type FrameSource = VideoFrame | ImageBitmap | RgbaImage

export interface LoadOptions {
  /** Address of the server; the models lie below it. */
  readonly endpoint: string
  /** Name of the model pack; the first one of the manifest when absent. */
  readonly pack?: string
  readonly backend: 'auto' | Backend
  readonly tracker: TrackerKind
  /** Takes a software WebGPU adapter too. */
  readonly allowSoftwareWebGpu: boolean
  /** Loads the age and gender networks too, for `inspect` and `analyse` with attributes. */
  readonly attributes: boolean
  /** Upper limit for inference threads; 1 for comparisons with others. */
  readonly maxThreads?: number
}

export type LoadProgress =
  | { readonly step: 'models'; readonly loadedBytes: number; readonly totalBytes: number }
  | { readonly step: 'runtime' }

/** What runs after loading; `backend` is that of the presentation-attack and embedding networks. */
export interface LoadReport {
  readonly modelId: string
  readonly backend: Backend
  readonly threads: number
  readonly tracker: TrackerKind
}

export interface ObserveOptions {
  /** `track`: boxes only, from the tracker. `full`: detector, landmarks and quality. The ONNX tracker always gives the full facts. */
  readonly depth: 'track' | 'full'
  /** Keeps the pixels in the worker under `frameId`, for `analyse`. */
  readonly keep: boolean
}

export interface AnalyseOptions {
  /** Guesses age and gender too; needs `LoadOptions.attributes`. */
  readonly attributes: boolean
}

export interface FrameReport {
  readonly width: number
  readonly height: number
  /** Largest first. */
  readonly faces: readonly FaceDetection[]
  /** Full facts of the largest face; null when there is none or only the tracker looked. */
  readonly observation: FaceObservation | null
  /** Of the kept pixels; null when nothing was kept. */
  readonly frameId: number | null
  /** Every pixel is that of the frame before: no living scene in front of a real sensor does that for long. */
  readonly isRepeat: boolean
}

/** Milliseconds a stage took, all networks and the code around them included. */
export type StageTimes = Readonly<Record<string, number>>

export interface TimedAnalysis {
  readonly analysis: FaceAnalysis
  readonly stageMs: StageTimes
  /** Of the above, spent inside the networks. */
  readonly networkMs: number
}

/** A square of a frame, in its whole pixels. */
export interface Square {
  readonly x: number
  readonly y: number
  readonly side: number
}

export interface PictureOptions {
  readonly square: Square
  /** Pixels of the sides of the picture. */
  readonly size: number
  readonly maxBytes: number
  /** Whether the pixels stay, for `analyse`. */
  readonly keep: boolean
}

export interface Picture {
  /** A JPEG. */
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Of the bytes, in hexadecimal digits. */
  readonly sha256: string
}

/** The only list of calls into the worker. Arguments and results are plain data, frames and signals aside. */
export interface VisionWorkerApi {
  /** Loads once; a second call with the same options answers from the first. */
  load(options: LoadOptions, onProgress: (progress: LoadProgress) => void, signal: AbortSignal): Promise<LoadReport>
  observe(frame: FrameSource, options: ObserveOptions, signal: AbortSignal): Promise<FrameReport>
  /** Presentation attack of the face of a kept frame, and no template. The pixels are gone afterwards. */
  inspect(frameId: number, options: AnalyseOptions, signal: AbortSignal): Promise<FaceInspection>
  /** The same with the template. */
  analyse(frameId: number, options: AnalyseOptions, signal: AbortSignal): Promise<FaceAnalysis>
  /** A part of a kept frame as a JPEG, for a server that looks itself. The pixels are gone afterwards, unless they are to be kept. */
  picture(frameId: number, options: PictureOptions): Promise<Picture>
  /** Forgets kept pixels: all there are, the newest frame's too, or those of one frame. */
  discard(frameId?: number): Promise<void>
  /** The whole pipeline on one image with one face. Rejects with NO_FACE, MANY_FACES. */
  analyseImage(image: RgbaImage, signal: AbortSignal): Promise<FaceAnalysis>
  /** The same with a clock, for the bench. */
  timeImage(image: RgbaImage, signal: AbortSignal): Promise<TimedAnalysis>
  /** Milliseconds from a camera frame to pixels, for the bench. */
  timeCopy(frame: FrameSource): Promise<number>
  release(): Promise<void>
}
