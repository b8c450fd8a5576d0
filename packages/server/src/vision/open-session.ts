import { MienError } from '@mien/shared/errors'
import type { ModelSession, OpenSession, TensorData } from '@mien/shared/vision/runtime'
import type * as Ort from 'onnxruntime-common'

type OrtModule = Pick<typeof Ort, 'InferenceSession' | 'Tensor'>

export interface NodeRuntimeOptions {
  /** Threads inside one operator. 1 where a pool runs one pipeline a core. Default 1. */
  readonly threads?: number
  /** `native` is onnxruntime-node, `wasm` onnxruntime-web. Default: native, wasm where its binding cannot load. */
  readonly runtime?: 'native' | 'wasm'
}

/** Told after each run of a network how long the runtime took, milliseconds. */
export type OnRun = (ms: number) => void

export interface NodeRuntime {
  readonly kind: 'native' | 'wasm'
  readonly openSession: OpenSession
}

/**
 * Loads an inference runtime. The native binding is 2 to 9 times faster; it is missing on platforms for which its
 * package carries none (musl, for one), and there the WebAssembly build does the same.
 *
 * @throws MienError RUNTIME_UNAVAILABLE when neither loads
 */
export async function loadRuntime(
  { threads = 1, runtime }: NodeRuntimeOptions = {},
  onRun: OnRun = () => undefined,
): Promise<NodeRuntime> {
  if (runtime === 'wasm') return loadWasm(threads, onRun)
  try {
    return await loadNative(threads, onRun)
  } catch (error) {
    if (runtime === 'native') throw new MienError('RUNTIME_UNAVAILABLE', { cause: error })
    return loadWasm(threads, onRun)
  }
}

async function loadNative(threads: number, onRun: OnRun): Promise<NodeRuntime> {
  const ort = await import('onnxruntime-node')
  const options = { intraOpNumThreads: threads, interOpNumThreads: 1, logSeverityLevel: 3 } as const
  return { kind: 'native', openSession: (bytes, name) => openSession(ort, bytes, name, options, onRun) }
}

async function loadWasm(threads: number, onRun: OnRun): Promise<NodeRuntime> {
  try {
    const ort = await import('onnxruntime-web')
    ort.env.wasm.numThreads = threads
    const options = { executionProviders: ['wasm'], logSeverityLevel: 3 } as const
    return { kind: 'wasm', openSession: (bytes, name) => openSession(ort, bytes, name, options, onRun) }
  } catch (error) {
    throw new MienError('RUNTIME_UNAVAILABLE', { cause: error })
  }
}

async function openSession(
  ort: OrtModule,
  bytes: Uint8Array,
  name: string,
  options: Ort.InferenceSession.SessionOptions,
  onRun: OnRun,
): Promise<ModelSession> {
  const session = await ort.InferenceSession.create(bytes, options).catch((error: unknown) => {
    throw new MienError('RUNTIME_UNAVAILABLE', { cause: error, details: { model: name } })
  })
  // A session runs one call at a time; the next waits for it, whether it succeeded or not.
  let last: Promise<unknown> = Promise.resolve()
  return {
    run(feeds) {
      const turn = last.then(() => runOnce(ort, session, feeds, onRun))
      last = turn.catch(() => undefined)
      return turn
    },
    async release() {
      await last
      await session.release()
    },
  }
}

async function runOnce(
  ort: OrtModule,
  session: Ort.InferenceSession,
  feeds: Readonly<Record<string, TensorData>>,
  onRun: OnRun,
): Promise<Record<string, TensorData>> {
  const tensors = Object.entries(feeds).map(
    ([name, { data, dims }]) => [name, new ort.Tensor('float32', data, dims)] as const,
  )
  const start = performance.now()
  const outputs = await session.run(Object.fromEntries(tensors))
  onRun(performance.now() - start)
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { data, dims }]) => {
      if (!(data instanceof Float32Array)) throw new MienError('MODEL_OUTPUT_INVALID', { details: { tensor: name } })
      // A copy: the memory behind it belongs to the runtime.
      return [name, { data: data.slice(), dims }]
    }),
  )
}
