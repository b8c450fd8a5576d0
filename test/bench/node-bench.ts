import { findPack } from '@mien/shared/vision/manifest'
import { createPipeline } from '@mien/shared/vision/pipeline'
import type { RgbaImage } from '@mien/shared/vision/types'
import { createStageClock } from '../../packages/client/src/worker/stage-clock.ts'
import { defaultWeightsDirectory, loadManifest } from '../../packages/server/src/models/load-manifest.ts'
import { readWeights } from '../../packages/server/src/models/weights-store.ts'
import { loadRuntime } from '../../packages/server/src/vision/open-session.ts'
import type { Sample } from './samples.ts'

export interface NodeBench {
  readonly runtime: string
  time(image: RgbaImage): Promise<Sample>
  close(): Promise<void>
}

/** The server's pipeline on one thread, with a clock. */
export async function openNodeBench(): Promise<NodeBench> {
  const clock = createStageClock()
  const { kind, openSession } = await loadRuntime({ threads: 1 }, (ms) => clock.addRun(ms))
  const pipeline = await createPipeline({
    pack: findPack(await loadManifest(), 'standard'),
    readModel: (file) => readWeights(defaultWeightsDirectory, file),
    openSession,
    onStage: (stage) => clock.enter(stage),
  })
  await pipeline.warmUp()
  return {
    runtime: kind,
    async time(image) {
      clock.start()
      const [face] = await pipeline.observe(image)
      await pipeline.analyse(image, face!)
      return clock.read()
    },
    close: () => pipeline.release(),
  }
}
