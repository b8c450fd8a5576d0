import { MienError } from '../errors.ts'

/** One measured point: at this cosine, this share of impostor comparisons passes and this share of genuine ones. */
export interface OperatingPoint {
  /** False match rate, 0..1. */
  readonly fmr: number
  /** Cosine. */
  readonly threshold: number
  /** True accept rate, 0..1. */
  readonly tar: number
}

/** The widest rate at which one comparison may match by chance (NIST SP 800-63B-4 section 3.2.3: 1 in 10 000). */
export const maxVerifyFmr = 1e-4

/** The widest rate at which a stranger may match anyone in a gallery (NIST SP 800-63A-4: 1 in 1 000). */
export const maxIdentifyFpir = 1e-3

/**
 * What a search is set to, since points measured on some thousand people tell a rate only to a factor of two: at half of it the upper 95 % bound
 * of what strangers in galleries of 100 and 1 000 real people showed stays below 1e-3 too (`npm run evaluate -- fpir`).
 */
const aimedIdentifyFpir = maxIdentifyFpir / 2

/** Laxer points tell of the bulk of impostors and not of how their tail falls: no slope is taken from them. */
const tailFmr = 1e-2

/**
 * The cosine that holds `targetFmr`: linear in log10(FMR) between measured points. Beyond the strictest point it goes on
 * with the steepest slope that was measured at FMR 1e-2 and below. The score distribution of impostors falls faster than exponentially
 * (its slope per decade shrinks), so that the straight line errs to the strict side. Never laxer than the laxest point.
 *
 * @throws MienError MODEL_MANIFEST_INVALID on points that are not strictly ordered
 */
export function thresholdForFmr(points: readonly OperatingPoint[], targetFmr: number): number {
  const sorted = orderedPoints(points)
  const first = sorted[0]!
  const last = sorted.at(-1)!
  if (!(targetFmr < first.fmr)) return first.threshold
  const upper = sorted.findIndex((point) => point.fmr <= targetFmr)
  if (upper < 0) return last.threshold + steepest(sorted) * (Math.log10(last.fmr) - Math.log10(targetFmr))
  const [a, b] = [sorted[upper - 1]!, sorted[upper]!]
  const part = (Math.log10(a.fmr) - Math.log10(targetFmr)) / (Math.log10(a.fmr) - Math.log10(b.fmr))
  return a.threshold + part * (b.threshold - a.threshold)
}

/** The cosine for a search over `size` templates that is expected to name a stranger 5e-4 times or less. */
export function identifyThreshold(points: readonly OperatingPoint[], size: number): number {
  // FPIR = 1 - (1 - FMR)^N <= N FMR: dividing by N is exact enough and on the strict side.
  return thresholdForFmr(points, Math.min(maxVerifyFmr, aimedIdentifyFpir / Math.max(1, size)))
}

export const verifyThreshold = (points: readonly OperatingPoint[]): number => thresholdForFmr(points, maxVerifyFmr)

/**
 * The largest gallery in which the measured true accept rate at its threshold is still `minTar`: beyond it a face alone
 * fails too many genuine people. Log-linear between points, and never beyond what was measured.
 */
export function largestIdentifyGallery(points: readonly OperatingPoint[], minTar = 0.95): number {
  const sorted = orderedPoints(points)
  const below = sorted.findIndex((point) => point.tar < minTar)
  if (below === 0) return 1
  const a = sorted[below < 0 ? sorted.length - 1 : below - 1]!
  const b = below < 0 ? a : sorted[below]!
  const part = a.tar === b.tar ? 0 : (a.tar - minTar) / (a.tar - b.tar)
  const logFmr = Math.log10(a.fmr) + part * (Math.log10(b.fmr) - Math.log10(a.fmr))
  return Math.max(1, Math.floor(aimedIdentifyFpir / 10 ** logFmr))
}

function orderedPoints(points: readonly OperatingPoint[]): readonly OperatingPoint[] {
  const sorted = [...points].sort((a, b) => b.fmr - a.fmr)
  const ordered = sorted.every((point, i) => {
    const previous = sorted[i - 1]
    return (
      point.fmr > 0 && (previous === undefined || (point.fmr < previous.fmr && point.threshold > previous.threshold))
    )
  })
  const tail = sorted.filter((point) => point.fmr <= tailFmr)
  if (tail.length < 2 || !ordered) throw new MienError('MODEL_MANIFEST_INVALID', { message: 'bad operating points' })
  return sorted
}

/** Largest rise of the threshold per decade of FMR, in the tail. */
function steepest(sorted: readonly OperatingPoint[]): number {
  const tail = sorted.filter((point) => point.fmr <= tailFmr)
  return tail.slice(1).reduce((slope, point, i) => {
    const previous = tail[i]!
    const decades = Math.log10(previous.fmr) - Math.log10(point.fmr)
    return Math.max(slope, (point.threshold - previous.threshold) / decades)
  }, 0)
}
