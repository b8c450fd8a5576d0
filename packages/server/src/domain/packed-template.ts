import { MienError } from '@mien/shared/errors'

/** Components of a unit vector as whole numbers: one step is less than half precision rounds the larger ones by. */
const steps = 32_767

/** As the database checks the vectors that it is given in clear. */
const [minNorm, maxNorm] = [0.998, 1.002]

/**
 * A turned template as it is sealed and searched in memory: 16 bits a component, little-endian, in steps of 1/32767.
 *
 * @throws MienError TEMPLATE_DIMENSION, TEMPLATE_NORM
 */
export function packTemplate(vector: Float32Array): Uint8Array {
  const { length } = vector
  if (length === 0 || (length & (length - 1)) !== 0) throw new MienError('TEMPLATE_DIMENSION')
  const norm = Math.hypot(...vector)
  if (!(norm >= minNorm && norm <= maxNorm)) throw new MienError('TEMPLATE_NORM')
  const view = new DataView(new ArrayBuffer(2 * length))
  for (let i = 0; i < length; i++) view.setInt16(2 * i, Math.round(Math.max(-1, Math.min(1, vector[i]!)) * steps), true)
  return new Uint8Array(view.buffer)
}

/** Into `components`, which has half as many numbers as there are bytes. @returns it */
export function unpackComponents(packed: Uint8Array, components: Int16Array): Int16Array {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength)
  for (let i = 0; i < components.length; i++) components[i] = view.getInt16(2 * i, true)
  return components
}

/** A unit vector again. */
export function unpackTemplate(packed: Uint8Array): Float32Array {
  const components = unpackComponents(packed, new Int16Array(packed.length / 2))
  const norm = Math.sqrt(components.reduce((sum, value) => sum + value * value, 0))
  return Float32Array.from(components, (value) => value / norm)
}

/**
 * Cosine, but for rounding, of a unit vector and the packed one whose components begin at `start`. Four sums, because each addition to one would
 * wait for the one before: two thirds of the time.
 *
 * @param vector as many components as a packed template has, a power of two from 4 on
 */
export function packedCosine(vector: Float32Array, components: Int16Array, start: number): number {
  let [a, b, c, d] = [0, 0, 0, 0]
  for (let i = 0; i < vector.length; i += 4) {
    a += vector[i]! * components[start + i]!
    b += vector[i + 1]! * components[start + i + 1]!
    c += vector[i + 2]! * components[start + i + 2]!
    d += vector[i + 3]! * components[start + i + 3]!
  }
  return (a + b + (c + d)) / steps
}
