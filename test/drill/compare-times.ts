/** How well two sets of times can be told apart. */
export interface TimeComparison {
  /**
   * Probability that a time of the first kind is above one of the second, ties half (Mann-Whitney U over the number of pairs), or the other
   * way round where that is more: 0.5 tells nothing, 1 everything.
   */
  readonly auc: number
  readonly medianDifferenceMs: number
  readonly medianMs: number
}

/** @param first, second milliseconds, at least one each */
export function compareTimes(first: readonly number[], second: readonly number[]): TimeComparison {
  const all = [...first.map((ms) => ({ ms, isFirst: true })), ...second.map((ms) => ({ ms, isFirst: false }))]
  all.sort((a, b) => a.ms - b.ms)
  let rankSum = 0
  for (let from = 0; from < all.length; ) {
    let to = from
    while (to < all.length && all[to]!.ms === all[from]!.ms) to++
    // Ties share the mean of their ranks, which count from 1.
    const rank = (from + 1 + to) / 2
    for (let i = from; i < to; i++) if (all[i]!.isFirst) rankSum += rank
    from = to
  }
  const above = (rankSum - (first.length * (first.length + 1)) / 2) / (first.length * second.length)
  return {
    auc: Math.max(above, 1 - above),
    medianDifferenceMs: Math.abs(median(first) - median(second)),
    medianMs: median(second),
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
