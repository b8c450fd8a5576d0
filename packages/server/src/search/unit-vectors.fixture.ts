import { randomUUID } from 'node:crypto'

/** Numbers from 0 to 1, the same for the same seed (mulberry32, public domain). */
export function seededNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export function toUnit(components: ArrayLike<number>): Float32Array {
  const vector = Float32Array.from(components)
  const length = Math.hypot(...vector)
  return vector.map((component) => component / length)
}

/** Directions evenly spread: of normal components. */
export function randomUnit(dimension: number, next: () => number): Float32Array {
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  return toUnit(Array.from({ length: dimension }, normal))
}

/** Of another unit vector: at this cosine of it. */
export function nearTo(vector: Float32Array, cosineOf: number, next: () => number): Float32Array {
  const other = randomUnit(vector.length, next)
  const along = exactCosine(vector, other)
  const aside = toUnit(other.map((component, i) => component - along * vector[i]!))
  const share = Math.sqrt(1 - cosineOf * cosineOf)
  return vector.map((component, i) => cosineOf * component + share * aside[i]!)
}

/** In double precision. */
export function exactCosine(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

export const newId = (): string => randomUUID()

/** Half precision, big-endian, rounded toward zero: as good as any other for a test that reads it back. */
export function toHalves(vector: Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 * vector.length))
  for (const [i, component] of vector.entries()) view.setUint16(2 * i, toHalf(component))
  return new Uint8Array(view.buffer)
}

export const fromHalves = (halves: Uint8Array): Float32Array => {
  const view = new DataView(halves.buffer, halves.byteOffset, halves.byteLength)
  return Float32Array.from({ length: halves.length / 2 }, (_, i) => fromHalf(view.getUint16(2 * i)))
}

function toHalf(value: number): number {
  const sign = value < 0 ? 0x8000 : 0
  const size = Math.abs(value)
  if (size < 2 ** -14) return sign | Math.trunc(size * 2 ** 24)
  const exponent = Math.floor(Math.log2(size))
  return sign | ((exponent + 15) << 10) | Math.trunc((size / 2 ** exponent - 1) * 1024)
}

function fromHalf(half: number): number {
  const [sign, exponent, fraction] = [half >> 15 === 0 ? 1 : -1, (half >> 10) & 31, half & 1023]
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
