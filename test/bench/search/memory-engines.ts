import { compileKernel, openKernel, openMemory } from '../../../packages/server/src/search/scan-kernel.ts'
import type { ScanPool } from '../../../packages/server/src/search/scan-pool.ts'
import type { FlatScan } from './flat-scan.ts'
import type { SearchEngine } from './search-engine.ts'
import { faceIdOf, numberOf } from './stored-gallery.ts'
import type { TemplateSource } from './template-source.ts'

/** Proposals of the scan, which whoever asks scores again. */
const proposals = 80
/** A scale for each vector. */
const scaleBytes = 4

/** The least that any scan of these bytes takes: the kernel's own plain read, on the thread that asks. Nobody is found. */
export function readEngine(name: string, { rows, dimension }: TemplateSource): SearchEngine {
  const bytes = rows * (dimension + scaleBytes)
  const memory = openMemory(bytes)
  // A page that nobody wrote to is one and the same zeros, and read faster than memory is.
  new Uint8Array(memory.buffer).fill(85)
  const kernel = openKernel(compileKernel(), memory)
  return {
    name,
    loadMs: null,
    bytes,
    async search() {
      kernel.read(0, bytes)
      return null
    },
  }
}

/** The scan of the in-process index alone, in its thread, and the best of what it proposes on the vectors as they were enrolled. */
export function blockEngine(
  name: string,
  pool: ScanPool,
  { source, flat }: { source: TemplateSource; flat: FlatScan },
): SearchEngine {
  const { dimension, rows } = source
  const began = performance.now()
  const block = pool.createBlock({ dimension, expected: rows })
  for (let row = 0; row < rows; row++) block.put(faceIdOf(row), vectorOf(flat, row))
  const loadMs = performance.now() - began
  return {
    name,
    loadMs,
    bytes: block.bytes,
    async search({ vector }) {
      const hits = await block.nearest(vector, Math.min(proposals, rows))
      let best = { row: -1, score: Number.NEGATIVE_INFINITY }
      for (const { id } of hits) {
        const row = numberOf(id)
        const score = dot(vector, vectorOf(flat, row))
        if (score > best.score) best = { row, score }
      }
      return { person: best.row < 0 ? -1 : source.personOf(best.row), score: best.score }
    },
    close: async () => block.release(),
  }
}

/** Single precision on the thread that asks: what a server without blocks and threads would do. */
export function flatEngine(name: string, { source, flat }: { source: TemplateSource; flat: FlatScan }): SearchEngine {
  return {
    name,
    loadMs: null,
    bytes: 4 * source.rows * source.dimension,
    async search({ vector }) {
      const { row, score } = flat.best(vector, source.rows)
      return { person: source.personOf(row), score }
    },
  }
}

const vectorOf = ({ vectors, dimension }: FlatScan, row: number): Float32Array =>
  vectors.subarray(row * dimension, (row + 1) * dimension)

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
