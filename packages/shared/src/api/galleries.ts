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

/** A gallery, and how the server that answers searches it now. */
export const galleryStats = z.strictObject({
  ...gallery.shape,
  /** Of the model in use. */
  faces: z.int(),
  /** `sealed`: templates that were opened in the server's memory. */
  engine: z.enum(['database', 'memory', 'hnsw', 'sealed']),
  /**
   * `chosen` for the gallery; `sealed`: the application's templates are; `small`: the database is as fast; `fits` into memory. Otherwise it is
   * not in memory: `idle` until somebody searches it, `loading`, `too_large`, `waiting` for memory that other galleries have, `failed` to load,
   * or the engine is `off`. `no_graph`: it was to be searched by a graph that is not there.
   */
  reason: z.enum([
    'chosen',
    'sealed',
    'small',
    'fits',
    'idle',
    'loading',
    'too_large',
    'waiting',
    'failed',
    'off',
    'no_graph',
  ]),
  /** Of the server that answers. */
  memory_bytes: z.int(),
  /** On PostgreSQL, where one was built. `broken`: building it was interrupted, and it is not searched. */
  graph: z.nullable(z.strictObject({ state: z.enum(['ready', 'building', 'broken']), bytes: z.int() })),
})
export type GalleryStats = z.infer<typeof galleryStats>

export const galleryStatsList = z.strictObject({ galleries: z.array(galleryStats) })

export const galleryList = z.strictObject({ galleries: z.array(gallery) })
export type GalleryList = z.infer<typeof galleryList>
