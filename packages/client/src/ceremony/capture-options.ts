import type { MienError } from '@mien/shared/errors'
import type { FaceInspection } from '@mien/shared/vision/types'
import type { FrameFeed } from '../camera/frame-feed.ts'
import type { Camera } from '../camera/open-camera.ts'
import type { Challenges } from './challenges.ts'
import type { Course } from './course.ts'

/** What a capture is for, and so what is found out about its frames. */
export interface CapturePurpose<Facts extends FaceInspection> {
  /** Least probability of a live face in each frame; null: not checked. */
  readonly padThreshold: number | null
  /** The dear facts of a frame that waits in the worker. */
  readonly examine: (frameId: number, signal: AbortSignal) => Promise<Facts>
}

export interface CaptureOptions {
  readonly course: Course
  readonly challenges: Challenges
  readonly camera: Camera
  readonly feed: FrameFeed
  /** Offered to the person when there is more than one camera. */
  readonly switchCamera: (deviceId: string) => void
  /** Why the camera that the person chose is not this one. */
  readonly refusedCamera: MienError | undefined
  /** Ends with the ceremony, with the camera, and with a change of camera. */
  readonly signal: AbortSignal
}
