import type { Capture } from './capture.ts'
import type { Outcome } from './decision.ts'
import type { BodySigner } from './device-signatures.ts'
import type { ImageAnalyser } from './image-analyser.ts'
import type { Application } from './model.ts'
import type { Clock, Database, Stores } from './ports.ts'
import { askReveal, type DrawnCheck, revealSeconds, type SentSubmission, takeReveal } from './spot-checks.ts'
import { type RevealFinding, verifyReveal } from './verify-reveal.ts'

interface CheckedInput extends SentSubmission {
  readonly application: Application
  /** The pictures that came with it, in their order. */
  readonly crops: readonly Uint8Array[]
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal
}

interface CheckedReading {
  readonly capture: Capture
  /** Null: nobody signed. */
  readonly signer: BodySigner | null
}

export interface SpotCheckDecisions<Input, Reading> {
  /** Only whoever would be let in is asked for pictures: others are answered as ever. Within the transaction that drew. */
  decideOrAsk(stores: Stores, input: Input, reading: Reading, drawn: DrawnCheck): Promise<Outcome>
  /** As a capture under a script: taken and committed before a picture is looked at, decided afterwards. */
  decideRevealed(input: Input, reading: Reading): Promise<Outcome>
}

export interface SpotCheckOptions<Input, Reading> {
  readonly database: Database
  readonly clock: Clock
  readonly analyser: ImageAnalyser
  /** Decides on what was found, within a transaction. */
  readonly finish: (stores: Stores, input: Input, reading: Reading, finding: RevealFinding) => Promise<Outcome>
}

/** Undoes what was only tried. */
class LetIn extends Error {
  readonly subjectIds: readonly string[]

  constructor(subjectIds: readonly string[]) {
    super()
    this.subjectIds = subjectIds
  }
}

/** Whom it lets in, or asks for more; nobody: undefined. */
async function letInBy(
  stores: Stores,
  applicationId: string,
  outcome: Outcome,
): Promise<readonly string[] | undefined> {
  if (outcome.kind === 'ok') return outcome.subjectId === null ? [] : [outcome.subjectId]
  if (outcome.kind !== 'step_up') return undefined
  return (await stores.pending.find(applicationId, outcome.submissionId))?.candidateIds ?? []
}

export function createSpotCheckDecisions<Input extends CheckedInput, Reading extends CheckedReading>(
  options: SpotCheckOptions<Input, Reading>,
): SpotCheckDecisions<Input, Reading> {
  const { database, clock, analyser, finish } = options
  return {
    async decideOrAsk(stores, input, reading, drawn) {
      const asClaimed = { kind: 'verified', capture: reading.capture } as const
      try {
        return await stores.savepoints.run(async (trial) => {
          const outcome = await finish(trial, input, reading, asClaimed)
          const subjectIds = await letInBy(trial, input.application.id, outcome)
          const mayShow = drawn.isByLot || subjectIds?.some((id) => drawn.owing.includes(id)) === true
          if (subjectIds !== undefined && mayShow) throw new LetIn(subjectIds)
          return outcome
        })
      } catch (error) {
        if (!(error instanceof LetIn)) throw error
        await askReveal(stores, input, clock.now(), drawn, error.subjectIds)
      }
      return { kind: 'reveal', seconds: revealSeconds }
    },

    async decideRevealed(input, reading) {
      const { application, request, crops, signal } = input
      const { keyId, isLate } = await database.transaction((stores) =>
        takeReveal(stores, input, clock.now(), reading.signer),
      )
      const finding: RevealFinding = isLate
        ? { kind: 'refused', fault: 'late' }
        : await verifyReveal(analyser, {
            crops,
            statements: request.crops ?? [],
            claimed: reading.capture,
            padThreshold: application.settings.pad_threshold,
            signal,
          })
      return database.transaction(async (stores) => {
        const outcome = await finish(stores, input, reading, finding)
        const seen = finding.kind === 'verified' ? await letInBy(stores, application.id, outcome) : undefined
        // Pictures of nobody in particular are nobody's: whose face is between two people's owes its own.
        if (seen?.length === 1) await stores.devices.setOwesReveal(application.id, keyId, seen, false)
        return outcome
      })
    },
  }
}
