/** Thresholds are whole multiples of 1 / binsPerUnit, so counting bins counts scores exactly. */
const binsPerUnit = 10_000
const lowestBin = -binsPerUnit

/** Counts cosine scores, -1..1, so that millions of pairs need no memory each. */
export class ScoreHistogram {
  readonly #bins = new Float64Array(2 * binsPerUnit + 2)
  #total = 0

  get total(): number {
    return this.#total
  }

  add(score: number): void {
    const bin = Math.min(Math.max(Math.floor(score * binsPerUnit), lowestBin), binsPerUnit)
    this.#bins[bin - lowestBin]! += 1
    this.#total++
  }

  addAll(other: ScoreHistogram): void {
    for (let bin = 0; bin < this.#bins.length; bin++) this.#bins[bin]! += other.#bins[bin]!
    this.#total += other.#total
  }

  /** How many scores reach the threshold, a multiple of 1e-4. */
  countAtLeast(threshold: number): number {
    let count = 0
    for (let bin = Math.round(threshold * binsPerUnit) - lowestBin; bin < this.#bins.length; bin++)
      count += this.#bins[bin]!
    return count
  }

  /** The lowest threshold that at most `share` of the scores reach: never rounded in favour of a match. */
  thresholdForShare(share: number): number {
    const allowed = Math.floor(share * this.#total)
    let count = 0
    for (let bin = this.#bins.length - 1; bin >= 0; bin--) {
      count += this.#bins[bin]!
      if (count > allowed) return (bin + 1 + lowestBin) / binsPerUnit
    }
    return -1
  }
}

/** Genuine and impostor scores of one set of pairs, and how many pairs of each had no template. */
export interface PairScores {
  readonly genuine: ScoreHistogram
  readonly impostor: ScoreHistogram
  readonly missedGenuine: number
  readonly missedImpostor: number
}

/** Right decisions at a threshold. A pair without a template is never right. */
export const countRight = ({ genuine, impostor }: PairScores, threshold: number): number =>
  genuine.countAtLeast(threshold) + impostor.total - impostor.countAtLeast(threshold)

export const countPairs = ({ genuine, impostor, missedGenuine, missedImpostor }: PairScores): number =>
  genuine.total + impostor.total + missedGenuine + missedImpostor

/** The threshold with most right decisions over several sets; of equally good ones the middle. */
export function bestThreshold(sets: readonly PairScores[]): number {
  let most = -1
  let best: number[] = []
  // A face comparison never needs a threshold below zero; steps of 0.001 are finer than any of these sets can tell.
  for (let step = 0; step <= 1000; step++) {
    const threshold = step / 1000
    const right = sets.reduce((sum, set) => sum + countRight(set, threshold), 0)
    if (right > most) best = []
    if (right >= most) {
      most = right
      best.push(threshold)
    }
  }
  return best[Math.floor(best.length / 2)]!
}
