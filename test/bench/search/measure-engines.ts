import type { SearchAnswer, SearchEngine } from './search-engine.ts'
import type { SearchProbe } from './template-source.ts'

/** What exact search in single precision finds. */
export interface ExactAnswer extends SearchAnswer {
  readonly row: number
}

export interface EngineFigures {
  readonly engine: SearchEngine
  readonly searches: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** With one client, and with eight at once. */
  readonly rates: { readonly one: number; readonly eight: number }
  /** Of the searches, those whose answer is that of exact search; null for what finds nobody. */
  readonly recall: Recall | null
}

/** Hits and tries. */
export type Share = readonly [number, number]

export interface Recall {
  /** The same person is nearest, for probes of somebody enrolled, and of nobody. */
  readonly matedPerson: Share
  readonly strangerPerson: Share
  /** The very same template is: the same person at the same cosine, as far as half precision goes. */
  readonly template: Share
  /** Answers that name somebody else at the same cosine, as far as half precision goes: exact search of stored halves may too. */
  readonly ties: number
}

export interface MeasureOptions {
  readonly probes: readonly SearchProbe[]
  readonly exact: readonly ExactAnswer[]
  /** For each engine, of interleaved searches. */
  readonly budgetMs: number
  readonly maxSearches: number
  /** For each engine, of eight clients. */
  readonly crowdMs: number
  readonly onProgress: (done: number, total: number) => void
}

const leastSearches = 20
const crowd = 8
/** Two cosines that are nearer may be those of one template: components are rounded to 2^-11 of them. */
const halfPrecision = 1e-3

interface Run {
  readonly engine: SearchEngine
  readonly searches: number
  readonly times: number[]
  readonly answers: (SearchAnswer | null)[]
}

/** All engines in turns, so that whatever else the machine does falls on each; then each with eight clients. */
export async function measureEngines(
  engines: readonly SearchEngine[],
  options: MeasureOptions,
): Promise<readonly EngineFigures[]> {
  const runs: Run[] = []
  for (const engine of engines) runs.push(await plan(engine, options))
  const rounds = Math.max(...runs.map(({ searches }) => searches))
  const total = rounds + engines.length
  for (let round = 0; round < rounds; round++) {
    for (const run of runs) if (isDue(run, round, rounds)) await searchOnce(run, options)
    options.onProgress(round + 1, total)
  }
  const figures: EngineFigures[] = []
  for (const [i, run] of runs.entries()) {
    figures.push(toFigures(run, await crowdRate(run, options), options))
    options.onProgress(rounds + i + 1, total)
  }
  return figures
}

/** Evenly among the rounds. */
const isDue = ({ searches }: Run, round: number, rounds: number): boolean =>
  Math.floor(((round + 1) * searches) / rounds) > Math.floor((round * searches) / rounds)

/** Warm, and as often as the budget allows. */
async function plan(engine: SearchEngine, { probes, budgetMs, maxSearches }: MeasureOptions): Promise<Run> {
  await engine.prepare?.()
  const times: number[] = []
  for (let i = 0; i < 3; i++) {
    const began = performance.now()
    await engine.search(probes[i % probes.length]!)
    times.push(performance.now() - began)
  }
  const affordable = Math.floor(budgetMs / Math.min(...times))
  const searches = Math.min(maxSearches, Math.max(leastSearches, affordable))
  return { engine, searches, times: [], answers: [] }
}

async function searchOnce({ engine, times, answers }: Run, { probes }: MeasureOptions): Promise<void> {
  await engine.prepare?.()
  const probe = probes[times.length % probes.length]!
  const began = performance.now()
  const answer = await engine.search(probe)
  times.push(performance.now() - began)
  answers.push(answer)
}

/** Searches in a second with eight clients, each of whom asks again as soon as it was answered. */
async function crowdRate({ engine }: Run, { probes, crowdMs }: MeasureOptions): Promise<number> {
  await engine.prepare?.()
  const began = performance.now()
  let done = 0
  const client = async (first: number) => {
    for (let i = first; performance.now() - began < crowdMs; i += crowd) {
      await engine.search(probes[i % probes.length]!)
      done++
    }
  }
  await Promise.all(Array.from({ length: crowd }, (_, first) => client(first)))
  return (1000 * done) / (performance.now() - began)
}

function toFigures({ engine, times, answers }: Run, eight: number, options: MeasureOptions): EngineFigures {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!
  const one = (1000 * times.length) / times.reduce((sum, ms) => sum + ms, 0)
  return {
    engine,
    searches: times.length,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    rates: { one, eight },
    recall: recallOf(answers, options),
  }
}

export function recallOf(
  answers: readonly (SearchAnswer | null)[],
  { probes, exact }: Pick<MeasureOptions, 'probes' | 'exact'>,
): Recall | null {
  const judged = answers.flatMap((answer, i) => {
    const [probe, best] = [probes[i % probes.length]!, exact[i % probes.length]!]
    const isPerson = answer?.person === best.person
    return answer === null ? [] : [{ probe, isPerson, isNear: isNear(answer, best) }]
  })
  if (judged.length === 0) return null
  const mated = judged.filter(({ probe }) => probe.isMated)
  const strangers = judged.filter(({ probe }) => !probe.isMated)
  return {
    matedPerson: [mated.filter(({ isPerson }) => isPerson).length, mated.length],
    strangerPerson: [strangers.filter(({ isPerson }) => isPerson).length, strangers.length],
    template: [judged.filter(({ isPerson, isNear }) => isPerson && isNear).length, judged.length],
    ties: judged.filter(({ isPerson, isNear }) => !isPerson && isNear).length,
  }
}

const isNear = (answer: SearchAnswer, best: ExactAnswer): boolean => Math.abs(answer.score - best.score) < halfPrecision
