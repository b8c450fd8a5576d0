import { MienError } from '@mien/shared/errors'
import type { ImageAnalyser } from '../domain/image-analyser.ts'
import { createVisionPool, type VisionPool, type VisionPoolOptions } from './vision-pool.ts'

export interface LazyVisionPool extends ImageAnalyser {
  /** Ends the threads, if there are any. */
  close(): Promise<void>
}

/** A pool that starts when the first picture comes: a server that is never sent one pays neither time nor memory for it. */
export function createLazyVisionPool(options: VisionPoolOptions): LazyVisionPool {
  let pool: Promise<VisionPool> | undefined
  let isClosed = false

  const open = (): Promise<VisionPool> => {
    if (isClosed) return Promise.reject(new MienError('OVERLOADED'))
    if (pool !== undefined) return pool
    const starting = createVisionPool(options)
    pool = starting
    // The next request tries again: what was missing may have been put in place.
    starting.catch(() => {
      pool = undefined
    })
    return starting
  }

  return {
    async analyse(file, request) {
      const started = await open()
      return started.analyse(file, request)
    },
    async check() {
      const started = await open()
      await started.check()
    },
    async close() {
      isClosed = true
      const started = await pool?.catch(() => undefined)
      await started?.close()
    },
  }
}
