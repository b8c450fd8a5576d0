import { openGraphBuilder } from '../../../packages/server/src/db/hnsw-build.ts'
import { createHnswIndex } from '../../../packages/server/src/db/hnsw-index.ts'
import type { SearchDatabase } from '../../../packages/server/src/db/open-search.fixture.ts'
import { createPgvectorIndex } from '../../../packages/server/src/db/pgvector-index.ts'
import type { IndexHit, TemplateIndex } from '../../../packages/server/src/domain/ports.ts'
import type { SearchAnswer, SearchEngine } from './search-engine.ts'
import { numberOf, type StoredGallery } from './stored-gallery.ts'

/** Proposals that the deciding transaction asks for. */
export const limit = 20

export const answerOf = ([best]: readonly IndexHit[]): SearchAnswer =>
  best === undefined ? { person: -1, score: Number.NaN } : { person: numberOf(best.subjectId), score: best.score }

const searchBy =
  (index: TemplateIndex, { space }: StoredGallery): SearchEngine['search'] =>
  async ({ vector }) =>
    answerOf(await index.nearest({ ...space, vector, limit }))

/** Exact search by the database itself. */
export function pgvectorEngine(name: string, { db }: SearchDatabase, stored: StoredGallery): SearchEngine {
  const { loadMs, bytes } = stored
  return { name, loadMs, bytes, search: searchBy(createPgvectorIndex(db), stored) }
}

/** The gallery's own graph, with each of these numbers of candidates. @param url of the database */
export async function hnswEngines(
  { db, query }: SearchDatabase,
  stored: StoredGallery,
  options: {
    readonly url: string
    readonly candidates: readonly number[]
    readonly onProgress: (rows: number) => void
  },
): Promise<readonly SearchEngine[]> {
  const builder = openGraphBuilder(options.url)
  const { applicationId, galleryId } = stored.space
  const onProgress = ({ done }: { done: number }) => options.onProgress(done)
  const [graph] = await builder.optimize(applicationId, 'default', { onProgress }).finally(() => builder.close())
  if (graph === undefined) throw new Error('No graph was built')
  const search = searchBy(createHnswIndex(db), stored)
  let current = 0
  return options.candidates.map((candidates) => ({
    name: `HNSW (m 32, ef_construction 200), ef ${candidates}`,
    loadMs: graph.seconds * 1000,
    bytes: graph.bytes,
    search,
    async prepare() {
      if (current === candidates) return
      current = candidates
      await query('update galleries set hnsw_ef_search = $1 where application_id = $2 and id = $3', [
        candidates,
        applicationId,
        galleryId,
      ])
    },
  }))
}
