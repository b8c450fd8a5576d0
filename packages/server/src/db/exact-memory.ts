import { MienError } from '@mien/shared/errors'
import type { Face, FaceSpace } from '../domain/model.ts'
import type { SearchMemory } from '../domain/ports.ts'
import type { BlockAllowance, ScanPool } from '../search/scan-pool.ts'
import type { VectorBlock } from '../search/vector-block.ts'

/** Faces that can be compared with each other. */
export type VersionedSpace = FaceSpace & Pick<Face, 'keyVersion'>

/**
 * `waiting`: others that are searched have the memory; `too_large`: it would not fit alone; `failed`: loading it did. Each is tried again when
 * its time has come.
 */
export type ExactState = 'idle' | 'loading' | 'ready' | 'too_large' | 'waiting' | 'failed'

/** What this process knows of one space. */
export interface ExactGallery {
  readonly space: VersionedSpace
  readonly dimension: number
  readonly state: ExactState
  /** Of a gallery that is ready, or being loaded. */
  readonly block: VectorBlock | undefined
  /** The change that the block is up to. */
  cursor: bigint
  /** The face that it was of; null: not known. */
  lastChanged: string | null
}

/** Galleries in the memory of this process, within one limit. */
export interface ExactMemory {
  /** As somebody searches it now. @param dimension of its faces, where it is not known yet */
  search(space: VersionedSpace, dimension: number): ExactGallery
  /** Without a search. */
  find(space: VersionedSpace): ExactGallery | undefined
  /** Whether it is worth a try to load it. @param faces that it has about now */
  shouldLoad(gallery: ExactGallery, faces: number): boolean
  /** Its load waits for its turn. */
  queue(gallery: ExactGallery): void
  /**
   * An empty block with memory put aside. Galleries that nobody searched for a while make room.
   *
   * @throws MienError OVERLOADED when there is none
   */
  open(gallery: ExactGallery, faces: number): VectorBlock
  /** From now on it is searched. */
  ready(gallery: ExactGallery): void
  /** It is behind by more than a search catches up with: nobody searches it until it is ready again. */
  suspend(gallery: ExactGallery): void
  /** Overwrites the block and gives the memory back. @param state what it is afterwards */
  drop(gallery: ExactGallery, state?: Exclude<ExactState, 'loading' | 'ready'>): void
  /** Forgets it altogether: the gallery is gone. */
  forget(gallery: ExactGallery): void
  all(): readonly ExactGallery[]
  /** Of any key version. */
  ofSpace(space: FaceSpace): readonly ExactGallery[]
  usage(): SearchMemory
}

/** A gallery that was searched since is not dropped for another: two that do not fit together would only be loaded in turn. */
const keepMs = 5 * 60_000

/** Until others may have given memory back. */
const waitMs = 60_000

/** After a failed load; doubled with each, up to ten minutes. */
const retryMs = 5000
const maxRetryMs = 600_000

/** Spaces without a block that are remembered; whoever is forgotten is only tried again sooner. */
const maxIdle = 10_000

export interface ExactMemoryOptions {
  readonly pool: () => ScanPool
  /** What one of the pool's blocks takes. */
  readonly bytesOf: (vectors: number, dimension: number) => number
  /** Of all blocks together. */
  readonly maxBytes: number
  /** Milliseconds, of any clock. */
  readonly now: () => number
}

type Entry = { -readonly [Key in keyof ExactGallery]: ExactGallery[Key] } & {
  searchedAt: number
  /** Not before then. */
  tryAt: number
  failures: number
}

const nameOf = ({ applicationId, galleryId, modelId, keyVersion }: VersionedSpace) =>
  `${applicationId}|${galleryId}|${modelId}|${keyVersion}`

const newEntry = ({ applicationId, galleryId, modelId, keyVersion }: VersionedSpace, dimension: number): Entry => ({
  space: { applicationId, galleryId, modelId, keyVersion },
  dimension,
  state: 'idle',
  block: undefined,
  cursor: 0n,
  lastChanged: null,
  searchedAt: 0,
  tryAt: Number.NEGATIVE_INFINITY,
  failures: 0,
})

export function createExactMemory({ pool, bytesOf, maxBytes, now }: ExactMemoryOptions): ExactMemory {
  const entries = new Map<string, Entry>()
  const counts = { loads: 0, failures: 0, evictions: 0 }
  let usedBytes = 0

  const release = (entry: Entry, state: ExactState) => {
    entry.block?.release()
    entry.block = undefined
    entry.state = state
  }

  const evict = (entry: Entry) => {
    counts.evictions++
    release(entry, 'idle')
  }

  /** Oldest search first; not the one that asks. Nobody goes where all of them together would not be enough. */
  const makeRoom = (bytes: number, own: Entry) => {
    const since = now() - keepMs
    const old = [...entries.values()].filter(
      (entry) => entry !== own && entry.state === 'ready' && entry.searchedAt < since,
    )
    const least = old.reduce((sum, { block }) => sum - (block?.bytes ?? 0), usedBytes)
    if (least + bytes > maxBytes) throw noRoom(maxBytes)
    for (const entry of old.sort((a, b) => a.searchedAt - b.searchedAt)) {
      if (usedBytes + bytes <= maxBytes) return
      evict(entry)
    }
  }

  const allowanceOf = (entry: Entry): BlockAllowance => ({
    take(bytes) {
      if (usedBytes + bytes > maxBytes) makeRoom(bytes, entry)
      usedBytes += bytes
    },
    give(bytes) {
      usedBytes -= bytes
    },
  })

  const fits = ({ dimension }: ExactGallery, faces: number) => bytesOf(faces, dimension) <= maxBytes

  const forgetIdle = () => {
    for (const [name, entry] of entries) {
      if (entries.size <= maxIdle) return
      if (entry.block === undefined && entry.state !== 'loading') entries.delete(name)
    }
  }

  const entryOf = (gallery: ExactGallery) => gallery as Entry

  return {
    search(space, dimension) {
      const name = nameOf(space)
      let entry = entries.get(name)
      if (entry === undefined) {
        entry = newEntry(space, dimension)
        entries.set(name, entry)
        forgetIdle()
      }
      entry.searchedAt = now()
      return entry
    },
    find: (space) => entries.get(nameOf(space)),
    shouldLoad(gallery, faces) {
      const entry = entryOf(gallery)
      if (entry.state === 'loading' || entry.state === 'ready') return false
      if (!fits(entry, faces)) {
        entry.state = 'too_large'
        return false
      }
      return entry.state === 'too_large' || entry.tryAt <= now()
    },
    queue(gallery) {
      entryOf(gallery).state = 'loading'
    },
    open(gallery, faces) {
      const entry = entryOf(gallery)
      const block = pool().createBlock({
        dimension: entry.dimension,
        expected: faces,
        allowance: allowanceOf(entry),
      })
      entry.block = block
      return block
    },
    ready(gallery) {
      const entry = entryOf(gallery)
      entry.state = 'ready'
      entry.failures = 0
      counts.loads++
    },
    suspend(gallery) {
      entryOf(gallery).state = 'loading'
    },
    drop(gallery, state = 'idle') {
      const entry = entryOf(gallery)
      release(entry, state)
      if (state === 'waiting') entry.tryAt = now() + waitMs
      if (state !== 'failed') return
      counts.failures++
      entry.tryAt = now() + Math.min(retryMs * 2 ** entry.failures, maxRetryMs)
      entry.failures++
    },
    forget(gallery) {
      release(entryOf(gallery), 'idle')
      if (entries.get(nameOf(gallery.space)) === gallery) entries.delete(nameOf(gallery.space))
    },
    all: () => [...entries.values()],
    ofSpace: ({ applicationId, galleryId, modelId }) =>
      [...entries.values()].filter(
        ({ space }) =>
          space.applicationId === applicationId && space.galleryId === galleryId && space.modelId === modelId,
      ),
    usage: () => ({
      usedBytes,
      maxBytes,
      galleries: [...entries.values()].filter(({ state }) => state === 'ready').length,
      ...counts,
    }),
  }
}

const noRoom = (maxBytes: number) =>
  new MienError('OVERLOADED', {
    message: `The galleries that are searched now do not fit into ${Math.round(maxBytes / 2 ** 20)} MiB: see MIEN_INDEX_MEMORY_MB`,
  })
