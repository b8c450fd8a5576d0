import type { TemplateIndex } from '../domain/ports.ts'
import { createApplicationKeyStore, createSealing, type OpenedKeyCache } from './application-key-store.ts'
import type { Executor } from './executor.ts'
import type { GalleryMemory } from './gallery-memory.ts'
import { createPgvectorIndex } from './pgvector-index.ts'
import { createSealedIndex } from './sealed-index.ts'

/** Searches where templates of that key version lie: in the database, or opened in memory. */
export function createTemplateIndex(db: Executor, cache: OpenedKeyCache, memory: GalleryMemory): TemplateIndex {
  const inDatabase = createPgvectorIndex(db)
  const inMemory = createSealedIndex(db, { sealing: createSealing(db, cache), memory })
  const { protectionOf } = createApplicationKeyStore(db, cache)
  return {
    async nearest(query) {
      const isSealed = (await protectionOf(query.applicationId, query.keyVersion)) === 'sealed'
      return (isSealed ? inMemory : inDatabase).nearest(query)
    },
  }
}
