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
  /** Only whoever would be let in is asked for pictures: others are answered as ever. */
  decideOrAsk(input: Input, reading: Reading, drawn: DrawnCheck): Promise<Outcome>
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
class LetIn extends Error {}

export function createSpotCheckDecisions<Input extends CheckedInput, Reading extends CheckedReading>(
  options: SpotCheckOptions<Input, Reading>,
): SpotCheckDecisions<Input, Reading> {
  const { database, clock, analyser, finish } = options
  return {
    async decideOrAsk(input, reading, drawn) {
      const asClaimed = { kind: 'verified', capture: reading.capture } as const
      try {
        return await database.transaction(async (stores) => {
          const outcome = await finish(stores, input, reading, asClaimed)
          if (outcome.kind === 'ok' || outcome.kind === 'step_up') throw new LetIn()
          return outcome
        })
      } catch (error) {
        if (!(error instanceof LetIn)) throw error
      }
      await database.transaction((stores) => askReveal(stores, input, clock.now(), drawn))
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
        if (finding.kind === 'verified') await stores.devices.setOwesReveal(application.id, keyId, false)
        return outcome
      })
    },
  }
}
