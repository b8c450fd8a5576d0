import { availableParallelism } from 'node:os'
import { MienError } from '@mien/shared/errors'
import { type PoolWorker, type StartWorker, startPoolWorker } from './pool-worker.ts'
import type { ImageAnalysis, VisionRequest, VisionWorkerData } from './worker-protocol.ts'

export interface VisionPoolOptions extends Omit<VisionWorkerData, 'runtime'> {
  readonly runtime?: VisionWorkerData['runtime']
  /** Threads, each with its own networks (about 150 MB). Default: the processor's cores less one, at least 1. */
  readonly size?: number
  /** Requests that may wait for a thread. Default 32. */
  readonly queueLimit?: number
  /** How long a request may wait for a thread. Default 15 s. */
  readonly waitMs?: number
  /** How long a thread may be at one request before it counts as hung, and is ended. Default 15 s. */
  readonly runMs?: number
  /** Replaceable for tests. */
  readonly startWorker?: StartWorker
}

export interface AnalyseOptions extends Omit<VisionRequest, 'id' | 'file'> {
  readonly signal?: AbortSignal
  /** Called when a thread is at it. */
  readonly onBegin?: (() => void) | undefined
}

/** Answers what an uploaded image shows, off the thread that serves requests. */
export interface VisionPool {
  /**
   * @throws MienError of the image or pipeline; OVERLOADED with `details.retry_after` when the queue is full, no thread was free in time or
   *   the one that was hung; WORKER_CRASHED when the thread died, ABORTED
   */
  analyse(file: Uint8Array, options?: AnalyseOptions): Promise<ImageAnalysis>
  /** Runs each network on one of the threads. @throws MienError RUNTIME_UNAVAILABLE with `details.networks`, and those of the queue */
  check(): Promise<void>
  /** Rejects what waits and ends the threads. */
  close(): Promise<void>
}

interface Job {
  readonly work: (worker: PoolWorker) => Promise<unknown>
  /** The first outcome counts. */
  readonly settle: (outcome: Promise<unknown>) => void
  /** Called when a thread is at it: from here on it waits for nobody. */
  readonly begin: () => void
  /** Set once the caller no longer waits. */
  isGivenUp: boolean
}

/** Seconds after which a caller may try again: a picture takes under one, so by then half of a full queue is gone. */
const retryAfterSeconds = 5

const overloaded = (): MienError => new MienError('OVERLOADED', { details: { retry_after: retryAfterSeconds } })

/** Starts one thread at once, so that a wrong configuration fails here, and the others when work comes. */
export async function createVisionPool(options: VisionPoolOptions): Promise<VisionPool> {
  const { size = Math.max(1, availableParallelism() - 1), queueLimit = 32 } = options
  const { waitMs = 15_000, runMs = 15_000 } = options
  const { startWorker = startPoolWorker, manifestPath, pack, weightsDirectory, runtime = {} } = options
  const start = () => startWorker({ manifestPath, pack, weightsDirectory, runtime })
  const idle: PoolWorker[] = [await start()]
  const busy = new Set<PoolWorker>()
  const queue: Job[] = []
  let threads = 1
  let closed = false

  function dispatch(): void {
    while (queue.length > 0 && (idle.length > 0 || threads < size)) {
      const job = queue.shift()!
      const worker = idle.pop()
      if (worker === undefined) threads++
      void serve(job, worker)
    }
  }

  async function serve(job: Job, given: PoolWorker | undefined): Promise<void> {
    let worker = given
    try {
      worker = worker?.alive ? worker : await start()
      if (!job.isGivenUp) await run(job, worker)
    } catch (error) {
      job.settle(Promise.reject(error))
    }
    if (closed) void worker?.close()
    else if (worker?.alive) idle.push(worker)
    else threads--
    dispatch()
  }

  /** A network cannot be stopped: a thread that hangs is ended, also when nobody waits for it any more. */
  async function run(job: Job, worker: PoolWorker): Promise<void> {
    const timer = setTimeout(() => {
      job.settle(Promise.reject(overloaded()))
      void worker.close()
    }, runMs)
    busy.add(worker)
    job.begin()
    try {
      const outcome = job.work(worker)
      job.settle(outcome)
      await outcome
    } finally {
      clearTimeout(timer)
      busy.delete(worker)
    }
  }

  function giveUp(job: Job): void {
    job.isGivenUp = true
    const place = queue.indexOf(job)
    if (place >= 0) queue.splice(place, 1)
  }

  const submit = <T>(
    work: (worker: PoolWorker) => Promise<T>,
    signal?: AbortSignal,
    onBegin?: () => void,
  ): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (signal?.aborted) return reject(new MienError('ABORTED'))
      if (closed || (queue.length >= queueLimit && idle.length === 0)) return reject(overloaded())
      const onAbort = () => end(new MienError('ABORTED'))
      const timer = setTimeout(() => end(overloaded()), waitMs)
      const cleanUp = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
      }
      const job: Job = {
        work,
        isGivenUp: false,
        begin: () => {
          clearTimeout(timer)
          onBegin?.()
        },
        settle: (outcome) => void outcome.then((value) => resolve(value as T), reject).finally(cleanUp),
      }
      const end = (error: MienError) => {
        cleanUp()
        reject(error)
        giveUp(job)
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      queue.push(job)
      dispatch()
    })

  return {
    analyse: (file, { signal, onBegin, ...request } = {}) =>
      submit((worker) => worker.run({ ...request, file }), signal, onBegin),
    check: () => submit((worker) => worker.check()),

    async close() {
      closed = true
      for (const job of queue.splice(0)) job.settle(Promise.reject(overloaded()))
      await Promise.all([...idle.splice(0), ...busy].map((worker) => worker.close()))
    },
  }
}
