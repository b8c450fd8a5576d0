import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { SendFailure } from './http-sender.ts'
import { type SignIn, type Step, steps } from './sign-ins.ts'

/** Microseconds, of three figures up to a minute. */
const newHistogram = (): RecordableHistogram => createHistogram({ lowest: 1, highest: 60_000_000, figures: 3 })

const noticeMs = 50

export interface LoadFigures {
  /** Sign-ins that were due in a second. */
  readonly rate: number
  readonly signIns: number
  readonly failures: ReadonlyMap<string, number>
  readonly failed: number
  /** From when each was due until its last answer: who had to wait to be sent waited as well. */
  readonly whole: Percentiles
  /** From when each request was sent. */
  readonly steps: Readonly<Record<Step, Percentiles>>
}

/** Milliseconds. */
export interface Percentiles {
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

/**
 * Begins each sign-in when it is due, whatever became of those before it: a server that is slow gets no fewer, and none is left out of the
 * figures for it.
 */
export async function openLoad(signIns: readonly SignIn[], rate: number): Promise<LoadFigures> {
  const whole = newHistogram()
  const each = { session: newHistogram(), challenge: newHistogram(), submission: newHistogram() }
  const failures = new Map<string, number>()
  const record = (histogram: RecordableHistogram, ms: number) => histogram.record(Math.max(1, Math.round(1000 * ms)))
  // Connections that the server closed while nobody looked are closed here too, before one is used.
  await sleep(noticeMs)
  const began = performance.now()
  const pending: Promise<void>[] = []
  for (const [i, signIn] of signIns.entries()) {
    const dueAt = began + (1000 * i) / rate
    const waitMs = dueAt - performance.now()
    if (waitMs > 0) await sleep(waitMs)
    const run = signIn
      .run((step, ms) => record(each[step], ms))
      .then(
        () => record(whole, performance.now() - dueAt),
        (error: unknown) => {
          if (!(error instanceof SendFailure)) throw error
          failures.set(error.message, (failures.get(error.message) ?? 0) + 1)
        },
      )
    pending.push(run)
  }
  await Promise.all(pending)
  const failed = [...failures.values()].reduce((sum, count) => sum + count, 0)
  const [session, challenge, submission] = steps.map((step) => percentilesOf(each[step]))
  return {
    rate,
    signIns: signIns.length,
    failures,
    failed,
    whole: percentilesOf(whole),
    steps: { session: session!, challenge: challenge!, submission: submission! },
  }
}

const percentilesOf = (histogram: RecordableHistogram): Percentiles => {
  const at = (percent: number) => (histogram.count === 0 ? Number.NaN : histogram.percentile(percent) / 1000)
  return { p50: at(50), p95: at(95), p99: at(99) }
}
