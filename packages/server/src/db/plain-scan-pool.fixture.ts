import { setImmediate as nextTurn } from 'node:timers/promises'
import { type ErrorCode, MienError } from '@mien/shared/errors'
import { cosine } from '@mien/shared/template/unit-vector'
import type { BlockOptions, ScanPool } from '../search/scan-pool.ts'
import type { VectorBlock } from '../search/vector-block.ts'

/** Blocks without threads, whose searches can be made to fail. */
export interface PlainScanPool extends ScanPool {
  /** What the next search of any block is rejected with. */
  failNext(code: ErrorCode): void
  /** Blocks that were made, and those of them that were released. */
  counts(): { readonly made: number; readonly released: number; readonly searches: number }
}

/** What a block takes, with `expected` vectors put aside at once. */
export const plainBytes = (vectors: number, dimension: number): number => vectors * dimension

export function createPlainScanPool(): PlainScanPool {
  let failing: ErrorCode | undefined
  const counts = { made: 0, released: 0, searches: 0 }
  return {
    failNext(code) {
      failing = code
    },
    counts: () => ({ ...counts }),
    createBlock(options) {
      counts.made++
      const onRelease = () => counts.released++
      return createPlainBlock(options, onRelease, () => {
        counts.searches++
        const code = failing
        failing = undefined
        if (code !== undefined) throw new MienError(code)
      })
    },
    close: async () => {},
  }
}

function createPlainBlock(
  { dimension, expected, allowance }: BlockOptions,
  onRelease: () => void,
  onSearch: () => void,
): VectorBlock {
  const vectors = new Map<string, Float32Array>()
  let room = expected
  let isReleased = false
  allowance?.take(plainBytes(room, dimension))
  const put = (id: string, vector: Float32Array) => {
    if (isReleased) throw new MienError('GONE')
    if (!vectors.has(id) && vectors.size === room) {
      allowance?.take(plainBytes(1, dimension))
      room++
    }
    vectors.set(id, vector)
  }
  return {
    dimension,
    get size() {
      return vectors.size
    },
    get bytes() {
      return isReleased ? 0 : plainBytes(room, dimension)
    },
    errorBound: 1e-6,
    put,
    putHalf: (id, halves) => put(id, fromHalves(halves)),
    remove: (id) => vectors.delete(id),
    async nearest(vector, count) {
      onSearch()
      const there = [...vectors]
      await nextTurn()
      if (isReleased) throw new MienError('GONE')
      const hits = there.map(([id, each]) => ({ id, score: cosine(vector, each) }))
      return hits.sort((a, b) => b.score - a.score).slice(0, count)
    },
    release() {
      if (isReleased) return
      isReleased = true
      onRelease()
      allowance?.give(plainBytes(room, dimension))
      vectors.clear()
    },
  }
}

/** IEEE 754 binary16, big-endian. */
function fromHalves(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Float32Array.from({ length: bytes.length / 2 }, (_, i) => toFloat(view.getUint16(2 * i)))
}

function toFloat(half: number): number {
  const [sign, exponent, fraction] = [half >> 15 === 0 ? 1 : -1, (half >> 10) & 31, half & 1023]
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
