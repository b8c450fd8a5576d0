import type { CapturePose, CaptureScript, CaptureStep } from '@mien/shared/api/challenges'
import type { CropStatement } from '@mien/shared/api/submissions'
import { leastPoseMs, neutralColour, timingToleranceMs } from '@mien/shared/policy/capture-script'
import type { Frame } from '../camera/frame-feed.ts'
import type { Square } from '../worker/protocol.ts'
import { maxHeightBeforeCloser } from './active-check.ts'
import { asksTooMuch, type CaptureAbility, isFlash, isMotion } from './capture-ability.ts'
import type { CaptureOptions } from './capture-options.ts'
import { type HeldFace, heldFace, isStill, isTooNear, showsPose } from './capture-pose.ts'
import type { Challenge } from './challenges.ts'
import { chooseSquare } from './choose-square.ts'
import { countComparable, hindrances } from './guidance.ts'
import { holdNewestFrame, type NewestFrame } from './newest-frame.ts'
import type { Seen, Sight } from './sight.ts'
import { StartOver } from './start-over.ts'
import type { Guidance, VerifyingState } from './state.ts'

/** A picture for the server to look at. */
export interface Crop {
  readonly statement: CropStatement
  /** A JPEG. */
  readonly bytes: Uint8Array<ArrayBuffer>
}

export interface CaptureScriptRun extends CaptureOptions {
  readonly challenge: Challenge
  readonly script: CaptureScript
  readonly sight: Sight
}

type FlashStep = Extract<CaptureStep, { kind: 'flash' }>

/** What all pictures are measured against and cut out of. */
interface First {
  readonly face: HeldFace
  readonly square: Square
}

/** A run of the script on its way. */
interface Progress {
  readonly run: CaptureScriptRun
  readonly first: First
  /** In the order of the steps; pictures are made while the next step is on. */
  readonly crops: Promise<Crop>[]
  /** When the frame of the newest of them was taken. */
  takenAtMs: number
}

/** Of a face that shows what was asked: one frame may be a slip of the landmarks. */
const poseFrames = 2
/** Without a face, or between two frames: longer than the worker takes on a slow machine. */
const longestGapMs = 3000
/** How old a frame may be that stands for the end of a flash. Half of what the server allows between two flashes. */
const freshMs = 100

/**
 * Lights the face and has the person turn, as the script says; one picture for each step.
 *
 * @throws StartOver; MienError IDLE_TIMEOUT, MANY_FACES, QUALITY_TOO_LOW, or the signal's reason
 */
export async function runCaptureScript(run: CaptureScriptRun): Promise<readonly Crop[]> {
  const { steps } = run.script
  const seen = await waitForFirst(run)
  const face = heldFace(seen.report)!
  const square = chooseSquare(seen.report.observation!.detection.box, seen.report)
  const progress: Progress = {
    run,
    first: { face, square },
    crops: [makeCrop(run, square, seen)],
    takenAtMs: seen.atMs,
  }
  for (let index = 1; index < steps.length; ) {
    const step = steps[index]!
    if (step.kind === 'pose') {
      await strikePose(progress, step.pose)
      index += 1
    } else {
      const flashes = flashesFrom(steps, index)
      await showFlashes(progress, flashes)
      index += flashes.length
    }
  }
  show(run, { ask: 'centre', colour: neutralColour, step: steps.length, progress: 1 })
  return Promise.all(progress.crops)
}

/** The flashes that follow each other from here on. */
function flashesFrom(steps: readonly CaptureStep[], from: number): readonly FlashStep[] {
  const end = steps.findIndex((step, index) => index >= from && step.kind === 'pose')
  return steps.slice(from, end < 0 ? undefined : end).filter((step) => step.kind === 'flash')
}

/** Straight, alone and still, as positioning has it, and with room to come closer where that is asked for. */
async function waitForFirst(run: CaptureScriptRun): Promise<Seen> {
  const needsRoom = run.script.steps.some((step) => step.kind === 'pose' && step.pose === 'closer')
  let before: HeldFace | undefined
  let guidance: Guidance | undefined
  run.sight.bePatient()
  for (;;) {
    show(run, { ask: 'centre', colour: neutralColour, step: 1, progress: 0, ...(guidance ? { guidance } : {}) })
    const seen = await look(run)
    const face = heldFace(seen.report)
    const hasRoom = face !== undefined && (!needsRoom || face.height <= maxHeightBeforeCloser * seen.report.height)
    guidance = face !== undefined && !hasRoom ? 'back' : undefined
    if (run.sight.position.isGood && hasRoom && before !== undefined && isStill(face, before)) return seen
    before = face
    letGo(run, seen)
  }
}

async function strikePose(progress: Progress, pose: CapturePose): Promise<void> {
  const { run, first, crops } = progress
  const seen = await waitForPose(progress, pose)
  const crop = makeCrop(run, first.square, seen)
  // Told at the end, where all of them are waited for.
  crop.catch(() => undefined)
  crops.push(crop)
  progress.takenAtMs = seen.atMs
}

async function waitForPose({ run, first, crops, takenAtMs }: Progress, pose: CapturePose): Promise<Seen> {
  const step = crops.length + 1
  const way = crops.length / run.script.steps.length
  run.sight.bePatient()
  let streak = 0
  let guidance: Guidance | undefined
  for (;;) {
    show(run, { ask: pose, colour: neutralColour, step, progress: way, ...(guidance ? { guidance } : {}) })
    const seen = await look(run)
    const face = heldFace(seen.report)
    streak = face !== undefined && showsPose(pose, face, first.face) ? streak + 1 : 0
    guidance = face !== undefined && pose === 'centre' && isTooNear(face, first.face) ? 'back' : undefined
    // Sooner, the server would not take it for somebody who was asked.
    if (streak >= poseFrames && seen.atMs - takenAtMs >= leastPoseMs) return seen
    letGo(run, seen)
  }
}

/** Begins when the face is back where the first picture was; each begins as the one before ends. */
async function showFlashes(progress: Progress, flashes: readonly FlashStep[]): Promise<void> {
  const { run, first, crops } = progress
  letGo(run, await waitForPose(progress, 'centre'))
  const newest = holdNewestFrame(() => run.sight.grab())
  let beganAtMs: number | undefined
  // One picture at a time: a frame waits for its turn here, and the screen goes on.
  let inTurn: Promise<unknown> = Promise.resolve()
  try {
    for (const flash of flashes) {
      showFlash(progress, flash)
      beganAtMs ??= await run.course.ports.nextPaint(run.signal)
      const { frame, endedAtMs } = await endOfFlash(run, flash, beganAtMs, newest)
      beganAtMs = endedAtMs
      const tookMs = frame.atMs - progress.takenAtMs
      progress.takenAtMs = frame.atMs
      // Of two flashes in a row the server knows when the second is over. A busy device tries again.
      if (flash !== flashes[0] && tookMs > flash.ms + timingToleranceMs) {
        frame.source.close()
        throw new StartOver(false)
      }
      const crop = inTurn.then(async () => makeCrop(run, first.square, await lookAt(run, frame)))
      crop.catch(() => frame.source.close())
      inTurn = crop
      crops.push(crop)
    }
  } finally {
    newest.stop()
  }
  // The light goes before anything is waited for.
  show(run, { ask: 'centre', colour: neutralColour, step: crops.length, progress: wayOf(progress) })
  await inTurn
}

const wayOf = ({ run, crops }: Progress): number => crops.length / run.script.steps.length

function showFlash(progress: Progress, { colour }: FlashStep): void {
  const step = progress.crops.length + 1
  show(progress.run, { ask: 'flash', colour, step, progress: wayOf(progress) })
}

/** The last frame before the time is over; where the camera is slow, the first one after. */
async function endOfFlash(
  { course, signal }: CaptureScriptRun,
  { ms }: FlashStep,
  beganAtMs: number,
  newest: NewestFrame,
): Promise<{ readonly frame: Frame; readonly endedAtMs: number }> {
  const { ability, ports } = course
  for (;;) {
    const nowMs = await ports.nextPaint(signal)
    if (!ability.flashes()) throw new StartOver(true)
    const elapsedMs = nowMs - beganAtMs
    // A page that was hidden draws nothing: the light was not what it should have been.
    if (elapsedMs > ms + timingToleranceMs) throw new StartOver(false)
    const isFresh = (newest.atMs() ?? Number.NEGATIVE_INFINITY) >= beganAtMs + ms - freshMs
    const frame = elapsedMs >= ms && isFresh ? newest.take() : undefined
    if (frame !== undefined) return { frame, endedAtMs: nowMs }
  }
}

/** The next frame, kept for its picture, as long as somebody is there alone and without a break. */
async function look(run: CaptureScriptRun): Promise<Seen> {
  const { course, sight } = run
  const { ability, ports } = course
  const askedAtMs = ports.now()
  const seen = await sight.next(true)
  if (seen === undefined) throw new StartOver(false)
  if (asksTooMuch(run.script, ability)) throw new StartOver(true)
  const { position } = sight
  const isGone = seen.atMs - position.lastFaceAt > longestGapMs || seen.atMs - askedAtMs > longestGapMs
  if (isGone || position.manySince !== undefined) throw new StartOver(false)
  return seen
}

/** Nobody needs the pixels of this frame. A worker that is gone has none. */
function letGo({ course }: CaptureScriptRun, { report: { frameId } }: Seen): void {
  if (frameId !== null) course.ports.vision.call('discard', [frameId]).catch(() => undefined)
}

async function lookAt({ sight }: CaptureScriptRun, frame: Frame): Promise<Seen> {
  const seen = await sight.look(frame, true)
  const isAlone = seen !== undefined && seen.report.observation !== null && countComparable(seen.report.faces) === 1
  if (!isAlone) throw new StartOver(false)
  return seen
}

async function makeCrop(
  { course, challenge, script }: CaptureScriptRun,
  square: Square,
  { report, atMs }: Seen,
): Promise<Crop> {
  const options = { square, size: script.crop_size, maxBytes: script.max_crop_bytes, keep: false }
  const { bytes, sha256 } = await course.ports.vision.call('picture', [report.frameId!, options])
  return { statement: { at_ms: Math.max(0, atMs - challenge.arrivedAtMs), sha256 }, bytes }
}

type Shown = Pick<VerifyingState, 'ask' | 'colour' | 'step' | 'progress' | 'guidance'>

function show({ course, camera, sight, script }: CaptureScriptRun, shown: Shown): void {
  const { ability, stage } = course
  const { face, guidance: steady } = sight.position
  const hindrance = shown.ask !== 'flash' && hindrances.has(steady.shown) ? { guidance: steady.shown } : {}
  const state: VerifyingState = {
    name: 'verifying',
    stream: camera.stream,
    mirrored: camera.mirrored,
    steps: script.steps.length,
    ...shown,
    ...hindrance,
    ...(face === undefined ? {} : { face }),
    ...choicesOf(script, ability),
  }
  stage.show(state)
}

/** Each may be left out as long as the other one stays. */
function choicesOf(
  script: CaptureScript,
  ability: CaptureAbility,
): Pick<VerifyingState, 'withoutFlashes' | 'withoutMotion'> {
  const isFlashed = ability.flashes() && script.steps.some(isFlash)
  const isMoved = ability.motion() && script.steps.some(isMotion)
  return {
    ...(isFlashed && ability.motion() ? { withoutFlashes: () => ability.goWithout('flashes') } : {}),
    ...(isMoved && ability.flashes() ? { withoutMotion: () => ability.goWithout('motion') } : {}),
  }
}
