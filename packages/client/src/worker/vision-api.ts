import { MienError } from '@mien/shared/errors'
import type { Pipeline } from '@mien/shared/vision/pipeline'
import type { FaceAnalysis, RgbaImage } from '@mien/shared/vision/types'
import type { FrameReader } from './frame-pixels.ts'
import type { KeptFrames } from './kept-frames.ts'
import type { LoadVisionOptions, Vision } from './load-vision.ts'
import type { FrameReport, LoadOptions, LoadProgress, Picture, PictureOptions, VisionWorkerApi } from './protocol.ts'
import { createRepeatDetector } from './repeat-detector.ts'
import type { StageClock } from './stage-clock.ts'

export interface VisionApiPorts {
  readonly loadVision: (options: LoadVisionOptions) => Promise<Vision>
  readonly frames: FrameReader
  readonly kept: KeptFrames
  readonly clock: StageClock
  readonly takePicture: (image: RgbaImage, options: PictureOptions) => Promise<Picture>
}

interface Loaded {
  readonly options: LoadOptions
  /** Name of the pack; undefined while it is the server's first one and its manifest has not arrived. */
  pack: string | undefined
  readonly vision: Promise<Vision>
  isReady: boolean
  /** Everyone who waits for the same load. When the last one no longer does, it is cancelled. */
  readonly waiting: Set<(progress: LoadProgress) => void>
  readonly cancel: AbortController
}

/** The calls of `VisionWorkerApi` over whatever loads, reads and keeps. */
export function createVisionApi({ loadVision, frames, kept, clock, takePicture }: VisionApiPorts): VisionWorkerApi {
  let loaded: Loaded | undefined
  let isRepeat = createRepeatDetector()

  const vision = (): Promise<Vision> => {
    if (loaded === undefined) throw new MienError('RUNTIME_UNAVAILABLE', { message: 'No models are loaded yet' })
    return loaded.vision
  }

  /** Set at once, so that two callers never load twice; the old networks go first, for the sake of memory. */
  function begin(options: LoadOptions): Loaded {
    const unloaded = unload()
    const waiting: Loaded['waiting'] = new Set()
    const cancel = new AbortController()
    const onProgress = (progress: LoadProgress) => {
      for (const tell of waiting) tell(progress)
    }
    const { signal } = cancel
    const vision = unloaded.then(() => loadVision({ options, clock, onProgress, signal }))
    const begun: Loaded = { options, pack: options.pack, vision, isReady: false, waiting, cancel }
    vision.then(
      ({ pack }) => {
        begun.pack = pack
        begun.isReady = true
      },
      () => {
        // The next call tries again: the network may be back.
        if (loaded === begun) loaded = undefined
      },
    )
    loaded = begun
    return begun
  }

  async function unload(): Promise<void> {
    const old = loaded
    loaded = undefined
    kept.discard()
    frames.forget()
    isRepeat = createRepeatDetector()
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
      for (;;) {
        signal.throwIfAborted()
        const { pack, report } = await wait(
          loaded && fits(loaded, options) ? loaded : begin(options),
          onProgress,
          signal,
        )
        // Otherwise this was the load of somebody who left the choice to the server.
        if (options.pack === undefined || options.pack === pack) return report
      }
    },

    async observe(frame, { depth, keep }, signal) {
      const image = frames.read(frame)
      const { pipeline, tracker } = await vision()
      const { width, height } = image
      const repeats = isRepeat(image)
      if (tracker !== undefined && depth === 'track') {
        const faces = await tracker.track(image)
        return { width, height, faces, observation: null, frameId: null, isRepeat: repeats }
      }
      return { ...(await observeFully(pipeline, image, keep ? kept : undefined, signal)), isRepeat: repeats }
    },

    async inspect(frameId, { attributes }, signal) {
      const { pipeline } = await vision()
      const { image, observation } = kept.take(frameId)
      return pipeline.inspect(image, observation, { signal, attributes })
    },

    async analyse(frameId, { attributes }, signal) {
      const { pipeline } = await vision()
      const { image, observation } = kept.take(frameId)
      return pipeline.analyse(image, observation, { signal, attributes })
    },

    async picture(frameId, options) {
      const { image } = options.keep ? kept.read(frameId) : kept.take(frameId)
      return takePicture(image, options)
    },

    async discard(frameId) {
      kept.discard(frameId)
      if (frameId !== undefined) return
      // The newest frame is in two more places.
      isRepeat = createRepeatDetector()
      frames.forget()
    },
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
): Promise<Omit<FrameReport, 'isRepeat'>> {
  // Two are enough to know that there is more than one.
  const observed = await pipeline.observe(image, { signal, maxFaces: 2 })
  // Whoever left meanwhile has discarded already: nobody would discard this one.
  signal.throwIfAborted()
  const [observation = null] = observed
  const { width, height } = image
  const frameId = observation !== null && kept !== undefined ? kept.keep({ image, observation }) : null
  return { width, height, faces: observed.map((face) => face.detection), observation, frameId }
}

/** Whether a load gives what these options ask for, as far as one can know before the manifest is there. */
function fits({ options, pack, isReady, cancel }: Loaded, wanted: LoadOptions): boolean {
  if (cancel.signal.aborted && !isReady) return false
  const isPack = wanted.pack === undefined || pack === undefined || wanted.pack === pack
  // Networks that can guess attributes serve those who do not ask for that.
  const isEnough = options.attributes || !wanted.attributes
  return isPack && isEnough && keyOf(options) === keyOf(wanted)
}

/** Leaves at once when the caller's own signal aborts; others go on waiting. */
function wait(
  { vision, waiting, cancel }: Loaded,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
): Promise<Vision> {
  // Its own function: one caller may wait twice.
  const tell = (progress: LoadProgress) => onProgress(progress)
  waiting.add(tell)
  return new Promise((resolve, reject) => {
    const leave = () => {
      waiting.delete(tell)
      if (waiting.size === 0) cancel.abort(signal.reason)
      reject(signal.reason)
    }
    const end = () => {
      waiting.delete(tell)
      signal.removeEventListener('abort', leave)
    }
    signal.addEventListener('abort', leave, { once: true })
    vision.finally(end).then(resolve, reject)
  })
}

const keyOf = ({ pack: _pack, attributes: _attributes, ...others }: LoadOptions): string =>
  JSON.stringify(Object.entries(others).sort())
