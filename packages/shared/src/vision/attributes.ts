import { MienError } from '../errors.ts'
import { ontoBox } from './affine.ts'
import type { AttributeModel } from './manifest.ts'
import { padCrop } from './pad.ts'
import type { Raster } from './raster.ts'
import { runOnImage } from './run-on-image.ts'
import type { ModelSession } from './runtime.ts'
import type { Box, FaceAttributes } from './types.ts'
import { warpRaster } from './warp.ts'

interface OpenModel {
  readonly session: ModelSession
  readonly model: AttributeModel
}

/**
 * Asks the age and the gender network about one face.
 *
 * @throws MienError MODEL_OUTPUT_INVALID
 */
export async function guessAttributes(
  { age, gender }: { readonly age: OpenModel; readonly gender: OpenModel },
  image: Raster,
  box: Box,
): Promise<FaceAttributes> {
  const ageYears = await regress(age, image, box)
  const maleProbability = await regress(gender, image, box)
  return {
    ageYears: Math.min(116, Math.max(0, ageYears)),
    maleProbability: centre(Math.min(1, Math.max(0, maleProbability)), gender.model.midpoint),
  }
}

async function regress({ session, model }: OpenModel, image: Raster, box: Box): Promise<number> {
  const { input, cropScale, cropShift, stages, span } = model
  const shifted = { ...box, y: box.y + cropShift * box.height }
  const map = ontoBox(padCrop(shifted, cropScale, image), input.width, input.height)
  const crop = warpRaster(image, map, input.width, input.height, 'replicate')
  const shapes = stages.flatMap(({ weights, offsets, stretch }) => [weights, offsets, stretch])
  const value = span * softStagewise(await runOnImage(session, input, crop, shapes))
  // Finite heads may still divide by zero.
  if (!Number.isFinite(value)) throw new MienError('MODEL_OUTPUT_INVALID', { details: { model: model.id } })
  return value
}

/** Moves `midpoint` to 0.5 and leaves 0 and 1 where they are. */
const centre = (value: number, midpoint = 0.5): number =>
  value < midpoint ? (0.5 * value) / midpoint : 1 - (0.5 * (1 - value)) / (1 - midpoint)

/**
 * Soft stagewise regression (T.-Y. Yang et al., "SSR-Net: A Compact Soft Stagewise Regression Network for Age
 * Estimation", IJCAI 2018, equation 4): each stage refines the bins of the one before by as many bins as it has weights.
 *
 * @param outputs weights [n], offsets of the bins [n], stretch of the bin width [1]; the same for the next stage, …
 * @returns a fraction of the span, 0..1 or a little outside
 */
export function softStagewise(outputs: readonly Float32Array[]): number {
  let sum = 0
  let bins = 1
  for (let i = 0; i < outputs.length; i += 3) {
    const [weights, offsets, stretch] = [outputs[i]!, outputs[i + 1]!, outputs[i + 2]!]
    bins *= weights.length * (1 + stretch[0]!)
    for (let k = 0; k < weights.length; k++) sum += (weights[k]! * (k + offsets[k]!)) / bins
  }
  return sum
}
