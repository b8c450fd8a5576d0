import { type ErrorCode, toMienError } from '@mien/shared/errors'
import type { ImageAnalyser } from '../domain/image-analyser.ts'
import { inSpan } from './spans.ts'

export const visionOutcomes = ['done', 'unfit', 'overloaded', 'hung', 'crashed', 'aborted', 'failed'] as const
export type VisionOutcome = (typeof visionOutcomes)[number]

/** Who counts. */
export interface VisionWatcher {
  /** A picture waits for a thread. @returns called once when a thread is at it, with the milliseconds that it waited */
  waits(): (waitedMs: number) => void
  /** It is over. @param ranMs null where no thread was at it */
  ended(outcome: VisionOutcome, ranMs: number | null): void
}

const byCode: Partial<Record<ErrorCode, VisionOutcome>> = {
  WORKER_CRASHED: 'crashed',
  ABORTED: 'aborted',
  RUNTIME_UNAVAILABLE: 'failed',
  MODEL_OUTPUT_INVALID: 'failed',
  INTERNAL: 'failed',
}

/** What is not the load's, the client's or our fault is the picture's. */
function outcomeOf(error: unknown, hasBegun: boolean): VisionOutcome {
  const { code } = toMienError(error)
  if (code === 'OVERLOADED') return hasBegun ? 'hung' : 'overloaded'
  return byCode[code] ?? 'unfit'
}

/** The same analyser, which tells how long pictures wait and take, and shows both as spans. */
export function observeAnalyser<Analyser extends ImageAnalyser>(analyser: Analyser, watcher: VisionWatcher): Analyser {
  const analyse: ImageAnalyser['analyse'] = (file, options) =>
    inSpan('vision', {}, async (span) => {
      const came = performance.now()
      const began = watcher.waits()
      let runningSince: number | null = null
      const begin = () => {
        runningSince = performance.now()
        began(runningSince - came)
        span.addEvent('a thread is at it')
      }
      const end = (outcome: VisionOutcome) => {
        if (runningSince === null) began(performance.now() - came)
        watcher.ended(outcome, runningSince === null ? null : performance.now() - runningSince)
        span.setAttribute('mien.outcome', outcome)
      }
      try {
        const facts = await analyser.analyse(file, { ...options, onBegin: begin })
        end('done')
        return facts
      } catch (error) {
        end(outcomeOf(error, runningSince !== null))
        throw error
      }
    })
  return { ...analyser, analyse }
}
