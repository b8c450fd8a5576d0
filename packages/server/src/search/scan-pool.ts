import { availableParallelism } from 'node:os'
import { createVectorBlock } from './create-vector-block.ts'
import { compileKernel } from './scan-kernel.ts'
import { startScanThread } from './scan-thread.ts'
import { createScanThreads } from './scan-threads.ts'
import { type ScanJob, scanSegments } from './segment-scan.ts'
import { createSegmentStore } from './segment-store.ts'
import type { BlockOptions, VectorBlock } from './vector-block.ts'

export { bytesOfBlock } from './block-rows.ts'
export type { BlockAllowance, BlockOptions } from './vector-block.ts'

/** Threads that search blocks. */
export interface ScanPool {
  /** @throws MienError OVERLOADED when the allowance, or the machine, has no memory for it; TEMPLATE_DIMENSION */
  createBlock(options: BlockOptions): VectorBlock
  /** Ends the threads once what they are at is done. What waits is rejected with OVERLOADED, and so is whatever is asked later. */
  close(): Promise<void>
}

export interface ScanPoolOptions {
  /** Default: the processor's cores less one, 1 to 4. */
  readonly threads?: number
  /** Searches that may wait for a thread. Default 256. */
  readonly maxWaiting?: number
}

/** More would only take turns: a scan is bound by memory. */
const mostThreads = 4

/** Starts no thread before one is needed. */
export function createScanPool(options: ScanPoolOptions = {}): ScanPool {
  const { threads = Math.max(1, Math.min(mostThreads, availableParallelism() - 1)), maxWaiting = 256 } = options
  const module = compileKernel()
  // The first scratch area is the main thread's.
  const store = createSegmentStore({ module, slots: threads + 1, onLetGo: () => queue.renew() })
  const start = (index: number) => startScanThread({ module, slot: index + 1 }, store.arenaOf)
  const queue = createScanThreads({ threads, maxWaiting, start })
  const scanHere = (job: ScanJob) => scanSegments(store.arenaOf, 0, job)
  return {
    createBlock: (block) => createVectorBlock(block, { store, scan: queue.scan, scanHere }),
    async close() {
      await queue.close()
      store.close()
    },
  }
}
