/** Bins of one standard deviation of random directions' cosines times 8. */
const bins = 24

/**
 * How well scores under two keys tell templates of one person from those of two, 0 (not at all) to 1: the global measure of M. Gomez-Barrero,
 * J. Galbally, C. Rathgeb, C. Busch, "General Framework to Evaluate Unlinkability in Biometric Template Protection Systems", IEEE TIFS 13(6), 2018,
 * with equal priors: the mean over mated scores of 2 LR / (1 + LR) - 1 where the likelihood ratio LR exceeds 1.
 * Histograms of finitely many scores always differ a little: the same measure of scores of one kind says by how much.
 */
export function globalLinkability(mated: readonly number[], nonMated: readonly number[]): number {
  const all = [...mated, ...nonMated]
  const low = all.reduce((a, b) => Math.min(a, b))
  const high = all.reduce((a, b) => Math.max(a, b))
  const share = (scores: readonly number[]): readonly number[] => {
    const counts = new Array<number>(bins).fill(0)
    for (const score of scores) counts[Math.min(bins - 1, Math.floor((bins * (score - low)) / (high - low)))]! += 1
    return counts.map((count) => count / scores.length)
  }
  const [same, different] = [share(mated), share(nonMated)]
  return same.reduce((sum, chance, i) => {
    const ratio = chance / different[i]!
    if (!(ratio > 1)) return sum
    return sum + chance * (ratio === Number.POSITIVE_INFINITY ? 1 : (2 * ratio) / (1 + ratio) - 1)
  }, 0)
}
