/** A share of a count with its uncertainty. */
export interface Proportion {
  readonly hits: number
  readonly total: number
  readonly rate: number
  /** Bounds of the 95 % interval. */
  readonly low: number
  readonly high: number
}

/** Two-sided 95 % quantile of the normal distribution. */
const z = 1.959963984540054

/**
 * Wilson's score interval (E. B. Wilson, JASA 22, 1927): right also near 0 and 1, where most rates here lie. It takes
 * trials as independent; pairs that share an image are not, so for all-against-all it is too narrow.
 */
export function proportion(hits: number, total: number): Proportion {
  if (total === 0) return { hits, total, rate: Number.NaN, low: 0, high: 1 }
  const rate = hits / total
  const spread = (z * Math.sqrt((rate * (1 - rate)) / total + (z * z) / (4 * total * total))) / (1 + (z * z) / total)
  const centre = (rate + (z * z) / (2 * total)) / (1 + (z * z) / total)
  return { hits, total, rate, low: Math.max(0, centre - spread), high: Math.min(1, centre + spread) }
}

const percent = (value: number, digits: number) => `${(100 * value).toFixed(digits)} %`

export const formatProportion = ({ hits, total, rate, low, high }: Proportion): string =>
  `${percent(rate, 2)} (${hits}/${total}; 95 % ${percent(low, 2)} to ${percent(high, 2)})`

/**
 * Upper bound, one-sided 95 %, of how many rare and independent things are expected where so many were seen: the mean at which a
 * Poisson distribution gives so few or fewer once in 20 (F. Garwood, Biometrika 28, 1936).
 */
export function upperCount(seen: number): number {
  let [low, high] = [seen, 2 * seen + 10]
  for (let step = 0; step < 60; step++) {
    const mean = (low + high) / 2
    if (atMost(seen, mean) > 0.05) low = mean
    else high = mean
  }
  return high
}

/** Probability of at most so many, of a Poisson distribution. */
function atMost(count: number, mean: number): number {
  let logTerm = -mean
  let sum = Math.exp(logTerm)
  for (let i = 1; i <= count; i++) {
    logTerm += Math.log(mean / i)
    sum += Math.exp(logTerm)
  }
  return sum
}
