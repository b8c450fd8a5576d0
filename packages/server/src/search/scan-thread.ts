import { Worker } from 'node:worker_threads'
import { MienError } from '@mien/shared/errors'
import type { ScanArena } from './scan-arena.ts'
import type { ScanReply, ScanRequest, ScanWorkerData } from './scan-protocol.ts'
import type { ScanFound, ScanJob } from './segment-scan.ts'
import { segmentWords } from './segment-scan.ts'

/** One thread, asked one thing at a time. It keeps no process alive but while it is asked. */
export interface ScanThread {
  /** False once it has died or was closed. */
  readonly isAlive: boolean
  /** @throws MienError WORKER_CRASHED when it died meanwhile */
  scan(job: ScanJob): Promise<ScanFound>
  close(): Promise<void>
}

export type StartScanThread = (data: ScanWorkerData, arenaOf: (number: number) => ScanArena) => ScanThread

/** Starts `scan-worker` as this very file runs: compiled, or from source. */
function startWorker(workerData: ScanWorkerData): Worker {
  return import.meta.url.endsWith('.ts')
    ? new Worker(new URL('./worker-from-source.mjs', import.meta.url), {
        workerData,
        execArgv: ['--conditions=source'],
      })
    : new Worker(new URL('./scan-worker.js', import.meta.url), { workerData })
}

export const startScanThread: StartScanThread = (data, arenaOf) => {
  const worker = startWorker(data)
  const seen = new Set<number>()
  let waiting: { resolve: (found: ScanFound) => void; reject: (error: MienError) => void } | undefined
  let isAlive = true

  const die = (cause?: unknown) => {
    isAlive = false
    waiting?.reject(new MienError('WORKER_CRASHED', { cause }))
    waiting = undefined
  }
  worker.on('error', die)
  worker.on('exit', () => die())
  worker.on('message', (found: ScanReply) => {
    worker.unref()
    waiting?.resolve(found)
    waiting = undefined
  })
  worker.unref()

  /** Those of a job that the thread has not seen. */
  function unseenOf({ segments }: ScanJob): ScanRequest['arenas'] {
    const unseen: { number: number; memory: ScanArena['memory'] }[] = []
    for (let i = 0; i < segments.length; i += segmentWords) {
      const number = segments[i]!
      if (seen.has(number)) continue
      seen.add(number)
      unseen.push({ number, memory: arenaOf(number).memory })
    }
    return unseen
  }

  return {
    get isAlive() {
      return isAlive
    },
    scan: (job) =>
      new Promise((resolve, reject) => {
        if (!isAlive) return reject(new MienError('WORKER_CRASHED'))
        waiting = { resolve, reject }
        worker.ref()
        worker.postMessage({ arenas: unseenOf(job), job } satisfies ScanRequest)
      }),
    async close() {
      isAlive = false
      await worker.terminate()
    },
  }
}
