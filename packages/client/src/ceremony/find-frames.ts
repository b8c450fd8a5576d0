import type { SessionSettings } from '@mien/shared/api/sessions'
import { neutralColour } from '@mien/shared/policy/capture-script'
import type { FrameReport } from '../worker/protocol.ts'
import type { Answered, AnswerScript } from './answer-script.ts'
import type { CaptureOptions } from './capture-options.ts'
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
import type { SelectionRules } from './select-frames.ts'
import { openSight, type Sight } from './sight.ts'

export interface FindOptions extends CaptureOptions {
  readonly answerScript: AnswerScript
  readonly onReport: (report: FrameReport) => void
}

/** Frames that wait in the worker, and the challenge that they were taken under. */
export interface Found extends Answered {
  readonly candidates: readonly KeptCandidate[]
}

/** A window and the challenge that was good when it began. */
interface OpenWindow extends Answered {
  readonly window: CaptureWindow
}

/** Guides the person; when they stand right and have done what the challenge asks for, takes a window of frames. */
export async function findFrames(options: FindOptions): Promise<Found> {
  const { course } = options
  const { ports, session } = course
  const rules = rulesOf(session.settings)
  const sight = openSight({ ...options, course })
  let open: OpenWindow | undefined
  try {
    for (let nowMs = ports.now(); ; ) {
      show(options, sight, open?.window, nowMs)
      const seen = await sight.next(open !== undefined)
      nowMs = seen?.atMs ?? ports.now()
      // The worker died, and what it kept with it.
      if (seen === undefined) open = undefined
      else if (open === undefined) open = await openWindow(options, sight, nowMs)
      else {
        const window = addFrame(open.window, sight.position, { ...seen.report, atMs: nowMs })
        const candidates = chooseFrames(window, rules, nowMs)
        if (candidates !== undefined) return { ...open, candidates }
        open = isBroken(window, sight.position, nowMs) ? undefined : { ...open, window }
        if (open === undefined) await ports.vision.call('discard', [])
      }
    }
  } finally {
    sight.close()
  }
}

/** Undefined while the person does not stand right, the challenge is not there, or its script was done just now. */
async function openWindow(
  { course, challenges, answerScript }: FindOptions,
  sight: Sight,
  nowMs: number,
): Promise<OpenWindow | undefined> {
  if (!sight.position.isGood) return undefined
  // Asked for at the first good frame, so that it is there when the person has stood long enough.
  const challenge = challenges.current()
  if (!mayBegin(sight.position, nowMs)) return undefined
  if (challenge === undefined) {
    sight.bePatient()
    return undefined
  }
  const answered = await answerScript(challenge, sight)
  if (answered === undefined || !mayBegin(sight.position, nowMs)) return undefined
  return { ...answered, window: beginWindow(course.ports.now()) }
}

const rulesOf = (settings: SessionSettings): SelectionRules => ({
  // The wire takes 3 to 5, whatever the settings say.
  minFrames: Math.max(3, settings.min_frames),
  maxFrames: Math.min(5, Math.max(settings.min_frames, settings.max_frames)),
  // Clocks of page and camera may differ by a rounding.
  minIntervalMs: settings.min_frame_interval_ms + 1,
})

function show(
  { course, camera, switchCamera, refusedCamera }: FindOptions,
  { position }: Sight,
  window: CaptureWindow | undefined,
  nowMs: number,
): void {
  const { stream, devices: cameras, mirrored } = camera
  const seen = {
    ...(position.face === undefined ? {} : { face: position.face }),
    // From the first moment, so that camera and eyes are used to it.
    ...(course.session.settings.server_verified ? { colour: neutralColour } : {}),
    ...(course.session.settings.spot_checked ? { perhapsPictures: true as const } : {}),
  }
  if (window !== undefined) {
    const progress = windowProgress(window, nowMs)
    course.stage.show({ name: 'capturing', stream, mirrored, guidance: 'hold-still', progress, ...seen })
    return
  }
  const { shown: guidance } = position.guidance
  const progress = progressOf(guidance)
  const choice = {
    ...(cameras.length > 1 ? { switchCamera } : {}),
    ...(refusedCamera === undefined ? {} : { refusedCamera }),
  }
  course.stage.show({ name: 'positioning', stream, mirrored, guidance, progress, cameras, ...seen, ...choice })
}
