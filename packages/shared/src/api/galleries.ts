import * as z from 'zod/mini'
import { galleryName, timestamp } from './fields.ts'

export const galleryRequest = z.strictObject({ name: galleryName })
export type GalleryRequest = z.infer<typeof galleryRequest>

/**
 * What searches a gallery. `auto`: chosen by size and memory; `database`: pgvector, exact; `memory`: exact, in the server's memory; `hnsw`: a
 * graph of the gallery alone, approximate, on PostgreSQL. Where the one that was asked for cannot search, pgvector does.
 */
export const searchEngine = z.enum(['auto', 'database', 'memory', 'hnsw'])
export type SearchEngine = z.infer<typeof searchEngine>

/** Candidates that a search of the graph keeps: more find more and take longer. Null: 200. */
const hnswEfSearch = z.nullable(z.int().check(z.minimum(1), z.maximum(1000)))

/** `PATCH /v1/galleries/{name}`: only what is given changes. */
export const galleryPatch = z.strictObject({
  search_engine: z.optional(searchEngine),
  hnsw_ef_search: z.optional(hnswEfSearch),
})
export type GalleryPatch = z.infer<typeof galleryPatch>

export const gallery = z.strictObject({
  name: galleryName,
  subjects: z.int(),
  created_at: timestamp,
  search_engine: searchEngine,
  hnsw_ef_search: hnswEfSearch,
})
export type Gallery = z.infer<typeof gallery>

export const galleryList = z.strictObject({ galleries: z.array(gallery) })
export type GalleryList = z.infer<typeof galleryList>
