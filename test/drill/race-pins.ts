import { syntheticPerson } from '../fixtures/synthetic-templates.ts'
import type { OpenedCeremony, SimulatedWidget } from './simulated-widget.ts'

export interface PinRaceFigures {
  readonly guesses: number
  /** Answers that say that the PIN is wrong: those that were compared. At most 10. */
  readonly evaluated: number
  /** Answers by reason. */
  readonly reasons: Readonly<Record<string, number>>
}

/** What each session allows. */
const guessesEach = 3

/** Sends many wrong PINs for one person at once, over many sessions. The application asks everybody for a PIN. */
export async function racePins(widget: SimulatedWidget, { sessions }: { sessions: number }): Promise<PinRaceFigures> {
  const person = syntheticPerson(5_000_000)
  await widget.run('enroll', person, { pin: '826401' })
  const begun: { ceremony: OpenedCeremony; submissionId: string }[] = []
  for (let i = 0; i < sessions; i++) {
    const ceremony = await widget.begin('authenticate')
    const answer = await ceremony.submit(ceremony.submission(person))
    if (answer.status !== 'step_up') throw new Error(`no PIN was asked for: ${JSON.stringify(answer)}`)
    begun.push({ ceremony, submissionId: answer.submission_id })
  }
  const answers = await Promise.all(
    begun.flatMap(({ ceremony, submissionId }, i) =>
      Array.from({ length: guessesEach }, (_, j) =>
        ceremony.stepUp(submissionId, String(100_000 + i * guessesEach + j)),
      ),
    ),
  )
  const reasons: Record<string, number> = {}
  for (const answer of answers) {
    const reason = answer.status === 'refused' ? answer.reason : answer.status
    reasons[reason] = (reasons[reason] ?? 0) + 1
  }
  return { guesses: answers.length, evaluated: reasons.pin_wrong ?? 0, reasons }
}
