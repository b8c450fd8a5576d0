import { MienError } from '@mien/shared/errors'
import { type ModelFile, type ModelPack, packFiles } from '@mien/shared/vision/manifest'
import { attributeRoles, createPipeline, type Pipeline, pipelineRoles } from '@mien/shared/vision/pipeline'
import { openModelCache } from '../storage/model-cache.ts'
import { chooseBackend, chooseThreads } from './choose-backend.ts'
import type { FaceTracker } from './face-tracker.ts'
import { createModelSource, type ModelSource } from './model-source.ts'
import type { LoadOptions, LoadProgress, LoadReport } from './protocol.ts'
import { loadRuntime } from './runtime.ts'
import type { StageClock } from './stage-clock.ts'

/** Everything that answers calls once it is there. */
export interface Vision {
  readonly pipeline: Pipeline
  /** Absent: the pipeline's own detector guides too. */
  readonly tracker: FaceTracker | undefined
  /** Name of the model pack. */
  readonly pack: string
  readonly report: LoadReport
}

export interface LoadVisionOptions {
  readonly options: LoadOptions
  readonly clock: StageClock
  readonly onProgress: (progress: LoadProgress) => void
  readonly signal: AbortSignal
}

/** Manifest, runtime, networks, one run of each. Cancelling stops between those steps. */
export async function loadVision({ options, clock, onProgress, signal }: LoadVisionOptions): Promise<Vision> {
  let loadedBytes = 0
  let totalBytes = 0
  const tell = (bytes: number) => {
    loadedBytes += bytes
    onProgress({ step: 'models', loadedBytes, totalBytes })
  }
  const cache = await openModelCache()
  const source = createModelSource({ endpoint: options.endpoint, cache, onBytes: tell, signal })
  const pack = await source.readPack(options.pack)
  const wanted = packFiles(pack).filter(({ role }) => isWanted(role, options))
  totalBytes = wanted.reduce((sum, file) => sum + file.bytes, 0)
  tell(0)

  const runtime = await loadRuntime({
    backend: chooseBackend(options, { adapter: await findAdapter(options) }),
    threads: await countThreads(options),
    heavy: new Set([pack.pad.id, pack.embedder.id]),
    onRun: (ms) => clock.addRun(ms),
  })
  signal.throwIfAborted()
  const pipeline = await createPipeline({
    pack,
    readModel: (file) => source.readModel(file),
    openSession: runtime.openSession,
    roles: options.attributes ? [...pipelineRoles, ...attributeRoles] : pipelineRoles,
    onStage: (stage) => clock.enter(stage),
  })
  let tracker: FaceTracker | undefined
  try {
    if (options.tracker === 'mediapipe') tracker = await openTracker(pack, source)
    onProgress({ step: 'runtime' })
    signal.throwIfAborted()
    await pipeline.warmUp()
    const report = {
      modelId: pipeline.modelId,
      backend: runtime.backend(),
      threads: await countThreads(options),
      tracker: options.tracker,
    }
    return { pipeline, tracker, pack: pack.name, report }
  } catch (error) {
    // Nobody else has a hold of these networks: without this, every cancelled start would leave a set in memory.
    await pipeline.release().catch(() => undefined)
    tracker?.release()
    throw error
  }
}

function isWanted(role: ModelFile['role'], { tracker, attributes }: LoadOptions): boolean {
  if (role === 'tracker') return tracker === 'mediapipe'
  return attributes || (role !== 'age' && role !== 'gender')
}

async function openTracker(pack: ModelPack, source: ModelSource): Promise<FaceTracker> {
  if (pack.tracker === undefined) {
    throw new MienError('MODEL_PACK_UNKNOWN', {
      message: 'The model pack has no tracker',
      details: { pack: pack.name },
    })
  }
  const { openMediaPipeTracker } = await import('./mediapipe-tracker.ts')
  return openMediaPipeTracker(await source.readModel(pack.tracker))
}

async function findAdapter({ backend }: LoadOptions): Promise<{ isFallbackAdapter: boolean } | null> {
  if (backend === 'wasm' || !('gpu' in navigator)) return null
  const adapter = await navigator.gpu.requestAdapter().catch(() => null)
  return adapter === null ? null : { isFallbackAdapter: adapter.info.isFallbackAdapter }
}

async function countThreads({ maxThreads }: LoadOptions): Promise<number> {
  const facts = { crossOriginIsolated: globalThis.crossOriginIsolated, cores: navigator.hardwareConcurrency }
  const threads = chooseThreads(facts, maxThreads)
  return threads > 1 && !(await mayStartThreads()) ? 1 : threads
}

/**
 * Threads of a worker that came from another origin start from a blob (see onnxruntime-web `importWasmModule`), which the
 * page's content policy may forbid; the runtime would then not start at all. Tried once, on an empty module.
 */
async function mayStartThreads(): Promise<boolean> {
  if (new URL(import.meta.url).origin === location.origin) return true
  const url = URL.createObjectURL(new Blob(['export default 1'], { type: 'text/javascript' }))
  try {
    await import(/* @vite-ignore */ url)
    // Trusted Types, where the page asks for them, throw at once: the runtime starts its threads by plain addresses.
    new Worker(url, { type: 'module' }).terminate()
    return true
  } catch {
    return false
  } finally {
    URL.revokeObjectURL(url)
  }
}
