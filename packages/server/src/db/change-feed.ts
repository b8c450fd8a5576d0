import type { ChangeKind } from '../domain/ports.ts'

/** Where the triggers of migration 0022 speak. */
export const changesChannel = 'mien_changes'

/** Milliseconds in which changes are gathered: many faces that are enrolled one after the other are followed together. */
const gatherMs = 100

export interface ChangeFeed {
  /** What a trigger said. */
  take(payload: string): void
  /** Something may have been missed. */
  takeAll(): void
  subscribe(tell: (kind: ChangeKind) => void): () => void
  stop(): Promise<void>
}

/**
 * Passes on what other processes changed.
 *
 * @param follow brings the galleries with these ids on that are in memory; all of them without ids
 */
export function createChangeFeed(follow: (galleryIds?: ReadonlySet<string>) => Promise<void>): ChangeFeed {
  const listeners = new Set<(kind: ChangeKind) => void>()
  let changed = new Set<string>()
  let isAll = false
  let timer: NodeJS.Timeout | undefined
  let following: Promise<void> | undefined
  let isStopped = false

  const tell = (kind: ChangeKind) => {
    for (const listener of listeners) listener(kind)
  }

  const followGathered = () => {
    const [galleryIds, all] = [changed, isAll]
    changed = new Set()
    isAll = false
    timer = undefined
    // What fails now is done by the next sweep, and by each search anyway.
    following = follow(all ? undefined : galleryIds)
      .catch(() => {})
      .then(() => {
        following = undefined
        if (isAll || changed.size > 0) gather()
      })
  }

  /** One at a time: what is told while galleries are followed is gathered until that ends, however long it takes. */
  const gather = () => {
    if (isStopped || timer !== undefined || following !== undefined) return
    timer = setTimeout(followGathered, gatherMs)
    timer.unref()
  }

  return {
    take(payload) {
      const [kind, id] = payload.split(' ')
      if (kind === 'faces' && id !== undefined) {
        changed.add(id)
        gather()
      }
      if (kind === 'signing_keys') tell(kind)
    },
    takeAll() {
      // Of the outbox nobody speaks: to be looked at each second is soon enough, and words cost each commit.
      isAll = true
      gather()
      tell('deliveries')
      tell('signing_keys')
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await following
    },
  }
}
