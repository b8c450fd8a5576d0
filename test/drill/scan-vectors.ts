import { cosine } from '@mien/shared/template/unit-vector'

/** Whole numbers of a window are looked at only where they could be a template: finite, small, neither zeros nor noise of exponents. */
const maxNumber = 4
const [minSquares, maxSquares] = [0.05, 20]

export interface VectorScan {
  /** Runs of numbers that could be a template, in any reading of the bytes. */
  readonly windows: number
  /** Largest magnitude of a cosine between one of them and one of the known vectors, for each set of those; 0 where there is none. */
  readonly maxCosines: readonly number[]
}

/** Reads bytes as float16 and float32 from every offset, and compares each run that could be a vector with those that are known. */
export function scanVectors(bytes: Uint8Array, sets: readonly (readonly Float32Array[])[]): VectorScan {
  const dimension = sets[0]![0]!.length
  const maxCosines = sets.map(() => 0)
  let windows = 0
  for (const numbers of readings(bytes)) {
    for (const start of plausibleStarts(numbers, dimension)) {
      windows += 1
      const window = unitOf(numbers.subarray(start, start + dimension))
      for (const [i, known] of sets.entries()) {
        for (const vector of known) maxCosines[i] = Math.max(maxCosines[i]!, Math.abs(cosine(window, vector)))
      }
    }
  }
  return { windows, maxCosines }
}

/** The numbers of the bytes in each reading. */
function* readings(bytes: Uint8Array): Generator<Float32Array> {
  for (let offset = 0; offset < 4; offset++) {
    const whole = new Uint8Array(bytes.subarray(offset, offset + 4 * Math.floor((bytes.length - offset) / 4)))
    yield new Float32Array(whole.buffer)
  }
  for (let offset = 0; offset < 2; offset++) {
    const whole = new Uint8Array(bytes.subarray(offset, offset + 2 * Math.floor((bytes.length - offset) / 2)))
    yield Float32Array.from(new Uint16Array(whole.buffer), (half) => halves[half]!)
  }
}

function* plausibleStarts(numbers: Float32Array, dimension: number): Generator<number> {
  let [squares, run] = [0, 0]
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i]!
    if (!(Math.abs(value) <= maxNumber)) {
      squares = 0
      run = 0
      continue
    }
    squares += value * value
    run += 1
    if (run > dimension) squares -= numbers[i - dimension]! ** 2
    if (run >= dimension && squares >= minSquares && squares <= maxSquares) yield i - dimension + 1
  }
}

function unitOf(window: Float32Array): Float32Array {
  const norm = Math.sqrt(window.reduce((sum, value) => sum + value * value, 0))
  return window.map((value) => value / norm)
}

/** Every binary16 as a number. */
const halves = Float32Array.from({ length: 65_536 }, (_, bits) => {
  const sign = bits & 0x8000 ? -1 : 1
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023]
  if (exponent === 31) return Number.NaN
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15))
})
