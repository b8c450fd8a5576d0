import type { SessionSettings } from '@mien/shared/api/sessions'
import { MienError } from '@mien/shared/errors'
import type { FaceAnalysis } from '@mien/shared/vision/types'
import type { Frame, FrameFeed } from '../camera/frame-feed.ts'
import type { Camera } from '../camera/open-camera.ts'
import type { FrameReport } from '../worker/protocol.ts'
import {
  addFrame,
  beginWindow,
  type CaptureWindow,
  chooseFrames,
  isBroken,
  type KeptCandidate,
  mayBegin,
  windowProgress,
} from './capture-window.ts'
import { progressOf } from './guidance.ts'
import type { CeremonyPorts } from './ports.ts'
import { giveUp, type Positioning, seeFrame, startPositioning } from './positioning.ts'
import type { SelectionRules } from './select-frames.ts'
import type { Stage } from './stage.ts'

export interface CapturedFrame {
  /** On the clock of `CeremonyPorts.now`. */
  readonly atMs: number
  readonly analysis: FaceAnalysis
}

export interface CaptureOptions {
  readonly ports: CeremonyPorts
  readonly stage: Stage
  readonly camera: Camera
  readonly feed: FrameFeed
  readonly settings: SessionSettings
  readonly idleTimeoutMs: number
  /** Offered to the person when there is more than one camera. */
  readonly switchCamera: (deviceId: string) => void
  /** Ends with the ceremony, with the camera, and with a change of camera. */
  readonly signal: AbortSignal
  /** Awaited before each window: the moment to see that the challenge is still fresh. */
  readonly beforeWindow: () => Promise<void>
}

/** So many windows may fail the presentation-attack check before it is called one. */
const maxSpoofedWindows = 3
/** A worker that dies once is replaced; one that dies again is the caller's to hear of. */
const maxLostWindows = 1
/** How often to see whether it is time to give up, also when no frame comes. */
const watchMs = 500

/**
 * Guides the person until a window of good frames is there, and analyses the best of it.
 *
 * @throws MienError IDLE_TIMEOUT, MANY_FACES, QUALITY_TOO_LOW, SPOOF_SUSPECTED, CAMERA_LOST, or the signal's reason
 */
export async function captureFrames(options: CaptureOptions): Promise<readonly CapturedFrame[]> {
  let losses = 0
  for (let spoofed = 0; spoofed < maxSpoofedWindows; ) {
    const frames = await captureWindow(options, losses < maxLostWindows)
    if (frames === undefined) {
      losses += 1
      continue
    }
    spoofed += 1
    if (isLive(frames, options.settings.pad_threshold)) return frames
  }
  throw new MienError('SPOOF_SUSPECTED')
}

/**
 * Undefined when the worker died with the frames in it, if that may be. However it ends, no pixels stay in the worker.
 */
async function captureWindow(
  options: CaptureOptions,
  mayBeLost: boolean,
): Promise<readonly CapturedFrame[] | undefined> {
  const { ports, signal } = options
  try {
    const frames: CapturedFrame[] = []
    for (const { frameId, atMs } of await findFrames(options)) {
      frames.push({ atMs, analysis: await ports.vision.call('analyse', [frameId, { attributes: false }, signal]) })
    }
    return frames
  } catch (error) {
    signal.throwIfAborted()
    if (mayBeLost && isLoss(error)) return undefined
    throw error
  } finally {
    // Not waited for: the camera goes off at once, also when the worker no longer answers.
    ports.vision.call('discard', []).catch(() => undefined)
  }
}

/** It died while it analysed, or before that and without anyone noticing. */
const isLoss = (error: unknown): boolean =>
  error instanceof MienError && (error.code === 'WORKER_CRASHED' || error.code === 'NOT_FOUND')

/** Every frame has to pass: the server looks at the lowest too. A number that is none does not pass. */
const isLive = (frames: readonly CapturedFrame[], threshold: number | null): boolean =>
  threshold === null || frames.every(({ analysis }) => analysis.pad.live >= threshold)

async function findFrames(options: CaptureOptions): Promise<readonly KeptCandidate[]> {
  const { ports, idleTimeoutMs, signal } = options
  const idle = new AbortController()
  let position = startPositioning(ports.now())
  const watch = setInterval(() => {
    const error = giveUp(position, { idleTimeoutMs }, ports.now())
    if (error !== undefined) idle.abort(error)
  }, watchMs)
  const look = createLook(options, AbortSignal.any([signal, idle.signal]))
  const rules = rulesOf(options.settings)
  const guidanceRules = { rejectObscured: options.settings.reject_obscured }
  let window: CaptureWindow | undefined
  show(options, position, window, ports.now())
  try {
    for (;;) {
      const seen = await look(window !== undefined)
      if (seen === undefined) {
        window = undefined
        continue
      }
      const { report, atMs } = seen
      position = seeFrame(position, report, guidanceRules, atMs)
      if (window !== undefined) window = addFrame(window, position, { ...report, atMs })
      const chosen = window && chooseFrames(window, rules, atMs)
      if (chosen !== undefined) return chosen
      if (window === undefined && mayBegin(position, atMs)) {
        await options.beforeWindow()
        window = beginWindow(ports.now())
      } else if (window !== undefined && isBroken(window, position, atMs)) {
        window = undefined
        await ports.vision.call('discard', [])
      }
      show(options, position, window, atMs)
    }
  } finally {
    clearInterval(watch)
  }
}

const rulesOf = (settings: SessionSettings): SelectionRules => ({
  // The wire takes 3 to 5, whatever the settings say.
  minFrames: Math.max(3, settings.min_frames),
  maxFrames: Math.min(5, Math.max(settings.min_frames, settings.max_frames)),
  // Clocks of page and camera may differ by a rounding.
  minIntervalMs: settings.min_frame_interval_ms + 1,
})

interface Look {
  readonly report: FrameReport
  readonly atMs: number
}

/**
 * One frame, seen; undefined when the worker died over it, with all pixels that it kept. With a tracker of its own the
 * dear facts are asked for only once the face stands right.
 */
function createLook({ ports, feed }: CaptureOptions, signal: AbortSignal) {
  const hasTracker = ports.visionOptions.tracker !== 'onnx'
  let depth: 'track' | 'full' = hasTracker ? 'track' : 'full'
  let crashes = 0

  async function lookOnce(frame: Frame, keep: boolean): Promise<FrameReport> {
    const { source } = frame
    const report = await ports.vision.call('observe', [source, { depth, keep }, signal], [source])
    if (hasTracker) depth = report.faces.length > 0 ? 'full' : 'track'
    return report
  }

  return async (keep: boolean): Promise<Look | undefined> => {
    signal.throwIfAborted()
    const frame = await feed.next(signal)
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

function show(options: CaptureOptions, position: Positioning, window: CaptureWindow | undefined, atMs: number): void {
  const { stage, camera, switchCamera } = options
  const { stream, devices: cameras, mirrored } = camera
  const face = position.face === undefined ? {} : { face: position.face }
  if (window !== undefined) {
    const progress = windowProgress(window, atMs)
    stage.show({ name: 'capturing', stream, mirrored, guidance: 'hold-still', progress, ...face })
    return
  }
  const { shown: guidance } = position.guidance
  const progress = progressOf(guidance)
  const choice = cameras.length > 1 ? { switchCamera } : {}
  stage.show({ name: 'positioning', stream, mirrored, guidance, progress, cameras, ...face, ...choice })
}
