/** Secrets whose every trace is looked for: each in the forms in which a log, a file or an answer would hold it. */
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'

export interface Canary {
  readonly name: string
  readonly needles: readonly Buffer[]
}

export interface Place {
  readonly name: string
  readonly bytes: Buffer
  /** Names of canaries that belong there. */
  readonly may?: readonly string[]
}

/** As it is, percent-encoded, in hexadecimal, and inside base64 wherever it begins. @param secret at least 8 characters */
export function textCanary(name: string, secret: string): Canary {
  const bytes = Buffer.from(secret, 'utf8')
  const spelled = [secret, encodeURIComponent(secret), bytes.toString('hex'), ...insideBase64(bytes)]
  return { name, needles: unique(spelled.map((text) => Buffer.from(text, 'utf8'))) }
}

/** Raw, in hexadecimal and in base64. @param bytes at least 16 */
export function bytesCanary(name: string, bytes: Uint8Array): Canary {
  const raw = Buffer.from(bytes)
  const spelled = [raw.toString('hex'), raw.toString('hex').toUpperCase(), ...insideBase64(raw)]
  return { name, needles: [raw, ...unique(spelled.map((text) => Buffer.from(text, 'utf8')))] }
}

const windowLength = 8
const windowStarts = [0, 333]

/** Eight numbers in a row, at two places, as float32, float64 or half precision, and any of a few numbers as decimal text. */
export function vectorCanary(name: string, vector: Float32Array): Canary {
  const windows = windowStarts.map((at) => vector.subarray(at, at + windowLength))
  const binary = windows.flatMap((window) => [
    Buffer.from(Float32Array.from(window).buffer),
    Buffer.from(Float64Array.from(window).buffer),
    Buffer.from(Uint16Array.from(window, toHalf).buffer),
  ])
  const spelled = binary.flatMap((bytes) => [bytes.toString('hex'), ...insideBase64(bytes)])
  // Eight digits of one number: enough not to be there by chance, and what every printing of it begins with.
  const decimals = [...vector].filter((value) => Math.abs(value) > 0.02).map((value) => Math.abs(value).toFixed(12))
  const numbers = decimals.slice(0, 12).map((text) => text.slice(1, 10))
  return { name, needles: [...binary, ...unique([...spelled, ...numbers].map((text) => Buffer.from(text, 'utf8')))] }
}

/** Those that are where they may not be, as `place: canary`. */
export function findLeaks(places: readonly Place[], canaries: readonly Canary[]): readonly string[] {
  return places.flatMap(({ name, bytes, may = [] }) =>
    canaries
      .filter((canary) => !may.includes(canary.name) && canary.needles.some((needle) => bytes.includes(needle)))
      .map((canary) => `${name}: ${canary.name}`),
  )
}

/** Every file below a folder, named from there. */
export async function filesBelow(folder: string): Promise<readonly Place[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Promise.all(files.map(async (file) => ({ name: relative(folder, file), bytes: await readFile(file) })))
}

/** What base64 and base64url of a longer text hold of it, for each of the three places at which it may begin. */
function insideBase64(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    // The first and last characters also hold bits of what stands beside.
    const inner = whole.slice(offset === 0 ? 0 : offset + 1, -1)
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

const unique = (buffers: readonly Buffer[]): readonly Buffer[] => [
  ...new Map(buffers.map((buffer) => [buffer.toString('latin1'), buffer])).values(),
]

/** IEEE 754 binary16 of a number below 1, rounded to nearest, as the database keeps vectors. */
export function toHalf(value: number): number {
  const sign = value < 0 ? 0x8000 : 0
  const magnitude = Math.abs(value)
  const exponent = Math.max(-14, Math.floor(Math.log2(magnitude || 2 ** -15)))
  const mantissa = Math.round((magnitude / 2 ** exponent) * 1024)
  const isNormal = mantissa >= 1024
  return sign | (isNormal ? (exponent + 15) * 1024 + mantissa - 1024 : mantissa)
}
