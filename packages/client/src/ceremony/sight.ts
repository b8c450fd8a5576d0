import { MienError } from '@mien/shared/errors'
import type { Frame, FrameFeed } from '../camera/frame-feed.ts'
import type { FrameReport } from '../worker/protocol.ts'
import { type MotionFacts, motionFacts } from './active-check.ts'
import type { Course } from './course.ts'
import {
  forgiveGap,
  giveUp,
  type Positioning,
  renewPatience,
  seeFrame,
  standAnew,
  startPositioning,
} from './positioning.ts'
import { timeLimitMs } from './time-limit.ts'

export interface SightOptions {
  readonly course: Course
  readonly feed: FrameFeed
  /** Ends with the ceremony, with the camera, and with a change of camera. */
  readonly signal: AbortSignal
  readonly onReport: (report: FrameReport) => void
}

export interface Seen {
  readonly report: FrameReport
  readonly atMs: number
}

/** The person, frame by frame; gives up when there is nobody, or nobody who does their part. */
export interface Sight {
  readonly position: Positioning
  /** The newest frames in which the person stood right, without a break. */
  readonly steady: readonly MotionFacts[]
  /**
   * One frame; undefined when the worker died over it, with all pixels that it kept.
   *
   * @throws MienError IDLE_TIMEOUT, MANY_FACES, QUALITY_TOO_LOW, or the signal's reason
   */
  next(keep: boolean): Promise<Seen | undefined>
  /** One frame of the camera that nobody has looked at. Whoever gets it closes it. */
  grab(): Promise<Frame>
  /** The same as `next`, for a frame that is here already. */
  look(frame: Frame, keep: boolean): Promise<Seen | undefined>
  /** It is not the person's fault that it takes longer: patience begins now, or in so many milliseconds. */
  bePatient(afterMs?: number): void
  /** The person has moved: what counts is how they stand from now on. */
  standAnew(): void
  close(): void
}

/** How often to see whether it is time to give up, also when no frame comes. */
const watchMs = 500
/** Half a second at 30 frames a second: enough for a median. */
const maxSteady = 15

export function openSight({ course, feed, signal, onReport }: SightOptions): Sight {
  const { ports, options, session } = course
  const limits = { idleTimeoutMs: timeLimitMs(options, 'idleTimeout') }
  const rules = { rejectObscured: session.settings.reject_obscured }
  const idle = new AbortController()
  let position = startPositioning(ports.now())
  let steady: readonly MotionFacts[] = []
  const watch = setInterval(() => {
    const error = giveUp(position, limits, ports.now())
    if (error !== undefined) idle.abort(error)
  }, watchMs)
  const either = AbortSignal.any([signal, idle.signal])
  const lookAt = createLook(course, either)

  async function grab(): Promise<Frame> {
    either.throwIfAborted()
    return feed.next(either)
  }

  async function look(frame: Frame, keep: boolean): Promise<Seen | undefined> {
    const seen = await lookAt(frame, keep)
    if (seen === undefined) {
      position = forgiveGap(position, ports.now())
      return undefined
    }
    const { report, atMs } = seen
    onReport(report)
    position = seeFrame(position, report, rules, atMs)
    const facts = position.isGood ? motionFacts(report, atMs) : undefined
    steady = facts === undefined ? [] : [...steady, facts].slice(-maxSteady)
    return seen
  }

  return {
    get position() {
      return position
    },
    get steady() {
      return steady
    },
    next: async (keep) => look(await grab(), keep),
    grab,
    look,
    bePatient(afterMs = 0) {
      position = renewPatience(position, ports.now() + afterMs)
    },
    standAnew() {
      position = standAnew(position)
      steady = []
    },
    close: () => clearInterval(watch),
  }
}

/** With a tracker of its own the dear facts are asked for only once there is a face. */
function createLook({ ports }: Course, signal: AbortSignal) {
  const hasTracker = ports.visionOptions.tracker !== 'onnx'
  let depth: 'track' | 'full' = hasTracker ? 'track' : 'full'
  let crashes = 0

  async function lookOnce({ source }: Frame, keep: boolean): Promise<FrameReport> {
    const report = await ports.vision.call('observe', [source, { depth, keep }, signal], [source])
    if (hasTracker) depth = report.faces.length > 0 ? 'full' : 'track'
    return report
  }

  return async (frame: Frame, keep: boolean): Promise<Seen | undefined> => {
    try {
      return { report: await lookOnce(frame, keep), atMs: frame.atMs }
    } catch (error) {
      signal.throwIfAborted()
      // The host starts another worker; the next frame goes to that one.
      const isCrash = error instanceof MienError && error.code === 'WORKER_CRASHED'
      crashes += 1
      if (!isCrash || crashes > 1) throw error
      return undefined
    } finally {
      // Moved to the worker already, except when there was none: cameras stall when their frames are not given back.
      frame.source.close()
    }
  }
}
