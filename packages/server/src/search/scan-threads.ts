import { MienError } from '@mien/shared/errors'
import type { ScanThread } from './scan-thread.ts'
import type { ScanFound, ScanJob } from './segment-scan.ts'
import { mergeFound, splitJob } from './split-scan.ts'

/** A queue before a few threads. */
export interface ScanThreads {
  /**
   * In several threads when it is large and they have nothing to do.
   *
   * @throws MienError OVERLOADED when the queue is full or closed; WORKER_CRASHED when the thread died
   */
  scan(job: ScanJob): Promise<ScanFound>
  /** Ends each thread as soon as it has nothing to do, so that it holds no memory that was let go. The next job starts another. */
  renew(): void
  close(): Promise<void>
}

export interface ScanThreadsOptions {
  readonly threads: number
  readonly maxWaiting: number
  /** @param index 0 to `threads` - 1, of one thread at a time */
  readonly start: (index: number) => ScanThread
}

interface Waiting {
  readonly job: ScanJob
  readonly resolve: (found: Promise<ScanFound>) => void
}

/** The place of a thread. */
interface Slot {
  thread: ScanThread | undefined
  /** Is to be ended once it is done. */
  isStale: boolean
  /** What it is at, until that is done. */
  work: Promise<void> | undefined
}

const isFree = ({ work }: Slot) => work === undefined

/** Seconds after which a caller may try again: by then a full queue of the largest galleries has moved on. */
const retryAfterSeconds = 1

const overloaded = () => new MienError('OVERLOADED', { details: { retry_after: retryAfterSeconds } })

export function createScanThreads({ threads, maxWaiting, start }: ScanThreadsOptions): ScanThreads {
  const slots: Slot[] = Array.from({ length: threads }, () => ({ thread: undefined, isStale: false, work: undefined }))
  const queue: Waiting[] = []
  let isClosed = false

  /** A thread that is running is better than one that has to be started. */
  const findFree = () => slots.find((slot) => isFree(slot) && slot.thread?.isAlive) ?? slots.find(isFree)

  const enqueue = (job: ScanJob) => new Promise<ScanFound>((resolve) => queue.push({ job, resolve }))

  function dispatch(): void {
    for (let slot = findFree(); slot !== undefined && queue.length > 0; slot = findFree())
      slot.work = serve(slot, queue.shift()!)
  }

  /** One that died is replaced by the next job: each starts one thread at most. */
  async function serve(slot: Slot, { job, resolve }: Waiting): Promise<void> {
    const found = runOn(slot, job)
    resolve(found)
    await found.catch(() => {})
    if (slot.isStale) await end(slot)
    slot.work = undefined
    dispatch()
  }

  async function runOn(slot: Slot, job: ScanJob): Promise<ScanFound> {
    if (!slot.thread?.isAlive) slot.thread = start(slots.indexOf(slot))
    return slot.thread.scan(job)
  }

  async function end(slot: Slot): Promise<void> {
    const { thread } = slot
    slot.isStale = false
    slot.thread = undefined
    await thread?.close()
  }

  return {
    async scan(job) {
      const free = slots.filter(isFree).length
      if (isClosed || (queue.length >= maxWaiting && free === 0)) throw overloaded()
      const parts = splitJob(job, free).map((part) => enqueue(part))
      dispatch()
      return mergeFound(await Promise.all(parts), job.keep)
    },
    renew() {
      for (const slot of slots) {
        if (isFree(slot)) void end(slot)
        else slot.isStale = true
      }
    },
    async close() {
      isClosed = true
      for (const { resolve } of queue.splice(0)) resolve(Promise.reject(overloaded()))
      await Promise.all(
        slots.map(async (slot) => {
          await slot.work
          await end(slot)
        }),
      )
    },
  }
}
