import type { CaptureScript, CaptureStep } from '@mien/shared/api/challenges'
import type { ScriptResponse } from '@mien/shared/api/submissions'
import { MienError } from '@mien/shared/errors'
import { flashColours } from '@mien/shared/policy/capture-script'
import { measureBaseline } from './active-check.ts'
import { asksTooMuch } from './capture-ability.ts'
import type { CaptureOptions } from './capture-options.ts'
import type { Challenge } from './challenges.ts'
import { loadVerification } from './load-verification.ts'
import type { Crop } from './run-capture-script.ts'
import { runScript } from './run-script.ts'
import type { Sight } from './sight.ts'
import { StartOver } from './start-over.ts'

/** A challenge and what was done for it. */
export interface Answered {
  readonly challenge: Challenge
  /** Undefined: the challenge asks for no motion. */
  readonly script: ScriptResponse | undefined
  /** Undefined: it asks for no pictures. */
  readonly crops: readonly Crop[] | undefined
}

/** Undefined: not now, the next frame may tell more. */
export type AnswerScript = (challenge: Challenge, sight: Sight) => Promise<Answered | undefined>

/** Whoever is too slow for the life of so many challenges will not be faster for the next. */
const maxRuns = 3

/** Has the script of each challenge done once, in front of one camera. A new challenge brings a new script. */
export function createAnswering(options: CaptureOptions): AnswerScript {
  let answered: Answered | undefined
  let runs = 0

  function countRun(): void {
    runs += 1
    if (runs > maxRuns) throw new MienError('QUALITY_TOO_LOW')
  }

  async function move(challenge: Challenge, sight: Sight): Promise<Answered | undefined> {
    const { script } = challenge.wire
    if (script === null) return { challenge, script: undefined, crops: undefined }
    const baseline = measureBaseline(sight.steady)
    if (baseline === undefined) return undefined
    countRun()
    return { challenge, script: await runScript({ ...options, challenge, script, baseline, sight }), crops: undefined }
  }

  async function bePictured(challenge: Challenge, script: CaptureScript, sight: Sight): Promise<Answered | undefined> {
    const { course, challenges } = options
    const { runCaptureScript } = await loadVerification()
    checkScript(options, script)
    countRun()
    try {
      return { challenge, script: undefined, crops: await runCaptureScript({ ...options, challenge, script, sight }) }
    } catch (error) {
      if (!(error instanceof StartOver)) throw error
      if (error.isChosen) runs -= 1
      challenges.renew()
      await course.ports.vision.call('discard', [])
      beginAnew(sight)
      return undefined
    }
  }

  return async (challenge, sight) => {
    if (answered?.challenge === challenge) return answered
    const { script, capture_script: captureScript } = challenge.wire
    answered = await (captureScript === null ? move(challenge, sight) : bePictured(challenge, captureScript, sight))
    if (answered !== undefined && (script ?? captureScript) !== null) beginAnew(sight)
    return answered
  }
}

/** Whoever has moved, or was lit, stands right again before anything goes on. */
function beginAnew(sight: Sight): void {
  sight.bePatient()
  sight.standAnew()
}

/** Colours that nobody has looked at for what they do to people are not shown. */
const isSafe = (step: CaptureStep): boolean =>
  step.kind === 'pose' || flashColours.some((colour) => colour === step.colour)

/**
 * No picture leaves the device of whoever was not told, and nothing is shown to whoever declined it.
 *
 * @throws MienError BINDING_MISMATCH
 */
function checkScript({ course }: CaptureOptions, script: CaptureScript): void {
  const { ability, session } = course
  const isTold = session.settings.server_verified && !asksTooMuch(script, ability)
  if (!isTold || !script.steps.every(isSafe))
    throw new MienError('BINDING_MISMATCH', { message: 'The challenge asks for more than the person was told' })
}
