import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MienError } from '@mien/shared/errors'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { ensureModels } from '../models/ensure-models.ts'
import { defaultManifestPath, defaultWeightsDirectory, loadManifest } from '../models/load-manifest.ts'
import type { PoolWorker, StartWorker } from './pool-worker.ts'
import { createVisionPool, type VisionPool, type VisionPoolOptions } from './vision-pool.ts'
import type { ImageAnalysis } from './worker-protocol.ts'

const nothing: ImageAnalysis = { width: 1, height: 1, faces: [] }
const file = Uint8Array.of(1)

/** Threads whose answers the test gives. */
function puppets() {
  const started: { worker: PoolWorker; finish: () => void; crash: () => void; runs: number }[] = []
  const startWorker: StartWorker = async () => {
    let alive = true
    let settle: { resolve: (value: ImageAnalysis) => void; reject: (error: Error) => void } | undefined
    const die = () => {
      alive = false
      settle?.reject(new MienError('WORKER_CRASHED'))
    }
    const puppet = {
      runs: 0,
      finish: () => settle?.resolve(nothing),
      crash: die,
      worker: {
        get alive() {
          return alive
        },
        run: () => {
          puppet.runs++
          return new Promise<ImageAnalysis>((resolve, reject) => {
            settle = { resolve, reject }
          })
        },
        check: async () => {},
        close: async () => die(),
      },
    }
    started.push(puppet)
    return puppet.worker
  }
  return { started, startWorker }
}

const open = (options: Partial<VisionPoolOptions>) =>
  createVisionPool({ manifestPath: defaultManifestPath, pack: 'standard', weightsDirectory: '', size: 1, ...options })
const soon = () => new Promise((resolve) => setTimeout(resolve, 5))

describe('the queue', () => {
  test('one request a thread, the rest wait their turn', async () => {
    const { started, startWorker } = puppets()
    const pool = await open({ startWorker })
    const [first, second] = [pool.analyse(file), pool.analyse(file)]
    await soon()
    expect(started[0]!.runs).toBe(1)
    started[0]!.finish()
    await expect(first).resolves.toBe(nothing)
    await soon()
    expect(started[0]!.runs).toBe(2)
    started[0]!.finish()
    await expect(second).resolves.toBe(nothing)
  })

  test('threads are added up to the size', async () => {
    const { started, startWorker } = puppets()
    const pool = await open({ startWorker, size: 2 })
    const all = [pool.analyse(file), pool.analyse(file), pool.analyse(file)]
    await soon()
    expect(started.map(({ runs }) => runs)).toEqual([1, 1])
    for (let i = 0; i < 2; i++) {
      for (const { finish } of started) finish()
      await soon()
    }
    await expect(Promise.all(all)).resolves.toHaveLength(3)
  })

  test('a full queue refuses at once: OVERLOADED', async () => {
    const { started, startWorker } = puppets()
    const pool = await open({ startWorker, queueLimit: 1 })
    const [running, waiting] = [pool.analyse(file), pool.analyse(file)]
    await expect(pool.analyse(file)).rejects.toMatchObject({ code: 'OVERLOADED' })
    await soon()
    started[0]!.finish()
    await running
    await soon()
    started[0]!.finish()
    await expect(waiting).resolves.toBe(nothing)
  })

  test('a thread that hangs: OVERLOADED, it is ended and the next request gets a new one', async () => {
    const { started, startWorker } = puppets()
    const pool = await open({ startWorker, runMs: 20 })
    await expect(pool.analyse(file)).rejects.toMatchObject({ code: 'OVERLOADED', details: { retry_after: 5 } })
    expect(started[0]!.worker.alive).toBe(false)
    await soon()
    const next = pool.analyse(file)
    await soon()
    started[1]!.finish()
    await expect(next).resolves.toBe(nothing)
  })

  test('whoever waits too long is told when to come again, and the thread that is at work goes on', async () => {
    const { started, startWorker } = puppets()
    const pool = await open({ startWorker, waitMs: 20 })
    const [running, waiting] = [pool.analyse(file), pool.analyse(file)]
    await expect(waiting).rejects.toMatchObject({ code: 'OVERLOADED', details: { retry_after: 5 } })
    expect(started[0]!.worker.alive).toBe(true)
    started[0]!.finish()
    await expect(running).resolves.toBe(nothing)
    expect(started[0]!.runs).toBe(1)
  })

  test('the time in the queue is none of the thread’s', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const { started, startWorker } = puppets()
    const pool = await open({ startWorker, waitMs: 15_000, runMs: 15_000 })
    const [first, second] = [pool.analyse(file), pool.analyse(file)]
    await vi.advanceTimersByTimeAsync(10_000)
    started[0]!.finish()
    await first
    await vi.advanceTimersByTimeAsync(10_000)
    expect(started[0]!.worker.alive).toBe(true)
    started[0]!.finish()
    await expect(second).resolves.toBe(nothing)
  })

  test('a thread that hangs is ended although nobody waits for it any more', async () => {
    const { started, startWorker } = puppets()
    const pool = await open({ startWorker, runMs: 20 })
    const controller = new AbortController()
    const left = pool.analyse(file, { signal: controller.signal })
    await soon()
    controller.abort()
    await expect(left).rejects.toMatchObject({ code: 'ABORTED' })
    await expect.poll(() => started[0]!.worker.alive).toBe(false)
  })

  test('a thread that dies under a request: WORKER_CRASHED for that one, and the next gets a new thread', async () => {
    const { started, startWorker } = puppets()
    const pool = await open({ startWorker })
    const [lost, next] = [pool.analyse(file), pool.analyse(file)]
    await soon()
    started[0]!.crash()
    await expect(lost).rejects.toMatchObject({ code: 'WORKER_CRASHED' })
    await soon()
    started[1]!.finish()
    await expect(next).resolves.toBe(nothing)
  })

  test('a thread that dies while it is idle is replaced', async () => {
    const { started, startWorker } = puppets()
    const pool = await open({ startWorker })
    started[0]!.crash()
    const next = pool.analyse(file)
    await soon()
    started[1]!.finish()
    await expect(next).resolves.toBe(nothing)
  })

  test('a cancelled request leaves: ABORTED, and what waits behind it is served', async () => {
    const { started, startWorker } = puppets()
    const pool = await open({ startWorker })
    const controller = new AbortController()
    const running = pool.analyse(file)
    const cancelled = pool.analyse(file, { signal: controller.signal })
    const behind = pool.analyse(file)
    controller.abort()
    await expect(cancelled).rejects.toMatchObject({ code: 'ABORTED' })
    await expect(pool.analyse(file, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' })
    for (let i = 0; i < 2; i++) {
      await soon()
      started[0]!.finish()
    }
    await Promise.all([running, behind])
    expect(started[0]!.runs).toBe(2)
  })

  test('a closed pool refuses what waits and what comes', async () => {
    const { startWorker } = puppets()
    const pool = await open({ startWorker })
    const [running, waiting] = [pool.analyse(file), pool.analyse(file)]
    const outcomes = Promise.allSettled([running, waiting])
    await soon()
    await pool.close()
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await expect(pool.analyse(file)).rejects.toMatchObject({ code: 'OVERLOADED' })
  })
})

describe.for(['native', 'wasm'] as const)('a real thread on the %s runtime', (runtime) => {
  let pool: VisionPool

  beforeAll(async () => {
    await ensureModels({ manifest: await loadManifest(), pack: 'standard', directory: defaultWeightsDirectory })
    pool = await open({
      weightsDirectory: defaultWeightsDirectory,
      runtime: { runtime },
      waitMs: 60_000,
      runMs: 60_000,
    })
  })
  afterAll(() => pool?.close())

  test('an image without a face has no faces', async () => {
    const create = { width: 320, height: 240, channels: 3, background: 'gray' } as const
    const analysis = await pool.analyse(await sharp({ create }).png().toBuffer())
    expect(analysis).toEqual({ width: 320, height: 240, faces: [] })
  })

  test('every network answers when it is asked', async () => {
    await expect(pool.check()).resolves.toBeUndefined()
  })

  test('a bad image is refused with its own code, and the thread goes on', async () => {
    await expect(pool.analyse(Buffer.from('no image'))).rejects.toMatchObject({ code: 'IMAGE_TYPE_UNSUPPORTED' })
    await expect(pool.analyse(new Uint8Array())).rejects.toMatchObject({ code: 'IMAGE_EMPTY' })
  })
})

test('no weights in the folder: the pool does not start, with the reason', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'mien-empty-'))
  await expect(open({ weightsDirectory: empty })).rejects.toMatchObject({ code: 'MODEL_SOURCE_UNREACHABLE' })
  await rm(empty, { recursive: true })
})
