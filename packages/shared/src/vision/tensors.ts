import { MienError } from '../errors.ts'
import type { TensorShape } from './manifest.ts'
import type { ModelSession, TensorData } from './runtime.ts'

/**
 * Runs a network with one input and hands out the outputs that the manifest declares, checked: a network that answers
 * with another shape, or with numbers that are not finite, must never come as far as a decision.
 *
 * @throws MienError MODEL_OUTPUT_INVALID
 */
export async function runModel(
  session: ModelSession,
  input: { readonly tensor: string },
  data: TensorData,
  outputs: readonly TensorShape[],
): Promise<readonly Float32Array[]> {
  const answer = await session.run({ [input.tensor]: data })
  return outputs.map((shape) => checkOutput(answer[shape.tensor], shape))
}

function checkOutput(output: TensorData | undefined, { tensor, dims }: TensorShape): Float32Array {
  const length = dims.reduce((product, size) => product * size, 1)
  const usable = output !== undefined && output.data.length === length && isFiniteThroughout(output.data)
  if (!usable) throw new MienError('MODEL_OUTPUT_INVALID', { details: { tensor } })
  return output.data
}

/** Any NaN or infinity makes the sum of products with zero NaN: one pass without a branch a number. */
function isFiniteThroughout(data: Float32Array): boolean {
  let sum = 0
  for (let i = 0; i < data.length; i++) sum += data[i]! * 0
  return sum === 0
}

/** Probabilities from logits, summing to 1; the largest logit is taken out first so that nothing overflows. */
export function softmax(logits: ArrayLike<number>): Float64Array {
  let largest = Number.NEGATIVE_INFINITY
  for (let i = 0; i < logits.length; i++) largest = Math.max(largest, logits[i]!)
  const values = Float64Array.from(logits, (logit) => Math.exp(logit - largest))
  const sum = values.reduce((total, value) => total + value, 0)
  return values.map((value) => value / sum)
}
