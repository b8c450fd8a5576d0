import { bytesOfBlock, createScanPool, type ScanPool } from '../search/scan-pool.ts'
import { createExactLoader, type ExactLoader } from './exact-loader.ts'
import { createExactMemory, type ExactMemory } from './exact-memory.ts'
import type { Executor } from './executor.ts'

/** What all searches of this process share. */
export interface ExactSearch {
  readonly memory: ExactMemory
  readonly loader: ExactLoader
  /** Overwrites what is in memory and ends the threads. Before the database is closed. */
  close(): Promise<void>
}

export interface ExactSearchOptions {
  /** Memory for galleries, more than 0. */
  readonly maxBytes: number
  /** Default: threads of this process. */
  readonly createPool?: (() => ScanPool) | undefined
  /** What one of its blocks takes. */
  readonly bytesOf?: ((vectors: number, dimension: number) => number) | undefined
  /** Told when a gallery could not be loaded; it is tried again. */
  readonly onFailure?: ((error: unknown) => void) | undefined
  /** Milliseconds, of any clock. Default: performance.now */
  readonly now?: (() => number) | undefined
}

/** @param db not a transaction */
export function createExactSearch(db: Executor, options: ExactSearchOptions): ExactSearch {
  const { maxBytes, createPool = createScanPool, bytesOf = bytesOfBlock, onFailure } = options
  const now = options.now ?? (() => performance.now())
  // Threads begin with the first gallery that is large enough: most servers never have one.
  let pool: ScanPool | undefined
  const memory = createExactMemory({ pool: () => (pool ??= createPool()), bytesOf, maxBytes, now })
  const loader = createExactLoader({ db, memory, onFailure })
  return {
    memory,
    loader,
    async close() {
      await loader.stop()
      await pool?.close()
    },
  }
}
