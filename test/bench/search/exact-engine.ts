import { createExactIndex } from '../../../packages/server/src/db/exact-index.ts'
import { createExactLoader } from '../../../packages/server/src/db/exact-loader.ts'
import { createExactMemory } from '../../../packages/server/src/db/exact-memory.ts'
import type { SearchDatabase } from '../../../packages/server/src/db/open-search.fixture.ts'
import type { ScanPool } from '../../../packages/server/src/search/scan-pool.ts'
import { answerOf, limit } from './database-engines.ts'
import type { SearchEngine } from './search-engine.ts'
import type { StoredGallery } from './stored-gallery.ts'

/** The in-process index as a server uses it: what changed is asked for, the blocks are searched, and the best are scored on the stored vectors. */
export async function exactEngine(
  name: string,
  { db }: SearchDatabase,
  { stored, pool, rows }: { stored: StoredGallery; pool: ScanPool; rows: number },
): Promise<SearchEngine> {
  const memory = createExactMemory({ pool: () => pool, maxBytes: 2 ** 33 })
  const failures: unknown[] = []
  const loader = createExactLoader({ db, memory, onFailure: (error) => failures.push(error) })
  const index = createExactIndex(db, { memory, loader })
  const ask = (vector: Float32Array) => index.tryNearest({ ...stored.space, vector, limit, gallerySize: rows })
  const began = performance.now()
  await ask(new Float32Array(512).fill(1 / Math.sqrt(512)))
  await loader.settled()
  const loadMs = performance.now() - began
  const gallery = memory.find(stored.space)
  if (gallery?.block === undefined || gallery.state !== 'ready')
    throw new Error(`The gallery was not loaded: ${gallery?.state}`, { cause: failures[0] })
  const { block } = gallery
  return {
    name,
    loadMs,
    bytes: block.bytes,
    async search({ vector }) {
      const hits = await ask(vector)
      if (hits === null) throw new Error('The in-process index left a search to the database')
      return answerOf(hits)
    },
    async close() {
      await loader.stop()
      memory.forget(gallery)
    },
  }
}
