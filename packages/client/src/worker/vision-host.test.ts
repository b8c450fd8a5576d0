import { MienError } from '@mien/shared/errors'
import * as Comlink from 'comlink'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { LoadOptions, LoadProgress, LoadReport, VisionWorkerApi } from './protocol.ts'
import { installTransferHandlers } from './transfer-handlers.ts'
import { createVisionHost, type WorkerPort } from './vision-host.ts'

const report: LoadReport = { modelId: 'model', backend: 'wasm', threads: 1, tracker: 'onnx' }
const options: LoadOptions = {
  endpoint: '/',
  backend: 'wasm',
  tracker: 'onnx',
  allowSoftwareWebGpu: false,
  attributes: false,
}
const image = { data: new Uint8ClampedArray(4), width: 1, height: 1 }
const never = new AbortController().signal

interface FakeWorker {
  readonly port: WorkerPort
  readonly isTerminated: () => boolean
  crash(message: string): void
}

const open: MessagePort[] = []
afterEach(() => {
  for (const port of open.splice(0)) port.close()
})

/** A worker whose two sides are the two ends of a real message channel. */
function fakeWorker(api: Partial<VisionWorkerApi>): FakeWorker {
  installTransferHandlers()
  const { port1, port2 } = new MessageChannel()
  open.push(port1, port2)
  Comlink.expose(api, port2)
  const errors = new EventTarget()
  let terminated = false
  const target = (type: string): EventTarget => (type === 'message' ? port1 : errors)
  return {
    port: {
      start: () => port1.start(),
      postMessage: (message, transfer) => port1.postMessage(message, transfer ?? []),
      addEventListener: (type, listener) => target(type).addEventListener(type, listener),
      removeEventListener: (type, listener) => target(type).removeEventListener(type, listener),
      terminate: () => {
        terminated = true
      },
    },
    isTerminated: () => terminated,
    crash: (message) => errors.dispatchEvent(Object.assign(new Event('error'), { message })),
  }
}

const hostOf = (...workers: readonly FakeWorker[]) => {
  const waiting = [...workers]
  return createVisionHost(async () => waiting.shift()!.port)
}

const pending = () => new Promise<never>(() => undefined)

describe('calls into the worker', () => {
  it('keep the code, message and details of an error', async () => {
    const details = { model: 'pad', status: 3 }
    const host = hostOf(
      fakeWorker({ analyseImage: () => Promise.reject(new MienError('MANY_FACES', { message: 'Two', details })) }),
    )
    const error = await host.call('analyseImage', [image, never]).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(MienError)
    expect(error).toMatchObject({ code: 'MANY_FACES', message: 'Two', details })
  })

  it('tell nothing of an unexpected error but that it was one', async () => {
    const host = hostOf(fakeWorker({ analyseImage: () => Promise.reject(new TypeError('secret path')) }))
    await expect(host.call('analyseImage', [image, never])).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'Something went wrong inside',
    })
  })

  it('carry cancellation into the worker', async () => {
    let stopped: unknown
    const host = hostOf(
      fakeWorker({
        analyseImage: (_image, signal) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              stopped = signal.reason
              reject(signal.reason)
            })
          }),
      }),
    )
    const controller = new AbortController()
    const call = host.call('analyseImage', [image, controller.signal])
    setTimeout(() => controller.abort(), 20)
    await expect(call).rejects.toMatchObject({ code: 'ABORTED' })
    expect(stopped).toBeInstanceOf(MienError)
  })

  it('carry a signal that was aborted before', async () => {
    const host = hostOf(
      fakeWorker({
        analyseImage: async (_image, signal) => {
          signal.throwIfAborted()
          return pending()
        },
      }),
    )
    await expect(host.call('analyseImage', [image, AbortSignal.abort()])).rejects.toMatchObject({ code: 'ABORTED' })
  })

  it('let one signal serve many calls', async () => {
    const signals: AbortSignal[] = []
    const host = hostOf(
      fakeWorker({
        async timeCopy() {
          return 1
        },
        async discard() {},
        async analyseImage(_image, signal) {
          signals.push(signal)
          return undefined as never
        },
      }),
    )
    const controller = new AbortController()
    await host.call('analyseImage', [image, controller.signal])
    await host.call('analyseImage', [image, controller.signal])
    expect(signals).toHaveLength(2)
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false])
  })

  it('carry progress while they run', async () => {
    const steps: LoadProgress[] = []
    const host = hostOf(
      fakeWorker({
        async load(_options, onProgress) {
          onProgress({ step: 'models', loadedBytes: 1, totalBytes: 2 })
          onProgress({ step: 'runtime' })
          await new Promise((resolve) => setTimeout(resolve, 20))
          return report
        },
      }),
    )
    await expect(host.call('load', [options, (step) => steps.push(step), never])).resolves.toEqual(report)
    expect(steps).toEqual([{ step: 'models', loadedBytes: 1, totalBytes: 2 }, { step: 'runtime' }])
  })

  it('move buffers instead of copying them', async () => {
    const pixels = { data: new Uint8ClampedArray([1, 2, 3, 4]), width: 1, height: 1 }
    const host = hostOf(fakeWorker({ timeCopy: async (frame) => ('data' in frame ? frame.data[3]! : -1) }))
    await expect(host.call('timeCopy', [pixels], [pixels.data.buffer])).resolves.toBe(4)
    expect(pixels.data.byteLength).toBe(0)
  })
})

describe('a worker that dies', () => {
  it('rejects everything pending with WORKER_CRASHED', async () => {
    const worker = fakeWorker({ analyseImage: pending, load: pending })
    const host = hostOf(worker)
    const calls = [host.call('analyseImage', [image, never]), host.call('load', [options, () => undefined, never])]
    setTimeout(() => worker.crash('out of memory'), 20)
    const ends = await Promise.allSettled(calls)
    expect(ends).toMatchObject([
      { status: 'rejected', reason: { code: 'WORKER_CRASHED' } },
      { status: 'rejected', reason: { code: 'WORKER_CRASHED' } },
    ])
    expect(worker.isTerminated()).toBe(true)
  })

  it('is restarted once, with the models that it had', async () => {
    const loads: LoadOptions[] = []
    const load: VisionWorkerApi['load'] = async (given) => {
      loads.push(given)
      return report
    }
    const first = fakeWorker({ load })
    const second = fakeWorker({ load, timeCopy: async () => 7 })
    const host = hostOf(first, second)
    await host.call('load', [options, () => undefined, never])
    first.crash('')
    await expect(host.call('timeCopy', [image])).resolves.toBe(7)
    expect(loads).toEqual([options, options])
    second.crash('')
    await expect(host.call('timeCopy', [image])).rejects.toMatchObject({ code: 'WORKER_CRASHED' })
  })

  it('is forgotten by the next load, which may restart it once again', async () => {
    const load = async () => report
    const workers = [fakeWorker({ load }), fakeWorker({ load, timeCopy: async () => 1 }), fakeWorker({ load })]
    const last = fakeWorker({ load, timeCopy: async () => 4 })
    const host = hostOf(...workers, last)
    await host.call('load', [options, () => undefined, never])
    workers[0]!.crash('')
    await host.call('timeCopy', [image])
    await host.call('load', [options, () => undefined, never])
    workers[1]!.crash('')
    await host.call('load', [options, () => undefined, never])
    workers[2]!.crash('')
    await expect(host.call('timeCopy', [image])).resolves.toBe(4)
  })

  it('is RUNTIME_UNAVAILABLE when it cannot even be made, and tried again at the next call', async () => {
    let tries = 0
    const host = createVisionHost(async () => {
      tries += 1
      throw new DOMException('blocked', 'SecurityError')
    })
    await expect(host.call('release', [])).rejects.toMatchObject({ code: 'RUNTIME_UNAVAILABLE' })
    await expect(host.call('release', [])).rejects.toMatchObject({ code: 'RUNTIME_UNAVAILABLE' })
    expect(tries).toBe(2)
  })

  it('is not started to forget what it never had', async () => {
    let starts = 0
    const host = createVisionHost(async () => {
      starts += 1
      return fakeWorker({ discard: async () => undefined }).port
    })
    await host.call('discard', [])
    expect(starts).toBe(0)
  })

  it('that is stopped on purpose rejects with ABORTED', async () => {
    const worker = fakeWorker({ analyseImage: pending })
    const host = hostOf(worker)
    const call = host.call('analyseImage', [image, never])
    setTimeout(() => host.stop(), 20)
    await expect(call).rejects.toMatchObject({ code: 'ABORTED' })
    expect(worker.isTerminated()).toBe(true)
  })
})

describe('a worker that hangs', () => {
  // Messages between the two sides go on in real time.
  const stopClock = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)
  afterEach(() => vi.useRealTimers())

  it('is taken for dead after two minutes, with all that is pending, and replaced', async () => {
    const load = async () => report
    const hung = fakeWorker({ load, analyseImage: pending, timeImage: pending })
    const host = hostOf(hung, fakeWorker({ load, timeCopy: async () => 7 }))
    await host.call('load', [options, () => undefined, never])
    stopClock()
    const calls = [host.call('analyseImage', [image, never]), host.call('timeImage', [image, never])]
    const ends = Promise.allSettled(calls)
    await pass(120_000)
    expect(await ends).toMatchObject(Array(2).fill({ status: 'rejected', reason: { code: 'WORKER_CRASHED' } }))
    expect(hung.isTerminated()).toBe(true)
    vi.useRealTimers()
    await expect(host.call('timeCopy', [image])).resolves.toBe(7)
  })

  it('is not one that still loads and says so', async () => {
    let say: (progress: LoadProgress) => void = () => undefined
    let finish: (given: LoadReport) => void = () => undefined
    const load: VisionWorkerApi['load'] = (_options, onProgress) => {
      say = onProgress
      return new Promise((resolve) => {
        finish = resolve
      })
    }
    const heard: LoadProgress[] = []
    const host = hostOf(fakeWorker({ load }))
    stopClock()
    const loading = host.call('load', [options, (progress) => heard.push(progress), never])
    for (const loadedBytes of [1, 2, 3]) {
      await pass(200_000)
      say({ step: 'models', loadedBytes, totalBytes: 3 })
      await vi.waitFor(() => expect(heard).toHaveLength(loadedBytes), { timeout: 20_000 })
    }
    finish(report)
    await expect(loading).resolves.toEqual(report)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('over its loading too is WORKER_CRASHED', async () => {
    const host = hostOf(fakeWorker({ load: pending }))
    stopClock()
    const refused = expect(host.call('load', [options, () => undefined, never])).rejects.toMatchObject({
      code: 'WORKER_CRASHED',
    })
    await pass(240_000)
    await refused
  })
})
