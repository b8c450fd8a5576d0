import type { SearchEngine } from '@mien/shared/api/galleries'
import type { FaceSpace } from '../domain/model.ts'
import { createBriefMemory } from './brief-memory.ts'
import type { Executor } from './executor.ts'
import { isGallery } from './follow-gallery.ts'
import { findGraph } from './hnsw-graph.ts'
import { galleries } from './schema.ts'

/** What somebody chose, and a graph that was built, are heeded so much later at most. */
const keepMs = 5000

/** What is known of galleries beside their size; looked up for one search in many. */
export interface SearchPlans {
  choiceOf(db: Executor, space: FaceSpace): Promise<SearchEngine>
  /** Whether the gallery has a graph of its own that is ready. */
  hasGraph(db: Executor, space: FaceSpace): Promise<boolean>
}

/** @param hasGraphs whether the database can have any */
export function createSearchPlans(hasGraphs: boolean): SearchPlans {
  const choices = createBriefMemory<SearchEngine>(keepMs)
  const graphs = createBriefMemory<boolean>(keepMs)
  return {
    choiceOf: (db, space) =>
      choices.of(`${space.applicationId}|${space.galleryId}`, async () => {
        const chosen = db.select({ choice: galleries.searchEngine }).from(galleries).where(isGallery(space))
        return (await chosen)[0]?.choice ?? 'auto'
      }),
    hasGraph: async (db, space) =>
      hasGraphs &&
      graphs.of(
        `${space.applicationId}|${space.galleryId}|${space.modelId}`,
        async () => (await findGraph(db, space))?.state === 'ready',
      ),
  }
}
