import { MienError } from '../errors.ts'

/**
 * What a model file is, where it comes from and how to feed it. The data live in `models/manifest.json`; hosts check
 * them when they load the file, the stages take their own entry as an argument.
 */
export interface ModelManifest {
  readonly version: 1
  /** Pack name -> the model id for each role. */
  readonly packs: Readonly<Record<string, ModelPackEntry>>
  readonly files: readonly ModelFile[]
}

export interface ModelPackEntry {
  readonly title: string
  readonly detector: string
  readonly landmarks: string
  readonly pad: string
  readonly embedder: string
  /** Optional faster face finder for guidance between captures. */
  readonly tracker?: string | undefined
  /** Optional, both or neither: guesses about a person. */
  readonly age?: string | undefined
  readonly gender?: string | undefined
}

/** A pack with its entries looked up. */
export interface ModelPack {
  readonly name: string
  readonly detector: DetectorModel
  readonly landmarks: LandmarksModel
  readonly pad: PadModel
  readonly embedder: EmbedderModel
  readonly tracker?: TrackerModel | undefined
  readonly age?: AttributeModel<'age'> | undefined
  readonly gender?: AttributeModel<'gender'> | undefined
}

export type ModelSource =
  | PublishedSource
  /** Made from a published file by a recipe of ours; the entry's bytes and hash are those of the result. */
  | { readonly kind: 'derived'; readonly recipe: 'tflite-image-metadata'; readonly from: PublishedSource }
  /** Only from the folder that MIEN_MODELS_DIR names. */
  | { readonly kind: 'local' }

export type PublishedSource =
  /** `path` is relative to the package's root; `integrity` is that of the published tarball. */
  | {
      readonly kind: 'npm'
      readonly package: string
      readonly version: string
      readonly integrity: string
      readonly path: string
    }
  | { readonly kind: 'https'; readonly url: string }

/** How pixels become the input tensor [1, channels, height, width]: (value - mean) / std on 0..255, channels in `colour` order. */
export interface ImageInput {
  readonly tensor: string
  readonly width: number
  readonly height: number
  readonly layout: 'nchw'
  readonly colour: 'rgb' | 'bgr' | 'grey'
  readonly mean: readonly number[]
  readonly std: readonly number[]
}

export interface TensorShape {
  readonly tensor: string
  readonly dims: readonly number[]
}

interface ModelFileBase {
  /** Short and stable. For embedders and PAD it is the model id inside templates and facts: new preprocessing, new id. */
  readonly id: string
  /** Name in the weights folder and in a page's model folder. */
  readonly file: string
  readonly bytes: number
  /** Lowercase hex. */
  readonly sha256: string
  readonly source: ModelSource
  readonly licence: { readonly name: string; readonly doubts: string }
}

export interface DetectorModel extends ModelFileBase {
  readonly role: 'detector'
  /** The image is stretched to the input, not letterboxed. */
  readonly input: ImageInput
  /** [1, N, 2] background and face probability. */
  readonly scores: TensorShape
  /** [1, N, 4] left, top, right, bottom as fractions of the image. */
  readonly boxes: TensorShape
  readonly scoreThreshold: number
  /** Intersection over union above which the weaker of two boxes goes. */
  readonly overlapThreshold: number
  /** `height-square`: a square with the side of the box's height around its centre. */
  readonly box: 'as-found' | 'height-square'
}

export interface LandmarksModel extends ModelFileBase {
  readonly role: 'landmarks'
  readonly input: ImageInput
  /** [1, 136] x0, y0, x1, … as fractions of the crop; iBUG 68-point order. */
  readonly points: TensorShape
  /** Side of the crop over the side of the face box. */
  readonly cropScale: number
}

export interface PadModel extends ModelFileBase {
  readonly role: 'pad'
  readonly input: ImageInput
  readonly classes: TensorShape
  readonly liveClass: number
  /** What the network leaves to be done to turn its output into probabilities. */
  readonly activation: 'softmax' | 'none'
  readonly cropScale: number
  /** `live` at or above it passes. */
  readonly threshold: number
  readonly calibration: PadCalibration
}

export interface EmbedderModel extends ModelFileBase {
  readonly role: 'embedder'
  readonly input: ImageInput
  readonly embedding: TensorShape
  readonly dimension: number
  readonly alignment: 'arcface-112'
  readonly calibration: VerifyCalibration
}

/** Read by a tracker library, not by the pipeline. */
export interface TrackerModel extends ModelFileBase {
  readonly role: 'tracker'
}

/** A soft stagewise regression on one face (see `attributes.ts`). */
export interface AttributeModel<Role extends 'age' | 'gender' = 'age' | 'gender'> extends ModelFileBase {
  readonly role: Role
  readonly input: ImageInput
  /** Coarse to fine. */
  readonly stages: readonly RegressionStage[]
  /** What an answer of 1 stands for: years of age, or 1 for the probability of "male". */
  readonly span: number
  /** Side of the crop over the side of the face box. */
  readonly cropScale: number
  /** Where the crop's centre lies under that of the face box, in sides of the box; negative: above. */
  readonly cropShift: number
  /** For a probability: the answer that is as often wrong one way as the other, which becomes 0.5. Default 0.5. */
  readonly midpoint?: number | undefined
  readonly calibration: AttributeCalibration
}

export interface RegressionStage {
  /** [1, bins] how much each bin counts. */
  readonly weights: TensorShape
  /** [1, bins] by how much each bin is moved, in bins. */
  readonly offsets: TensorShape
  /** [1, 1] by which part the bins are wider than even ones. */
  readonly stretch: TensorShape
}

export type ModelFile =
  | DetectorModel
  | LandmarksModel
  | PadModel
  | EmbedderModel
  | TrackerModel
  | AttributeModel<'age'>
  | AttributeModel<'gender'>

/** Measured operating points of cosine comparison. */
export interface VerifyCalibration {
  readonly dataSet: string
  readonly genuinePairs: number
  readonly impostorPairs: number
  readonly points: readonly { readonly fmr: number; readonly threshold: number; readonly tar: number }[]
  readonly morph: MorphCalibration
  /** Null: nothing is known of how its templates are spread, and enrolments are not looked at for it. */
  readonly plausibility: PlausibilityCalibration | null
}

/** Which vectors a face may give; see `policy/plausibility.ts`. */
export interface PlausibilityCalibration {
  readonly dataSet: string
  /** People whose average the statistics are. */
  readonly people: number
  /** Their file, beside the manifest. */
  readonly population: string
  readonly minInside: number
  readonly maxCommon: number
  readonly minReach: number
}

/** When a face resembles two different enrolled people the way a blend of both does. Cosines; see `policy/morph.ts`. */
export interface MorphCalibration {
  readonly dataSet: string
  /** Blends that would pass as either of two people; nobody of them is among those whom the thresholds were chosen on. */
  readonly composites: number
  /** Share of these that is refused, 0..1. */
  readonly detected: number
  readonly minSecond: number
  readonly maxBetween: number
  readonly maxGap: number
}

/** Measured at `threshold`: rates 0..1. */
export interface PadCalibration {
  readonly dataSet: string
  readonly liveImages: number
  readonly attackImages: number
  readonly apcer: number
  readonly bpcer: number
}

/** How far a guess was off. A plain account: the labels behind it are rough (see `models/README.md`). */
export interface AttributeCalibration {
  readonly dataSet: string
  readonly images: number
  /** Mean absolute error: years for age, share of wrong answers for gender. */
  readonly error: number
}

/** @throws MienError MODEL_PACK_UNKNOWN, MODEL_MANIFEST_INVALID (the pack names a file that is not there) */
export function findPack(manifest: ModelManifest, name: string): ModelPack {
  const entry = Object.hasOwn(manifest.packs, name) ? manifest.packs[name] : undefined
  if (entry === undefined) {
    throw new MienError('MODEL_PACK_UNKNOWN', { details: { pack: name, known: Object.keys(manifest.packs) } })
  }
  const { detector, landmarks, pad, embedder, tracker, age, gender } = entry
  return {
    name,
    detector: findModel(manifest, detector, 'detector'),
    landmarks: findModel(manifest, landmarks, 'landmarks'),
    pad: findModel(manifest, pad, 'pad'),
    embedder: findModel(manifest, embedder, 'embedder'),
    ...(tracker === undefined ? {} : { tracker: findModel(manifest, tracker, 'tracker') }),
    ...(age === undefined ? {} : { age: findModel(manifest, age, 'age') }),
    ...(gender === undefined ? {} : { gender: findModel(manifest, gender, 'gender') }),
  }
}

function findModel<Role extends ModelFile['role']>(manifest: ModelManifest, id: string, role: Role) {
  const file = manifest.files.find((candidate) => candidate.id === id)
  if (file?.role !== role) throw new MienError('MODEL_MANIFEST_INVALID', { details: { model: id, role } })
  return file as Extract<ModelFile, { role: Role }>
}

/** Every file of a pack, the ones that the pipeline needs first. */
export function packFiles(pack: ModelPack): readonly ModelFile[] {
  const { detector, landmarks, pad, embedder, tracker, age, gender } = pack
  return [detector, landmarks, pad, embedder, tracker, age, gender].filter((file) => file !== undefined)
}
