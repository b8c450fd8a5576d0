import type { IndexHit, TemplateIndex } from '../domain/ports.ts'
import { createApplicationKeyStore, createSealing, type OpenedKeyCache } from './application-key-store.ts'
import { chooseEngine, leastInMemory, wantsMemory } from './choose-engine.ts'
import { createExactIndex, type ExactIndexOptions } from './exact-index.ts'
import type { Executor } from './executor.ts'
import type { GalleryMemory } from './gallery-memory.ts'
import { sizeOfGallery } from './gallery-sizes.ts'
import { createHnswIndex } from './hnsw-index.ts'
import type { SizedQuery } from './partial-index.ts'
import { createPgvectorIndex } from './pgvector-index.ts'
import { createSealedIndex } from './sealed-index.ts'
import { createSearchPlans, type SearchPlans } from './search-plans.ts'
import { type OnSearch, timedIndex } from './timed-index.ts'

export interface TemplateIndexOptions {
  /** Memory for galleries; undefined: the engine is off. */
  readonly exact?: ExactIndexOptions | undefined
  /** Default: of a database without graphs. */
  readonly plans?: SearchPlans | undefined
  readonly onSearch?: OnSearch | undefined
}

/**
 * Searches a gallery by the engine that suits it, or that somebody chose for it; where that one cannot say, the database itself is asked.
 * Sealed templates are searched where they are opened.
 */
export function createTemplateIndex(
  db: Executor,
  cache: OpenedKeyCache,
  memory: GalleryMemory,
  { exact, plans = createSearchPlans(false), onSearch }: TemplateIndexOptions = {},
): TemplateIndex {
  const sealed = timedIndex('sealed', createSealedIndex(db, { sealing: createSealing(db, cache), memory }), onSearch)
  const engines = {
    database: timedIndex('database', createPgvectorIndex(db), onSearch),
    hnsw: timedIndex('hnsw', createHnswIndex(db), onSearch),
  }
  const inMemory = exact === undefined ? undefined : createExactIndex(db, exact)
  const { protectionOf } = createApplicationKeyStore(db, cache)

  /** Null where it is not in memory, or does not belong there. */
  const searchMemory = async (query: SizedQuery): Promise<readonly IndexHit[] | null> => {
    const began = performance.now()
    const hits = (await inMemory?.tryNearest(query)) ?? null
    if (hits !== null) onSearch?.('memory', performance.now() - began)
    return hits
  }

  return {
    async nearest(query) {
      if ((await protectionOf(query.applicationId, query.keyVersion)) === 'sealed') return sealed.nearest(query)
      const choice = await plans.choiceOf(db, query)
      const faces = query.gallerySize ?? (await sizeOfGallery(db, query))
      const hits = wantsMemory({ choice, faces }) ? await searchMemory({ ...query, gallerySize: faces }) : null
      if (hits !== null) return hits
      const state = exact?.memory.find(query)?.state ?? 'off'
      // It is there, and still it could not say: then nothing approximate does.
      const known = state === 'ready' ? 'loading' : state
      const mayHaveGraph = choice === 'hnsw' || (choice === 'auto' && faces >= leastInMemory)
      const hasGraph = mayHaveGraph && (await plans.hasGraph(db, query))
      const { engine } = chooseEngine({ choice, faces, memory: known, hasGraph })
      return engines[engine === 'hnsw' ? 'hnsw' : 'database'].nearest(query)
    },
  }
}
