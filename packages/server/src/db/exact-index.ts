import { MienError } from '@mien/shared/errors'
import { and, asc, sql } from 'drizzle-orm'
import { toSql } from 'pgvector'
import type { IndexHit } from '../domain/ports.ts'
import type { ScanHit } from '../search/vector-block.ts'
import { applyChanges, isHeld, stateAfter } from './exact-changes.ts'
import type { ExactLoader } from './exact-loader.ts'
import type { ExactGallery, ExactMemory } from './exact-memory.ts'
import type { Executor } from './executor.ts'
import type { PartialIndex } from './partial-index.ts'
import { faces } from './schema.ts'

/** Pages of changes that a search waits for; with more it is faster to ask the database. */
const maxPages = 5

/** Faces that are scored exactly: bytes order neighbours wrongly that differ by some thousandths. */
const leastCandidates = 32
const candidatesPerHit = 4

/** More than so many are found by the database: the scan is made for the few best. */
const maxCandidates = 1024

/** Dimensions that blocks hold. */
const canHold = (dimension: number): boolean => dimension % 16 === 0 && dimension >= 16 && dimension <= 4096

export interface ExactIndexOptions {
  readonly memory: ExactMemory
  readonly loader: ExactLoader
}

/**
 * Exact search over vectors in this process's memory. Each search first reads, in its own transaction, what changed in the gallery since
 * this process looked last: what is committed anywhere is known here. It answers null while the gallery is not in memory, for a
 * transaction that wrote to the gallery itself, and when anything fails that is not the database.
 */
export function createExactIndex(db: Executor, { memory, loader }: ExactIndexOptions): PartialIndex {
  /** @returns whether the block is as the transaction sees the gallery */
  const bringOn = async (gallery: ExactGallery): Promise<boolean> => {
    const { block } = gallery
    if (block === undefined) return false
    for (let page = 0; page < maxPages; page++) {
      const step = await applyChanges(db, gallery, block)
      if (step === 'done') return true
      if (step === 'again') continue
      if (step !== 'unsettled' && gallery.block === block) memory.drop(gallery, stateAfter[step])
      return false
    }
    loader.catchUp(gallery)
    return false
  }

  return {
    async tryNearest({ vector, limit, gallerySize, ...space }) {
      const count = Math.max(leastCandidates, candidatesPerHit * limit)
      if (!canHold(vector.length) || count > maxCandidates) return null
      const gallery = memory.search(space, vector.length)
      if (memory.shouldLoad(gallery, gallerySize)) loader.load(gallery)
      if (gallery.state !== 'ready' || gallery.dimension !== vector.length) return null
      if (!(await bringOn(gallery)) || gallery.block === undefined) return null
      const { block } = gallery
      const wanted = Math.min(count, block.size)
      if (wanted === 0) return null
      const found = await block.nearest(vector, wanted).catch(nullUnlessBusy)
      if (found === null) return null
      const hits = await rank(db, gallery, { vector, limit, ids: found.map(({ id }: ScanHit) => id) })
      // Some went since they were found, and who comes after them was not looked at.
      return hits.length < Math.min(limit, wanted) ? null : hits
    },
  }
}

/**
 * Nobody has the block any more, a thread died or could not be made: the database is whole. Too many who wait are no reason to make it do the
 * work.
 */
function nullUnlessBusy(error: unknown): null {
  if (error instanceof MienError && error.code === 'OVERLOADED') throw error
  return null
}

interface Candidates {
  readonly vector: Float32Array
  readonly limit: number
  readonly ids: readonly string[]
}

/**
 * By the stored vectors of those who are there. `<#>` is the negative inner product of unit vectors: minus the cosine. Each is looked up by
 * itself, as in `applyChanges`.
 */
async function rank(
  db: Executor,
  gallery: ExactGallery,
  { vector, limit, ids }: Candidates,
): Promise<readonly IndexHit[]> {
  const distance = sql<number>`${faces.vector} <#> ${toSql([...vector])}::halfvec`
  const face = db
    .select({ subjectId: faces.subjectId, distance: distance.as('distance') })
    .from(faces)
    .where(and(isHeld(gallery), sql`${faces.id} = candidate.id`))
    .limit(1)
    .as('face')
  const rows = await db
    .select({ subjectId: face.subjectId, distance: face.distance })
    .from(sql`unnest(${`{${ids.join()}}`}::uuid[]) as candidate(id)`)
    .innerJoinLateral(face, sql`true`)
    .orderBy(asc(face.distance))
    .limit(limit)
  return rows.map((row) => ({ subjectId: row.subjectId, score: -row.distance }))
}
