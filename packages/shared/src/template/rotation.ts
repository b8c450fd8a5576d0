import { MienError } from '../errors.ts'

/** 3 x (sign flip, Walsh-Hadamard transform, 1/sqrt(d)): each round is orthonormal, so cosines stay what they were. */
const rounds = 3

/** Next power of two: the transform needs one. */
export const rotatedDimension = (dimension: number): number => 2 ** Math.ceil(Math.log2(dimension))

/** Bytes of key that `rotate` takes: one bit a component and round. */
export const rotationKeyBytes = (dimension: number): number => (rounds * rotatedDimension(dimension)) / 8

/**
 * Turns a unit vector by the orthonormal transform that the key names; zero-padded to a power of two.
 * Integers choose the signs and additions run in a fixed order in float64, so that every host gets the same numbers.
 * This is keyed pseudonymisation, not encryption: it is linear, and with the key its inverse is at hand.
 *
 * @param key bit `r * d + i`, least significant bit first: 1 flips component i in round r
 */
export function rotate(vector: Float32Array, key: Uint8Array): Float32Array {
  const d = rotatedDimension(vector.length)
  if (key.length !== rotationKeyBytes(vector.length))
    throw new MienError('INTERNAL', { message: 'rotation key length' })
  const values = new Float64Array(d)
  values.set(vector)
  const scale = 1 / Math.sqrt(d)
  for (let round = 0; round < rounds; round++) {
    flipSigns(values, key, round * d)
    hadamard(values)
    for (let i = 0; i < d; i++) values[i]! *= scale
  }
  return new Float32Array(values)
}

/** The way back: `unrotate(rotate(v, key), key)` is `v` to single precision. @param vector of a power of two components */
export function unrotate(vector: Float32Array, key: Uint8Array): Float32Array {
  const d = vector.length
  if (key.length !== rotationKeyBytes(d)) throw new MienError('INTERNAL', { message: 'rotation key length' })
  const values = Float64Array.from(vector)
  const scale = 1 / Math.sqrt(d)
  for (let round = rounds - 1; round >= 0; round--) {
    hadamard(values)
    for (let i = 0; i < d; i++) values[i]! *= scale
    flipSigns(values, key, round * d)
  }
  return new Float32Array(values)
}

function flipSigns(values: Float64Array, key: Uint8Array, firstBit: number): void {
  for (let i = 0; i < values.length; i++) {
    const bit = firstBit + i
    if ((key[bit >> 3]! >> (bit & 7)) & 1) values[i] = -values[i]!
  }
}

/** In place, natural order, not scaled. */
function hadamard(values: Float64Array): void {
  for (let half = 1; half < values.length; half *= 2) {
    for (let start = 0; start < values.length; start += 2 * half) {
      for (let i = start; i < start + half; i++) {
        const a = values[i]!
        const b = values[i + half]!
        values[i] = a + b
        values[i + half] = a - b
      }
    }
  }
}
