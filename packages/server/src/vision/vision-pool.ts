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
  /** How long a request may take, waiting included. Default 15 s. */
  readonly deadlineMs?: number
  /** Replaceable for tests. */
  readonly startWorker?: StartWorker
}

export interface AnalyseOptions extends Omit<VisionRequest, 'id' | 'file'> {
  readonly signal?: AbortSignal
}

/** Answers what an uploaded image shows, off the thread that serves requests. */
export interface VisionPool {
  /**
   * @throws MienError of the image or pipeline; OVERLOADED when the queue is full or the deadline passes,
   *   WORKER_CRASHED when the thread died, ABORTED
   */
  analyse(file: Uint8Array, options?: AnalyseOptions): Promise<ImageAnalysis>
  /** Runs each network on one of the threads. @throws MienError RUNTIME_UNAVAILABLE with `details.networks`, and those of the queue */
  check(): Promise<void>
  /** Rejects what waits and ends the threads. */
  close(): Promise<void>
}

interface Job {
  readonly work: (worker: PoolWorker) => Promise<unknown>
  readonly settle: (outcome: Promise<unknown>) => void
  /** Set once the caller no longer waits. */
  given: boolean
}

/** Starts one thread at once, so that a wrong configuration fails here, and the others when work comes. */
export async function createVisionPool(options: VisionPoolOptions): Promise<VisionPool> {
  const { size = Math.max(1, availableParallelism() - 1), queueLimit = 32, deadlineMs = 15_000 } = options
  const { startWorker = startPoolWorker, manifestPath, pack, weightsDirectory, runtime = {} } = options
  const start = () => startWorker({ manifestPath, pack, weightsDirectory, runtime })
  const idle: PoolWorker[] = [await start()]
  const running = new Map<Job, PoolWorker>()
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
      if (!job.given) {
        running.set(job, worker)
        const outcome = job.work(worker)
        job.settle(outcome)
        await outcome
      }
    } catch (error) {
      job.settle(Promise.reject(error))
    }
    running.delete(job)
    if (closed) void worker?.close()
    else if (worker?.alive) idle.push(worker)
    else threads--
    dispatch()
  }

  /** Takes the job out of the queue; a thread that is at it past the deadline is ended, since a network cannot be stopped. */
  function giveUp(job: Job, hung: boolean): void {
    job.given = true
    const place = queue.indexOf(job)
    if (place >= 0) queue.splice(place, 1)
    if (hung) void running.get(job)?.close()
  }

  const submit = <T>(work: (worker: PoolWorker) => Promise<T>, signal?: AbortSignal): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (signal?.aborted) return reject(new MienError('ABORTED'))
      if (closed || (queue.length >= queueLimit && idle.length === 0)) return reject(new MienError('OVERLOADED'))
      const onAbort = () => end(new MienError('ABORTED'), false)
      const timer = setTimeout(() => end(new MienError('OVERLOADED', { details: { deadlineMs } }), true), deadlineMs)
      const cleanUp = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
      }
      const job: Job = {
        work,
        given: false,
        settle: (outcome) => void outcome.then((value) => resolve(value as T), reject).finally(cleanUp),
      }
      const end = (error: MienError, hung: boolean) => {
        cleanUp()
        reject(error)
        giveUp(job, hung)
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      queue.push(job)
      dispatch()
    })

  return {
    analyse: (file, { signal, ...request } = {}) => submit((worker) => worker.run({ ...request, file }), signal),
    check: () => submit((worker) => worker.check()),

    async close() {
      closed = true
      for (const job of queue.splice(0)) job.settle(Promise.reject(new MienError('OVERLOADED')))
      await Promise.all([...idle.splice(0), ...running.values()].map((worker) => worker.close()))
    },
  }
}
