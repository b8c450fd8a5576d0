import type { FrameFeed } from '../camera/frame-feed.ts'
import type { Camera } from '../camera/open-camera.ts'
import type { Challenges } from './challenges.ts'
import type { Course } from './course.ts'

/** What a capture is for. */
export interface CapturePurpose {
  /** Least probability of a live face in each frame; null: not checked. */
  readonly padThreshold: number | null
  /** Whether age and gender are guessed. */
  readonly attributes: boolean
}

export interface CaptureOptions {
  readonly course: Course
  readonly purpose: CapturePurpose
  readonly challenges: Challenges
  readonly camera: Camera
  readonly feed: FrameFeed
  /** Offered to the person when there is more than one camera. */
  readonly switchCamera: (deviceId: string) => void
  /** Ends with the ceremony, with the camera, and with a change of camera. */
  readonly signal: AbortSignal
}
