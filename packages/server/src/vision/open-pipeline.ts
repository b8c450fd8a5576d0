import { findPack, type ModelManifest } from '@mien/shared/vision/manifest'
import { createPipeline, type Pipeline, type PipelineOptions } from '@mien/shared/vision/pipeline'
import { readWeights } from '../models/weights-store.ts'
import { loadRuntime, type NodeRuntimeOptions, type OnRun } from './open-session.ts'

export interface OpenPipelineOptions extends Pick<PipelineOptions, 'roles' | 'onStage'> {
  readonly manifest: ModelManifest
  readonly pack: string
  readonly weightsDirectory: string
  readonly runtime?: NodeRuntimeOptions
  readonly onRun?: OnRun
}

/** A pipeline on weights that lie in a folder (see `ensureModels`). */
export async function openPipeline(options: OpenPipelineOptions): Promise<Pipeline> {
  const { manifest, pack, weightsDirectory, runtime, onRun, ...rest } = options
  const { openSession } = await loadRuntime(runtime, onRun)
  const readModel: PipelineOptions['readModel'] = (file) => readWeights(weightsDirectory, file)
  return createPipeline({ ...rest, pack: findPack(manifest, pack), readModel, openSession })
}
