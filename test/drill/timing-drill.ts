import { defineDrill } from './define-drill.ts'
import { openApplication } from './open-application.ts'
import { say } from './say.ts'
import { type TimedKind, timeKeys, timePeople, timePins } from './time-answers.ts'

/** Above these a difference tells something. */
const maxAuc = 0.55
const maxDifferenceMs = 1
/** Phases: enrolment, facial ids, references, keys and PINs. Each has its share of `--minutes`. */
const timedPhases = 5

/** A line each fiftieth, and one that says early how long it will take. */
function timedProgress(total: (kind: string) => number) {
  const began = new Map<string, number>()
  return (kind: string, done: number) => {
    const startedAt = began.get(kind) ?? performance.now()
    began.set(kind, startedAt)
    if (done % 50 !== 0) return
    const left = ((performance.now() - startedAt) / (done - 1)) * (total(kind) - done)
    process.stderr.write(`${kind} ${done}/${total(kind)}, ${(left / 60_000).toFixed(1)} min left\n`)
  }
}

const sayTimes = ({ kind, requestsEach, auc, aucMargin, medianDifferenceMs, medianMs }: TimedKind): boolean =>
  say(
    'SEC-25',
    `${kind}, ${requestsEach} known and ${requestsEach} unknown: AUC ${auc.toFixed(3)} (95 % ${(auc - aucMargin).toFixed(3)} to ${(auc + aucMargin).toFixed(3)}), medians ${medianDifferenceMs.toFixed(3)} ms apart at ${medianMs.toFixed(1)} ms`,
    Math.max(auc, 1 - auc) < maxAuc && medianDifferenceMs < maxDifferenceMs,
  )

/** What the time of an answer tells. */
export const timingDrill = defineDrill({
  name: 'timing',
  summary: 'what the time of an answer tells',
  options: { requests: 2000, pins: 2000, minutes: 600 },
  async run({ options: { requests, pins, minutes }, openServer }) {
    const server = await openServer()
    const totals: Readonly<Record<string, number>> = { enrolment: Math.ceil(requests / 5) * 2, PIN: pins }
    const onProgress = timedProgress((kind) => totals[kind] ?? requests)
    const extent = { requestsEach: requests, maxMs: (minutes * 60_000) / timedPhases, onProgress }
    // Searches of a whole gallery are not what is timed.
    const shop = await openApplication(server, 'timing', { prevent_duplicates: false })
    const asking = await openApplication(server, 'pins', { pin_authenticate: 'always', pin_enroll: 'optional' })
    const people = (await timePeople(shop, extent)).map(sayTimes)
    const keys = sayTimes(await timeKeys(shop, extent))
    const guesses = sayTimes(await timePins(asking, { ...extent, requestsEach: pins }))
    return [...people, keys, guesses].every(Boolean)
  },
})
