import { MienError } from '../errors.ts'
import { alignFace } from './align.ts'
import { guessAttributes } from './attributes.ts'
import { detectFaces } from './detect.ts'
import { embedFace } from './embed.ts'
import { findLandmarks, toFivePoints } from './landmarks.ts'
import type { AttributeModel, ImageInput, ModelFile, ModelPack } from './manifest.ts'
import { judgeLiveness } from './pad.ts'
import { estimatePose } from './pose.ts'
import { measureQuality } from './quality.ts'
import { type Raster, toRaster } from './raster.ts'
import type { CancelSignal, ModelSession, OpenSession } from './runtime.ts'
import type { FaceAnalysis, FaceDetection, FaceInspection, FaceObservation, RgbaImage } from './types.ts'

export type PipelineRole = 'detector' | 'landmarks' | 'pad' | 'embedder' | 'age' | 'gender'
export const pipelineRoles: readonly PipelineRole[] = ['detector', 'landmarks', 'pad', 'embedder']
/** For `inspect` and `analyse` with attributes; not every pack has them. */
export const attributeRoles: readonly PipelineRole[] = ['age', 'gender']

/** The steps as a clock may see them; `idle` comes after the last one of a call. */
export type PipelineStage = 'detect' | 'landmarks' | 'align' | 'quality' | 'pad' | 'embed' | 'attributes' | 'idle'

export interface PipelineOptions {
  readonly pack: ModelPack
  readonly readModel: (file: ModelFile) => Promise<Uint8Array>
  readonly openSession: OpenSession
  /** Networks to open, default `pipelineRoles`. Without `pad` and `embedder` only `observe` works. */
  readonly roles?: readonly PipelineRole[]
  /** Told when a stage begins. */
  readonly onStage?: (stage: PipelineStage) => void
}

export interface ObserveOptions {
  readonly signal?: CancelSignal
  /** Landmarks and quality are found for at most so many faces, the largest. Default 5. */
  readonly maxFaces?: number
}

export interface AnalyseOptions {
  readonly signal?: CancelSignal
  /** Guesses age and gender too; the pipeline must have been opened with `attributeRoles`. Default false. */
  readonly attributes?: boolean
}

export interface Pipeline {
  /** Id of the embedder: what templates of this pipeline carry. */
  readonly modelId: string
  /** The cheap facts of each face, largest face first; for every live frame. */
  observe(image: RgbaImage, options?: ObserveOptions): Promise<readonly FaceObservation[]>
  /** Presentation attack of one observed face, and no template: the embedder does not run. */
  inspect(image: RgbaImage, observation: FaceObservation, options?: AnalyseOptions): Promise<FaceInspection>
  /** The dear facts of one observed face: presentation attack and template. */
  analyse(image: RgbaImage, observation: FaceObservation, options?: AnalyseOptions): Promise<FaceAnalysis>
  /**
   * Runs each network once on an empty image: the first run compiles.
   *
   * @throws MienError RUNTIME_UNAVAILABLE with `details.networks`, the roles of those that failed
   */
  warmUp(): Promise<void>
  release(): Promise<void>
}

/**
 * detect -> landmarks -> align -> quality -> presentation attack -> embed, on one set of opened networks.
 *
 * A call that is cancelled finishes the network that runs, then rejects with the signal's reason.
 *
 * @throws MienError RUNTIME_UNAVAILABLE, MODEL_PACK_UNKNOWN (the pack lacks a role asked for); calls also reject with MODEL_OUTPUT_INVALID, IMAGE_CORRUPT
 */
export async function createPipeline(options: PipelineOptions): Promise<Pipeline> {
  const { pack, onStage: enter = () => undefined } = options
  const sessions = await openSessions(options)
  /** What `observe` aligned, for `analyse` of the same observation in the same memory; forgotten with the observation. */
  const alignments = new WeakMap<FaceObservation, { readonly memory: ArrayBufferLike; readonly aligned: Raster }>()
  const alignedOf = (image: Raster, observation: FaceObservation): Raster => {
    const known = alignments.get(observation)
    return known?.memory === image.words.buffer ? known.aligned : alignFace(image, observation.fivePoints)
  }
  const sessionOf = (role: PipelineRole): ModelSession => {
    const session = sessions.get(role)
    if (session === undefined) throw new MienError('RUNTIME_UNAVAILABLE', { details: { role } })
    return session
  }

  const openOf = (role: 'age' | 'gender') => ({
    session: sessionOf(role),
    model: modelOf(pack, role) as AttributeModel,
  })

  async function observeFace(image: Raster, detection: FaceDetection, signal?: CancelSignal): Promise<FaceObservation> {
    signal?.throwIfAborted()
    enter('landmarks')
    const landmarks = await findLandmarks(sessionOf('landmarks'), pack.landmarks, image, detection.box)
    const fivePoints = toFivePoints(landmarks)
    enter('align')
    const aligned = alignFace(image, fivePoints)
    enter('quality')
    const pose = estimatePose(landmarks)
    const quality = measureQuality(image, detection.box, landmarks, fivePoints, aligned)
    const observation = { detection, landmarks, fivePoints, pose, quality }
    alignments.set(observation, { memory: image.words.buffer, aligned })
    return observation
  }

  async function inspectFace(
    raster: Raster,
    observation: FaceObservation,
    { signal, attributes = false }: AnalyseOptions,
  ): Promise<FaceInspection> {
    signal?.throwIfAborted()
    const guessing = attributes ? { age: openOf('age'), gender: openOf('gender') } : undefined
    enter('pad')
    const pad = await judgeLiveness(sessionOf('pad'), pack.pad, raster, observation.detection.box)
    if (guessing === undefined) return { ...observation, pad }
    signal?.throwIfAborted()
    enter('attributes')
    return { ...observation, pad, attributes: await guessAttributes(guessing, raster, observation.detection.box) }
  }

  return {
    modelId: pack.embedder.id,

    async observe(image, { signal, maxFaces = 5 } = {}) {
      signal?.throwIfAborted()
      enter('detect')
      const raster = checkedRaster(image)
      const found = await detectFaces(sessionOf('detector'), pack.detector, raster)
      const largest = found.sort((a, b) => area(b) - area(a)).slice(0, maxFaces)
      const observations: FaceObservation[] = []
      for (const detection of largest) observations.push(await observeFace(raster, detection, signal))
      enter('idle')
      return observations
    },

    async inspect(image, observation, options = {}) {
      const inspection = await inspectFace(checkedRaster(image), observation, options)
      enter('idle')
      return inspection
    },

    async analyse(image, observation, options = {}) {
      const raster = checkedRaster(image)
      const inspection = await inspectFace(raster, observation, options)
      options.signal?.throwIfAborted()
      enter('align')
      const aligned = alignedOf(raster, observation)
      enter('embed')
      const template = await embedFace(sessionOf('embedder'), pack.embedder, aligned)
      enter('idle')
      return { ...inspection, template }
    },

    async warmUp() {
      const failures: { role: PipelineRole; cause: unknown }[] = []
      for (const [role, session] of sessions) {
        const { input } = modelOf(pack, role)
        await session.run({ [input.tensor]: emptyTensor(input) }).catch((cause) => failures.push({ role, cause }))
      }
      const [first] = failures
      if (first === undefined) return
      const details = { networks: failures.map(({ role }) => role) }
      throw new MienError('RUNTIME_UNAVAILABLE', { cause: first.cause, details })
    },

    async release() {
      await releaseAll(sessions)
    },
  }
}

const area = ({ box }: FaceDetection): number => box.width * box.height

function modelOf(pack: ModelPack, role: PipelineRole) {
  const model = pack[role]
  if (model === undefined) throw new MienError('MODEL_PACK_UNKNOWN', { details: { pack: pack.name, role } })
  return model
}

/** One after the other: onnxruntime-web does not open two sessions at once. */
async function openSessions({ pack, readModel, openSession, roles = pipelineRoles }: PipelineOptions) {
  const sessions = new Map<PipelineRole, ModelSession>()
  try {
    for (const role of roles) {
      const model = modelOf(pack, role)
      sessions.set(role, await openSession(await readModel(model), model.id))
    }
    return sessions
  } catch (error) {
    await releaseAll(sessions)
    throw error
  }
}

async function releaseAll(sessions: Map<PipelineRole, ModelSession>): Promise<void> {
  const open = [...sessions.values()]
  sessions.clear()
  await Promise.all(open.map((session) => session.release()))
}

function checkedRaster(image: RgbaImage): Raster {
  const { data, width, height } = image
  const whole = Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0
  if (!whole || data.length !== width * height * 4) throw new MienError('IMAGE_CORRUPT')
  return toRaster(image)
}

function emptyTensor({ width, height, colour }: ImageInput) {
  const channels = colour === 'grey' ? 1 : 3
  return { data: new Float32Array(channels * width * height), dims: [1, channels, height, width] }
}
