import { MienError } from '@mien/shared/errors'
import type { Pipeline } from '@mien/shared/vision/pipeline'
import type { FaceAnalysis, RgbaImage } from '@mien/shared/vision/types'
import type { FrameReader } from './frame-pixels.ts'
import type { KeptFrames } from './kept-frames.ts'
import type { LoadVisionOptions, Vision } from './load-vision.ts'
import type { FrameReport, LoadOptions, LoadProgress, VisionWorkerApi } from './protocol.ts'
import type { StageClock } from './stage-clock.ts'

export interface VisionApiPorts {
  readonly loadVision: (options: LoadVisionOptions) => Promise<Vision>
  readonly frames: FrameReader
  readonly kept: KeptFrames
  readonly clock: StageClock
}

interface Loaded {
  readonly key: string
  readonly vision: Promise<Vision>
  /** Everyone who waits for the same load. */
  readonly listeners: Set<(progress: LoadProgress) => void>
}

/** The calls of `VisionWorkerApi` over whatever loads, reads and keeps. */
export function createVisionApi({ loadVision, frames, kept, clock }: VisionApiPorts): VisionWorkerApi {
  let loaded: Loaded | undefined

  const vision = (): Promise<Vision> => {
    if (loaded === undefined) throw new MienError('RUNTIME_UNAVAILABLE', { message: 'No models are loaded yet' })
    return loaded.vision
  }

  /** Set at once, so that two callers never load twice; the old networks go first, for the sake of memory. */
  function begin(options: LoadOptions, key: string, signal: AbortSignal): Loaded {
    const unloaded = unload()
    const listeners: Loaded['listeners'] = new Set()
    const onProgress = (progress: LoadProgress) => {
      for (const listener of listeners) listener(progress)
    }
    return { key, listeners, vision: unloaded.then(() => loadVision({ options, clock, onProgress, signal })) }
  }

  async function unload(): Promise<void> {
    const old = loaded
    loaded = undefined
    kept.discard()
    const vision = await old?.vision.catch(() => undefined)
    vision?.tracker?.release()
    await vision?.pipeline.release()
  }

  async function analyseOne(image: RgbaImage, signal: AbortSignal): Promise<FaceAnalysis> {
    const { pipeline } = await vision()
    const [face, other] = await pipeline.observe(image, { signal, maxFaces: 2 })
    if (face === undefined) throw new MienError('NO_FACE')
    if (other !== undefined) throw new MienError('MANY_FACES')
    return pipeline.analyse(image, face, { signal })
  }

  return {
    async load(options, onProgress, signal) {
      const key = keyOf(options)
      const current = loaded?.key === key ? loaded : begin(options, key, signal)
      loaded = current
      const { listeners } = current
      listeners.add(onProgress)
      try {
        return (await current.vision).report
      } catch (error) {
        // The next call tries again: the network may be back.
        if (loaded === current) loaded = undefined
        throw error
      } finally {
        listeners.delete(onProgress)
      }
    },

    async observe(frame, { depth, keep }, signal) {
      const image = frames.read(frame)
      const { pipeline, tracker } = await vision()
      const { width, height } = image
      if (tracker !== undefined && depth === 'track') {
        return { width, height, faces: await tracker.track(image), observation: null, frameId: null }
      }
      return observeFully(pipeline, image, keep ? kept : undefined, signal)
    },

    async analyse(frameId, signal) {
      const { pipeline } = await vision()
      const { image, observation } = kept.take(frameId)
      return pipeline.analyse(image, observation, { signal })
    },

    discard: async (frameId) => kept.discard(frameId),
    analyseImage: analyseOne,

    async timeImage(image, signal) {
      clock.start()
      const analysis = await analyseOne(image, signal)
      return { analysis, ...clock.read() }
    },

    async timeCopy(frame) {
      const start = performance.now()
      frames.read(frame)
      return performance.now() - start
    },

    release: unload,
  }
}

async function observeFully(
  pipeline: Pipeline,
  image: RgbaImage,
  kept: KeptFrames | undefined,
  signal: AbortSignal,
): Promise<FrameReport> {
  // Two are enough to know that there is more than one.
  const observed = await pipeline.observe(image, { signal, maxFaces: 2 })
  const [observation = null] = observed
  const { width, height } = image
  const frameId = observation !== null && kept !== undefined ? kept.keep({ image, observation }) : null
  return { width, height, faces: observed.map((face) => face.detection), observation, frameId }
}

const keyOf = (options: LoadOptions): string => JSON.stringify(Object.entries(options).sort())
