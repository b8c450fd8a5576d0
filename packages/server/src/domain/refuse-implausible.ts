import { MienError } from '@mien/shared/errors'
import { isPlausible, plausibilityFacts } from '@mien/shared/policy/plausibility'
import { verifyThreshold } from '@mien/shared/policy/threshold'
import type { TemplateModel } from './model.ts'

/**
 * Before a face is stored, however it came: what no face gives would lie in the gallery for others to match. Probes are not looked at;
 * whoever is compared leaves nothing behind.
 *
 * @param vector unit vector as the model gave it, not rotated
 * @throws MienError TEMPLATE_IMPLAUSIBLE
 */
export function refuseImplausible(vector: Float32Array, { plausibility, points }: TemplateModel): void {
  if (plausibility === null) return
  const facts = plausibilityFacts(vector, plausibility.population, verifyThreshold(points))
  if (!isPlausible(facts, plausibility.rule)) throw new MienError('TEMPLATE_IMPLAUSIBLE')
}
