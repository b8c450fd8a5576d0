import { and, eq } from 'drizzle-orm'
import type { TemplateIndex } from '../domain/ports.ts'
import { createSealing, type OpenedKeyCache } from './application-key-store.ts'
import type { Executor } from './executor.ts'
import type { GalleryMemory } from './gallery-memory.ts'
import { createPgvectorIndex } from './pgvector-index.ts'
import { applicationKeys } from './schema.ts'
import { createSealedIndex } from './sealed-index.ts'

/** Searches where templates of that key version lie: in the database, or opened in memory. */
export function createTemplateIndex(db: Executor, cache: OpenedKeyCache, memory: GalleryMemory): TemplateIndex {
  const inDatabase = createPgvectorIndex(db)
  const inMemory = createSealedIndex(db, { sealing: createSealing(db, cache), memory })

  const isSealed = async (applicationId: string, version: number): Promise<boolean> => {
    const known = cache.known.get(applicationId)?.keys.keys.find((key) => key.version === version)
    if (known !== undefined) return known.protection === 'sealed'
    const at = and(eq(applicationKeys.applicationId, applicationId), eq(applicationKeys.version, version))
    const [row] = await db.select({ protection: applicationKeys.protection }).from(applicationKeys).where(at)
    return row?.protection === 'sealed'
  }

  return {
    nearest: async (query) =>
      (await isSealed(query.applicationId, query.keyVersion)) ? inMemory.nearest(query) : inDatabase.nearest(query),
  }
}
