import { createExactIndex } from '../../../packages/server/src/db/exact-index.ts'
import { createExactSearch } from '../../../packages/server/src/db/exact-search.ts'
import type { SearchDatabase } from '../../../packages/server/src/db/open-search.fixture.ts'
import { createScanPool } from '../../../packages/server/src/search/scan-pool.ts'
import { answerOf, limit } from './database-engines.ts'
import type { SearchEngine } from './search-engine.ts'
import type { StoredGallery } from './stored-gallery.ts'
import type { TemplateSource } from './template-source.ts'

/** Room for any gallery that is measured. */
const maxBytes = 2 ** 33

/** The in-process index as a server uses it: what changed is asked for, the blocks are searched, and the best are scored on the stored vectors. */
export async function exactEngine(
  name: string,
  { db }: SearchDatabase,
  { stored, source }: { readonly stored: StoredGallery; readonly source: TemplateSource },
): Promise<SearchEngine> {
  const failures: unknown[] = []
  const onFailure = (error: unknown) => failures.push(error)
  const search = createExactSearch(db, { maxBytes, createPool: () => createScanPool({ threads: 1 }), onFailure })
  const index = createExactIndex(db, search)
  const ask = (vector: Float32Array) => index.tryNearest({ ...stored.space, vector, limit, gallerySize: source.rows })
  const began = performance.now()
  await ask(source.probes[0]!.vector)
  await search.loader.settled()
  const loadMs = performance.now() - began
  const block = search.memory.find(stored.space)?.block
  if (block === undefined) throw new Error('The gallery was not loaded', { cause: failures[0] })
  return {
    name,
    loadMs,
    bytes: block.bytes,
    async search({ vector }) {
      const hits = await ask(vector)
      if (hits === null) throw new Error('The in-process index left a search to the database')
      return answerOf(hits)
    },
    close: () => search.close(),
  }
}
