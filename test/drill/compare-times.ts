/** How well two sets of times can be told apart. */
export interface TimeComparison {
  /**
   * Probability that a time of the first kind is above one of the second, ties half (Mann-Whitney U over the number of pairs): 0.5 tells nothing,
   * 0 and 1 everything.
   */
  readonly auc: number
  /** Half of its 95 % interval. */
  readonly aucMargin: number
  readonly medianDifferenceMs: number
  readonly medianMs: number
}

/** Two-sided 95 % quantile of the normal distribution. */
const z = 1.959963984540054

/**
 * The interval is that of E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson, Biometrics 44, 1988.
 *
 * @param first, second milliseconds, at least two each
 */
export function compareTimes(first: readonly number[], second: readonly number[]): TimeComparison {
  const above = first.map((ms) => mean(second.map((other) => isAbove(ms, other))))
  const below = second.map((ms) => mean(first.map((other) => isAbove(other, ms))))
  return {
    auc: mean(above),
    aucMargin: z * Math.sqrt(variance(above) / first.length + variance(below) / second.length),
    medianDifferenceMs: Math.abs(median(first) - median(second)),
    medianMs: median(second),
  }
}

const isAbove = (ms: number, other: number): number => (ms === other ? 0.5 : Number(ms > other))

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

function variance(values: readonly number[]): number {
  const centre = mean(values)
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1)
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
