import type { ActiveScript } from '@mien/shared/api/challenges'
import type { ActiveAction } from '@mien/shared/api/fields'
import type { ScriptResponse } from '@mien/shared/api/submissions'
import {
  type ActiveCheck,
  type Baseline,
  type CheckAction,
  type MotionFacts,
  maxHeightBeforeCloser,
  measureBaseline,
  motionFacts,
  startCheck,
  watchCheck,
} from './active-check.ts'
import type { CaptureOptions } from './capture-options.ts'
import type { Challenge } from './challenges.ts'
import { hindrances } from './guidance.ts'
import type { Sight } from './sight.ts'
import type { ActiveState, Guidance } from './state.ts'

export interface ScriptRun extends CaptureOptions {
  readonly challenge: Challenge
  readonly script: ActiveScript
  /** How the person looked straight just before. */
  readonly baseline: Baseline
  readonly sight: Sight
}

/** One action of a script, and which of how many it is. */
interface Step {
  readonly action: CheckAction
  /** From 1. */
  readonly step: number
  readonly steps: number
}

/**
 * Asks the person for one action after another, or to hold still where that was chosen, until it is done.
 *
 * @throws MienError IDLE_TIMEOUT, MANY_FACES, QUALITY_TOO_LOW (an action that is not done in time), or the signal's reason
 */
export async function runScript(run: ScriptRun): Promise<ScriptResponse> {
  return (await moveThrough(run)) ?? holdStill(run)
}

/** Undefined as soon as the person would rather hold still. */
async function moveThrough(run: ScriptRun): Promise<ScriptResponse | undefined> {
  const { actions } = run.script
  const steps: { action: ActiveAction; done_at_ms: number }[] = []
  for (const [index, action] of actions.entries()) {
    const check = await doStep(run, { action, step: index + 1, steps: actions.length })
    if (check === undefined) return undefined
    steps.push({ action, done_at_ms: Math.max(0, check.lastAtMs - run.challenge.arrivedAtMs) })
  }
  return { variant: 'motion', steps }
}

/** Nobody can choose to hold still instead of that, so it ends in one way only. */
async function holdStill(run: ScriptRun): Promise<ScriptResponse> {
  for (;;) {
    const check = await doStep(run, { action: 'hold', step: 1, steps: 1 })
    if (check?.anchor !== undefined) return { variant: 'still', held_ms: check.lastAtMs - check.anchor.atMs }
  }
}

/**
 * Milliseconds that an instruction is on the screen before anything counts: nobody reads and moves faster, so what is seen
 * earlier was not meant. The server asks for 200 between two actions.
 */
const reactionMs = 300

/** One action, done; undefined when it no longer applies. Each has a patience of its own. */
async function doStep(run: ScriptRun, step: Step): Promise<ActiveCheck | undefined> {
  const { course, sight, script } = run
  const holdMs = step.action === 'hold' ? script.still_ms : 0
  sight.bePatient(holdMs)
  const baseline = step.action === 'come_closer' ? await stepBack(run, step) : run.baseline
  if (baseline === undefined) return undefined
  const fromMs = course.ports.now() + reactionMs
  let check = startCheck(step.action, baseline, script.still_ms)
  for (;;) {
    if (isOver(run, step)) return undefined
    show(run, step, check.progress)
    if (check.isDone) return check
    const seen = await sight.next(false)
    if (seen === undefined || seen.atMs < fromMs) continue
    check = watchCheck(check, isAlone(sight) ? motionFacts(seen.report, seen.atMs) : undefined)
  }
}

/** Whoever is close already has to make room first. A baseline from which one can come closer; undefined like `doStep`. */
async function stepBack(run: ScriptRun, step: Step): Promise<Baseline | undefined> {
  let baseline: Baseline | undefined = run.baseline
  let frames: readonly MotionFacts[] = []
  while (baseline === undefined || baseline.faceHeight > maxHeightBeforeCloser) {
    if (isOver(run, step)) return undefined
    show(run, step, 0, 'back')
    const seen = await run.sight.next(false)
    const facts = seen && motionFacts(seen.report, seen.atMs)
    const isBack = facts !== undefined && facts.faceHeight <= maxHeightBeforeCloser
    frames = isBack ? [...frames, facts] : []
    baseline = measureBaseline(frames)
  }
  return baseline
}

/** Whether the person has chosen to hold still while something else was asked. */
const isOver = ({ course }: ScriptRun, { action }: Step): boolean => action !== 'hold' && course.motion.isStill()

const isAlone = ({ position }: Sight): boolean => position.manySince === undefined

function show(run: ScriptRun, step: Step, progress: number, wanted?: Guidance): void {
  const { course, camera, sight } = run
  const { face, guidance: steady } = sight.position
  const guidance = hindrances.has(steady.shown) ? steady.shown : wanted
  const state: ActiveState = {
    name: 'active',
    stream: camera.stream,
    mirrored: camera.mirrored,
    ...step,
    progress,
    ...(guidance === undefined ? {} : { guidance }),
    ...(face === undefined ? {} : { face }),
    ...(course.session.settings.spot_checked ? { perhapsPictures: true } : {}),
    ...(step.action === 'hold' ? {} : { holdInstead: () => course.motion.holdStill() }),
  }
  course.stage.show(state)
}
