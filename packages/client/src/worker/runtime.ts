import { MienError } from '@mien/shared/errors'
import type { ModelSession, OpenSession, TensorData } from '@mien/shared/vision/runtime'
import type * as Ort from 'onnxruntime-common'
import type { Backend } from './protocol.ts'

type OrtModule = Pick<typeof Ort, 'InferenceSession' | 'Tensor' | 'env'>

export interface RuntimeOptions {
  readonly backend: Backend
  readonly threads: number
  /** Networks that are worth a graphics processor, by name. The small per-frame ones are not: reading back costs more than they do. */
  readonly heavy: ReadonlySet<string>
  /** Told how long each run took, milliseconds. */
  readonly onRun?: (ms: number) => void
}

export interface Runtime {
  readonly openSession: OpenSession
  /** Where the heavy networks run by now: `wasm` as soon as one of them had to move there. */
  backend(): Backend
}

/**
 * Binds onnxruntime-web. With `webgpu` one module brings both backends; when it cannot be loaded the WebAssembly one is.
 *
 * @throws MienError RUNTIME_UNAVAILABLE
 */
export async function loadRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { ort, backend } = await loadModule(options.backend)
  return bindRuntime(ort, { ...options, backend })
}

/** @param ort a module that has the backend */
export function bindRuntime(ort: OrtModule, options: RuntimeOptions): Runtime {
  let { backend } = options
  ort.env.wasm.numThreads = options.threads
  const inTurn = createQueue()
  const open = async (bytes: Uint8Array, name: string, on: Backend) => {
    const session = await createSession(ort, bytes, name, on)
    return {
      run: timed(options.onRun, (feeds: Feeds) => runOnce(ort, session, feeds)),
      release: () => session.release(),
    }
  }

  /** Holds the bytes, so that it can move when the graphics processor fails: at once, at the first run, or later on. */
  async function openHeavy(bytes: Uint8Array, name: string): Promise<ModelSession> {
    let on: Backend = 'webgpu'
    const toWasm = () => {
      on = 'wasm'
      backend = 'wasm'
      return open(bytes, name, 'wasm')
    }
    let session = await open(bytes, name, 'webgpu').catch(toWasm)
    return {
      run: async (feeds) => {
        if (on === 'wasm') return session.run(feeds)
        return session.run(feeds).catch(async () => {
          // What failed may not even be able to end.
          await session.release().catch(() => undefined)
          session = await toWasm()
          return session.run(feeds)
        })
      },
      release: () => session.release(),
    }
  }

  return {
    backend: () => backend,
    async openSession(bytes, name) {
      const isHeavy = backend === 'webgpu' && options.heavy.has(name)
      const session = await inTurn(() => (isHeavy ? openHeavy(bytes, name) : open(bytes, name, 'wasm')))
      return {
        run: (feeds) => inTurn(() => session.run(feeds)),
        release: () => inTurn(() => session.release()),
      }
    },
  }
}

type Feeds = Readonly<Record<string, TensorData>>

async function loadModule(backend: Backend): Promise<{ ort: OrtModule; backend: Backend }> {
  try {
    if (backend === 'webgpu') {
      const module = await loadWebGpu().catch(() => undefined)
      if (module !== undefined) return { ort: module.ort, backend }
    }
    const { ort } = await import('./ort-wasm.ts')
    return { ort, backend: 'wasm' }
  } catch (cause) {
    throw new MienError('RUNTIME_UNAVAILABLE', { cause })
  }
}

/** Never the default entry of the package: its WebGPU provider fails on the detector. */
const loadWebGpu = () => ('Suspending' in WebAssembly ? import('./ort-jspi.ts') : import('./ort-webgpu.ts'))

async function createSession(ort: OrtModule, bytes: Uint8Array, name: string, backend: Backend) {
  // Errors only: old exports fill the console with warnings about their own shape.
  return ort.InferenceSession.create(bytes, { executionProviders: [backend], logSeverityLevel: 3 }).catch((cause) => {
    throw new MienError('RUNTIME_UNAVAILABLE', { cause, details: { model: name, backend } })
  })
}

async function runOnce(ort: OrtModule, session: Ort.InferenceSession, feeds: Feeds) {
  const inputs = Object.entries(feeds).map(
    ([name, { data, dims }]) => [name, new ort.Tensor('float32', data, dims)] as const,
  )
  const outputs = await session.run(Object.fromEntries(inputs))
  return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, toTensorData(name, tensor)]))
}

/** onnxruntime-web hands out CPU outputs as fresh arrays already; a view of a larger buffer would be its heap, and is copied. */
function toTensorData(name: string, { data, dims }: Ort.Tensor): TensorData {
  if (!(data instanceof Float32Array)) throw new MienError('MODEL_OUTPUT_INVALID', { details: { tensor: name } })
  const isOwn = data.byteLength === data.buffer.byteLength
  return { data: isOwn ? data : data.slice(), dims: [...dims] }
}

function timed<A, R>(onRun: ((ms: number) => void) | undefined, run: (argument: A) => Promise<R>) {
  if (onRun === undefined) return run
  return async (argument: A) => {
    const start = performance.now()
    const result = await run(argument)
    onRun(performance.now() - start)
    return result
  }
}

/** One module has one WebAssembly instance, which must not be entered twice: everything takes its turn. */
function createQueue() {
  let last: Promise<unknown> = Promise.resolve()
  return <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work)
    last = turn.catch(() => undefined)
    return turn
  }
}
