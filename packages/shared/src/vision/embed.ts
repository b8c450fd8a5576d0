import { MienError } from '../errors.ts'
import type { EmbedderModel } from './manifest.ts'
import type { Raster } from './raster.ts'
import { runOnImage } from './run-on-image.ts'
import type { ModelSession } from './runtime.ts'
import type { Template } from './types.ts'

/** Turns an aligned face into a template. */
export async function embedFace(session: ModelSession, model: EmbedderModel, aligned: Raster): Promise<Template> {
  const [embedding] = await runOnImage(session, model.input, aligned, [model.embedding])
  return { modelId: model.id, vector: toUnitVector(embedding!) }
}

/** @throws MienError MODEL_OUTPUT_INVALID when the vector has no direction */
export function toUnitVector(vector: Float32Array): Float32Array {
  let sum = 0
  for (const value of vector) sum += value * value
  const norm = Math.sqrt(sum)
  if (!(norm > 0 && Number.isFinite(norm))) throw new MienError('MODEL_OUTPUT_INVALID', { details: { stage: 'embed' } })
  return vector.map((value) => value / norm)
}
