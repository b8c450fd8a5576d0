import type { ImageInput, TensorShape } from './manifest.ts'
import { toInputTensor } from './pixels.ts'
import type { Raster } from './raster.ts'
import type { ModelSession } from './runtime.ts'
import { runModel } from './tensors.ts'

/** Memory of an input that its network is done with: new memory of that size costs more than what is written to it. */
const spares = new WeakMap<ModelSession, Float32Array>()

/**
 * `runModel` on an image of exactly the input's size.
 *
 * @throws MienError MODEL_OUTPUT_INVALID
 */
export async function runOnImage(
  session: ModelSession,
  input: ImageInput,
  image: Raster,
  outputs: readonly TensorShape[],
): Promise<readonly Float32Array[]> {
  const spare = spares.get(session)
  // Another run may begin before this one ends.
  spares.delete(session)
  const tensor = toInputTensor(image, input, spare)
  const found = await runModel(session, input, tensor, outputs)
  spares.set(session, tensor.data)
  return found
}
