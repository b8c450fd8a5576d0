import { syntheticPerson } from '../fixtures/synthetic-templates.ts'
import { HttpRefusal, type SimulatedWidget } from './simulated-widget.ts'

export interface RaceFigures {
  readonly challenges: number
  readonly usesEach: number
  /** Submissions that were accepted, over all challenges. Must equal `challenges`. */
  readonly accepted: number
  /** Challenges that were accepted more or less often than once. Must be 0. */
  readonly wrong: number
  /** Answers to the others: code -> count. */
  readonly refusals: Readonly<Record<string, number>>
}

/** Sends each challenge's submission many times at once, as an attacker who copied it would. */
export async function raceChallenges(
  widget: SimulatedWidget,
  { challenges, usesEach, firstSeed = 1 }: { challenges: number; usesEach: number; firstSeed?: number },
  onProgress: (done: number) => void = () => {},
): Promise<RaceFigures> {
  const refusals: Record<string, number> = {}
  let accepted = 0
  let wrong = 0
  for (let i = 0; i < challenges; i++) {
    const ceremony = await widget.begin('enroll')
    const submission = ceremony.submission(syntheticPerson(firstSeed + i))
    const answers = await Promise.all(
      Array.from({ length: usesEach }, () => ceremony.submit(submission).then(({ status }) => status, codeOf)),
    )
    const wins = answers.filter((answer) => answer === 'ok').length
    for (const answer of answers) if (answer !== 'ok') refusals[answer] = (refusals[answer] ?? 0) + 1
    accepted += wins
    if (wins !== 1) wrong++
    onProgress(i + 1)
  }
  return { challenges, usesEach, accepted, wrong, refusals }
}

function codeOf(error: unknown): string {
  if (error instanceof HttpRefusal) return error.code
  throw error
}
