import { MienError } from '@mien/shared/errors'
import type { LoadProgress } from '../worker/protocol.ts'
import type { Course } from './course.ts'
import { loadCapture } from './load-capture.ts'

/**
 * Loads while the person reads; shows how far it is only to somebody who waits for it.
 *
 * @param attributes the networks that guess age and gender too
 * @returns waits for it. @throws MienError MODEL_MISMATCH, or what loading fails with
 */
export function beginLoading({ ports, stage, session }: Course, attributes: boolean): () => Promise<void> {
  let isAwaited = false
  let progress: LoadProgress = { step: 'models', loadedBytes: 0, totalBytes: 0 }
  const tell = (next: LoadProgress) => {
    progress = next
    if (isAwaited) stage.show({ name: 'preparing', progress })
  }
  const options = { ...ports.visionOptions, attributes, pack: session.model.pack }
  const hear = (next: LoadProgress) => {
    // The worker runs: from here on more script delays nothing. Whoever needs it says when it cannot be had.
    void loadCapture().catch(() => undefined)
    tell(next)
  }
  const loading = ports.vision.call('load', [options, hear, stage.signal])
  // Somebody waits for it later; until then a failure is not unhandled.
  loading.catch(() => undefined)
  return async () => {
    isAwaited = true
    tell(progress)
    const { modelId } = await loading
    isAwaited = false
    stage.signal.throwIfAborted()
    if (modelId !== session.model.model_id) throw new MienError('MODEL_MISMATCH')
  }
}
