import { createPipeline, type Pipeline, type PipelineRole, pipelineRoles } from '@mien/shared/vision/pipeline'
import { ensureModels } from '../../packages/server/src/models/ensure-models.ts'
import { defaultWeightsDirectory, loadManifest } from '../../packages/server/src/models/load-manifest.ts'
import { loadRuntime } from '../../packages/server/src/vision/open-session.ts'

/** The default pack on the server's own runtime. */
export async function openNodePipeline(roles: readonly PipelineRole[] = pipelineRoles): Promise<Pipeline> {
  const manifest = await loadManifest()
  const models = await ensureModels({ manifest, pack: 'standard', directory: defaultWeightsDirectory })
  const { openSession } = await loadRuntime()
  return createPipeline({ ...models, openSession, roles })
}
