/** Of a sorted sample, 0 < share <= 1. */
export const quantileOf = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))]!

/**
 * A quantile of the slowest of so many parts that answer independently of each other: all are within t with probability F(t)^parts, so it
 * is the part's own quantile at share^(1/parts). No more than the largest measured time can come out: the rarer, the more must be measured.
 *
 * @param times of one part, in any unit
 */
export function slowestOf(times: readonly number[], parts: number, share: number): number {
  const sorted = [...times].sort((a, b) => a - b)
  return quantileOf(sorted, share ** (1 / parts))
}

/**
 * The times of one part when a second copy of it is asked after `patience`, and the first answer counts. Of the copies the times are taken
 * to be independent: each is paired with every other one of the sample, in turns.
 */
export function hedged(times: readonly number[], patience: number): readonly number[] {
  const others = [...times].sort((a, b) => hashOrder(a) - hashOrder(b))
  return times.map((time, i) => (time <= patience ? time : Math.min(time, patience + others[i]!)))
}

/** Any fixed order that has nothing to do with size. */
const hashOrder = (time: number): number => (Math.imul(Math.round(time * 1e6), 0x9e3779b1) >>> 0) / 2 ** 32
