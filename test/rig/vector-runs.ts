import { toHalf } from './canaries.ts'

/** Numbers in a row that are looked for at once; as float32 half as many. */
const runNumbers = 8

const runBytes = 16

/** The reading that the packed form of a sealed template has: 16 bits, steps of 1/32767. */
const toFixed = (value: number) => Math.round(value * 32_767)

/**
 * Every stretch of 16 bytes of these vectors, from any number on that is a multiple of eight, as float32, half precision or whole numbers
 * of 16 bits.
 */
function stretchesOf(vectors: readonly Float32Array[]): Map<number, Set<string>> {
  const byHead = new Map<number, Set<string>>()
  const add = (bytes: Buffer) => {
    for (let at = 0; at + runBytes <= bytes.length; at += runBytes) {
      const head = bytes.readUInt32LE(at)
      const known = byHead.get(head) ?? new Set()
      byHead.set(head, known.add(bytes.toString('latin1', at, at + runBytes)))
    }
  }
  for (const vector of vectors) {
    const whole = vector.subarray(0, vector.length - (vector.length % runNumbers))
    add(Buffer.from(Float32Array.from(whole).buffer))
    add(Buffer.from(Uint16Array.from(whole, toHalf).buffer))
    add(Buffer.from(Int16Array.from(whole, toFixed).buffer))
  }
  return byHead
}

/** How many places of the bytes hold such a stretch, at whatever offset. */
export function countVectorRuns(bytes: Buffer, vectors: readonly Float32Array[]): number {
  const stretches = stretchesOf(vectors)
  // Most places are told apart by two bytes, without a look into the map.
  const may = new Uint8Array(65_536)
  for (const head of stretches.keys()) may[head & 0xffff] = 1
  let runs = 0
  for (let at = 0; at + runBytes <= bytes.length; at++) {
    if (may[bytes[at]! | (bytes[at + 1]! << 8)] === 0) continue
    if (stretches.get(bytes.readUInt32LE(at))?.has(bytes.toString('latin1', at, at + runBytes)) === true) runs++
  }
  return runs
}
