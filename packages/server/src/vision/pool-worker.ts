import { channel } from 'node:diagnostics_channel'
import { Worker } from 'node:worker_threads'
import { MienError } from '@mien/shared/errors'
import type { CheckRequest, ImageAnalysis, VisionReply, VisionRequest, VisionWorkerData } from './worker-protocol.ts'

/** `AnalysisTimes` of each picture, for whoever measures this process from inside. Nothing of a face. */
const analysed = channel('mien.vision.analysed')

/** One thread of the pool, ready for its next request. */
export interface PoolWorker {
  /** False once the thread has died: it must be replaced. */
  readonly alive: boolean
  /** One at a time. Rejects with the request's own error, or WORKER_CRASHED when the thread died under it. */
  run(request: Omit<VisionRequest, 'id'>): Promise<ImageAnalysis>
  /** In a turn of its own. Rejects with RUNTIME_UNAVAILABLE and `details.networks` when some network fails. */
  check(): Promise<void>
  close(): Promise<void>
}

export type StartWorker = (data: VisionWorkerData) => Promise<PoolWorker>

/** Starts `vision-worker` as this very file runs: compiled, or from source. */
function startThread(workerData: VisionWorkerData): Worker {
  return import.meta.url.endsWith('.ts')
    ? new Worker(new URL('./worker-from-source.mjs', import.meta.url), {
        workerData,
        execArgv: ['--conditions=source'],
      })
    : new Worker(new URL('./vision-worker.js', import.meta.url), { workerData })
}

interface Waiting {
  readonly id: number
  readonly resolve: (reply: Exclude<VisionReply, { kind: 'ready' | 'error' }>) => void
  readonly reject: (error: MienError) => void
}

/** Starts a thread and waits until its networks are open. Rejects with the reason why they could not be. */
export function startPoolWorker(data: VisionWorkerData): Promise<PoolWorker> {
  const worker = startThread(data)
  let alive = true
  let nextId = 0
  let waiting: Waiting | undefined
  const ask = (request: Omit<VisionRequest, 'id'> | Omit<CheckRequest, 'id'>) =>
    new Promise<Exclude<VisionReply, { kind: 'ready' | 'error' }>>((resolve, reject) => {
      waiting = { id: nextId++, resolve, reject }
      // Copied, not transferred: the caller keeps its bytes, and a small Buffer shares its memory with others.
      worker.postMessage({ ...request, id: waiting.id } satisfies VisionRequest | CheckRequest)
    })
  const poolWorker: PoolWorker = {
    get alive() {
      return alive
    },
    async run(request) {
      const reply = await ask(request)
      if (reply.kind !== 'result') throw new MienError('WORKER_CRASHED')
      analysed.publish(reply.times)
      return reply.value
    },
    async check() {
      await ask({ check: true })
    },
    async close() {
      alive = false
      await worker.terminate()
    },
  }
  return new Promise((onReady, onFailure) => {
    const die = (cause?: unknown) => {
      alive = false
      const error = new MienError('WORKER_CRASHED', { cause })
      onFailure(error)
      waiting?.reject(error)
      waiting = undefined
    }
    worker.on('error', die)
    worker.on('exit', () => die())
    worker.on('message', (reply: VisionReply) => {
      if (reply.kind === 'ready') return onReady(poolWorker)
      if (reply.kind === 'error' && reply.id === undefined) {
        onFailure(toError(reply))
        void poolWorker.close()
        return
      }
      if (waiting === undefined || reply.id !== waiting.id) return
      const { resolve, reject } = waiting
      waiting = undefined
      if (reply.kind === 'error') reject(toError(reply))
      else resolve(reply)
    })
  })
}

const toError = ({ code, message, details }: Extract<VisionReply, { kind: 'error' }>): MienError =>
  new MienError(code, details === undefined ? { message } : { message, details })
