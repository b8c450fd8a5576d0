import type { ScriptResponse } from '@mien/shared/api/submissions'
import { MienError } from '@mien/shared/errors'
import { measureBaseline } from './active-check.ts'
import type { CaptureOptions } from './capture-options.ts'
import type { Challenge } from './challenges.ts'
import { runScript } from './run-script.ts'
import type { Sight } from './sight.ts'

/** A challenge and what was done for it. */
export interface Answered {
  readonly challenge: Challenge
  /** Undefined: the challenge asks for nothing. */
  readonly script: ScriptResponse | undefined
}

/** Undefined: not now, the next frame may tell more. */
export type AnswerScript = (challenge: Challenge, sight: Sight) => Promise<Answered | undefined>

/** Whoever is too slow for the life of so many challenges will not be faster for the next. */
const maxRuns = 3

/** Has the script of each challenge done once, in front of one camera. A new challenge brings a new script. */
export function createAnswering(options: CaptureOptions): AnswerScript {
  let answered: Answered | undefined
  let runs = 0
  return async (challenge, sight) => {
    if (answered?.challenge === challenge) return answered
    const { script } = challenge.wire
    if (script === null) {
      answered = { challenge, script: undefined }
      return answered
    }
    const baseline = measureBaseline(sight.steady)
    if (baseline === undefined) return undefined
    runs += 1
    if (runs > maxRuns) throw new MienError('QUALITY_TOO_LOW')
    answered = { challenge, script: await runScript({ ...options, challenge, script, baseline, sight }) }
    sight.bePatient()
    sight.standAnew()
    return answered
  }
}
