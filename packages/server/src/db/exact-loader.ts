import { setImmediate as nextTurn } from 'node:timers/promises'
import { MienError } from '@mien/shared/errors'
import { and, asc, gt } from 'drizzle-orm'
import type { FaceSpace } from '../domain/model.ts'
import type { VectorBlock } from '../search/vector-block.ts'
import { applyChanges, componentsOf, halves, isHeld, stateAfter } from './exact-changes.ts'
import type { ExactGallery, ExactMemory } from './exact-memory.ts'
import type { Executor } from './executor.ts'
import { headOf, isGallery } from './follow-gallery.ts'
import { sizeOfGallery } from './gallery-sizes.ts'
import { faces, galleries } from './schema.ts'

/** Faces that are read at once: with the embedded database, which works on the same thread, some ten milliseconds. */
const pageSize = 1000

/** Brings galleries into memory, behind the searches. */
export interface ExactLoader {
  /** Begins, unless it was begun. Never rejects and never waits. */
  load(gallery: ExactGallery): void
  /** Applies many changes; meanwhile nobody searches it. */
  catchUp(gallery: ExactGallery): void
  /** Brings on all that are ready, or of them those with these ids, and drops those whose gallery is gone: whoever was erased is not in memory for long. */
  follow(galleryIds?: ReadonlySet<string>): Promise<void>
  /** Resolves once nothing is being loaded. */
  settled(): Promise<void>
  /** Waits for the page that is being read. */
  stop(): Promise<void>
}

export interface ExactLoaderOptions {
  /** Not a transaction: what is loaded is committed. */
  readonly db: Executor
  readonly memory: ExactMemory
  readonly onFailure?: ((error: unknown) => void) | undefined
}

/** Somebody dropped the gallery, or the loader was stopped. */
class Abandoned extends Error {}

export function createExactLoader({ db, memory, onFailure }: ExactLoaderOptions): ExactLoader {
  let queue: Promise<void> = Promise.resolve()
  let isStopped = false

  const checkWanted = (gallery: ExactGallery, block: VectorBlock | undefined) => {
    if (isStopped || gallery.state !== 'loading' || gallery.block !== block) throw new Abandoned()
  }

  const readAll = async (gallery: ExactGallery, block: VectorBlock): Promise<void> => {
    for (let after: string | undefined; ; ) {
      const page = await readPage(db, gallery, after)
      checkWanted(gallery, block)
      for (const { id, sent } of page) if (sent !== null) block.putHalf(id, componentsOf(sent))
      after = page.at(-1)?.id
      if (page.length < pageSize) return
      await nextTurn()
    }
  }

  /** @returns whether it is as the database has it */
  const bringOn = async (gallery: ExactGallery, block: VectorBlock): Promise<boolean> => {
    for (;;) {
      const step = await applyChanges(db, gallery, block)
      checkWanted(gallery, block)
      if (step === 'full') throw new MienError('OVERLOADED')
      if (step === 'broken') throw new MienError('INTERNAL', { message: 'A gallery in memory did not take a change' })
      if (step === 'lost' || step === 'done') return step === 'done'
    }
  }

  const readGallery = async (gallery: ExactGallery): Promise<void> => {
    for (;;) {
      // Of all key versions: so many at most.
      const [cursor, size] = [await headOf(db, gallery.space), await sizeOfGallery(db, gallery.space)]
      checkWanted(gallery, undefined)
      const block = memory.open(gallery, size)
      gallery.cursor = cursor
      gallery.lastChanged = null
      await readAll(gallery, block)
      if (await bringOn(gallery, block)) return memory.ready(gallery)
      // Changes that came next were forgotten, or the gallery was.
      memory.drop(gallery)
      if (!(await isThere(db, gallery.space))) return memory.forget(gallery)
      memory.queue(gallery)
    }
  }

  const fail = (gallery: ExactGallery, error: unknown): void => {
    if (error instanceof Abandoned) {
      if (gallery.state === 'loading') memory.drop(gallery)
    } else if (error instanceof MienError && error.code === 'OVERLOADED') {
      memory.drop(gallery, 'waiting')
    } else {
      memory.drop(gallery, 'failed')
      onFailure?.(error)
    }
  }

  /** One after the other: several at once would take from the searches. */
  const enqueue = (gallery: ExactGallery, work: () => Promise<void>): void => {
    queue = queue.then(() => (isStopped ? undefined : work())).catch((error) => fail(gallery, error))
  }

  const followOne = async (gallery: ExactGallery, block: VectorBlock): Promise<void> => {
    if (!(await isThere(db, gallery.space))) return memory.forget(gallery)
    let step: Awaited<ReturnType<typeof applyChanges>>
    do step = await applyChanges(db, gallery, block)
    while (step === 'again' && gallery.state === 'ready' && !isStopped)
    if (gallery.block !== block) return
    if (step === 'lost' || step === 'full' || step === 'broken') memory.drop(gallery, stateAfter[step])
    else if (block.size === 0) memory.forget(gallery)
  }

  return {
    load(gallery) {
      if (isStopped) return
      memory.queue(gallery)
      enqueue(gallery, () => readGallery(gallery))
    },
    catchUp(gallery) {
      const { block } = gallery
      if (isStopped || block === undefined || gallery.state !== 'ready') return
      memory.suspend(gallery)
      enqueue(gallery, async () => {
        checkWanted(gallery, block)
        if (await bringOn(gallery, block)) memory.ready(gallery)
        else memory.drop(gallery)
      })
    },
    async follow(galleryIds) {
      for (const gallery of memory.all()) {
        const { block, state, space } = gallery
        if (block === undefined || state !== 'ready' || galleryIds?.has(space.galleryId) === false) continue
        // Where the database does not answer the next search follows, or the next sweep; and it holds up no other.
        await followOne(gallery, block).catch(() => undefined)
      }
    },
    async settled() {
      for (let seen: Promise<void> | undefined; seen !== queue; ) {
        seen = queue
        await seen
      }
    },
    async stop() {
      isStopped = true
      await queue
      for (const gallery of memory.all()) memory.drop(gallery)
    },
  }
}

const readPage = (db: Executor, gallery: ExactGallery, after: string | undefined) =>
  db
    .select({ id: faces.id, sent: halves })
    .from(faces)
    .where(and(isHeld(gallery), after === undefined ? undefined : gt(faces.id, after)))
    .orderBy(asc(faces.id))
    .limit(pageSize)

const isThere = async (db: Executor, space: FaceSpace): Promise<boolean> =>
  (await db.select({ id: galleries.id }).from(galleries).where(isGallery(space))).length === 1
