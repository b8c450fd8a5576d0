import type { LoadFigures } from './open-load.ts'

/** Failures that are no more than chance. */
const maxFailureShare = 1e-4
/** Who waits longer is in a queue that grows. */
const maxP95Ms = 1000

const isSustained = ({ failed, signIns, whole }: LoadFigures): boolean =>
  failed / signIns < maxFailureShare && whole.p95 <= maxP95Ms

/**
 * Doubles the rate until it is not sustained, and then looks twice between the last two.
 *
 * @returns the highest that was, undefined where not even the first is, and what became of the lowest that was not
 */
export async function findHighestRate<Figures extends LoadFigures>(
  first: number,
  load: (rate: number) => Promise<Figures>,
): Promise<{ readonly best: Figures | undefined; readonly failed: Figures }> {
  let best: Figures | undefined
  let failed: Figures | undefined
  for (let rate = first; failed === undefined; rate *= 2) {
    const figures = await load(rate)
    if (isSustained(figures)) best = figures
    else failed = figures
  }
  for (let look = 0; look < looks && best !== undefined; look++) {
    const figures = await load(Math.round((best.rate + failed.rate) / 2))
    if (isSustained(figures)) best = figures
    else failed = figures
  }
  return { best, failed }
}

const looks = 2
