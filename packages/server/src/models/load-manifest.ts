import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { MienError } from '@mien/shared/errors'
import type { ModelManifest } from '@mien/shared/vision/manifest'
import { z } from 'zod'

/** The manifest of this repository; `src/models` and `dist/models` lie equally deep. */
export const defaultManifestPath = fileURLToPath(new URL('../../../../models/manifest.json', import.meta.url))

/** Where weights are kept unless told otherwise. Never committed. */
export const defaultWeightsDirectory = fileURLToPath(new URL('../../../../models/weights', import.meta.url))

const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/)
/** A plain name: nothing in a manifest may point outside the weights folder. */
const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)+$/)
const packagePath = z.string().regex(/^[^/\\][^\\]*$/)
const size = z.int().positive()
const rate = z.number().min(0).max(1)
const count = z.int().nonnegative()
const cosine = z.number().min(-1).max(1)

const published = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('npm'),
    package: z.string().min(1),
    version: z.string().regex(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/),
    integrity: z.string().regex(/^sha512-[A-Za-z0-9+/]{86}==$/),
    path: packagePath,
  }),
  z.strictObject({ kind: z.literal('https'), url: z.url({ protocol: /^https$/ }) }),
])

const source = z.discriminatedUnion('kind', [
  ...published.options,
  z.strictObject({ kind: z.literal('derived'), recipe: z.literal('tflite-image-metadata'), from: published }),
  z.strictObject({ kind: z.literal('local') }),
])

const base = {
  id,
  file: fileName,
  bytes: size,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  source,
  licence: z.strictObject({ name: z.string().min(1), doubts: z.string() }),
}

const channels = { grey: 1, rgb: 3, bgr: 3 } as const

const imageInput = z
  .strictObject({
    tensor: z.string().min(1),
    width: size,
    height: size,
    layout: z.literal('nchw'),
    colour: z.enum(['rgb', 'bgr', 'grey']),
    mean: z.array(z.number()),
    std: z.array(z.number().positive()),
  })
  .refine(({ colour, mean, std }) => mean.length === channels[colour] && std.length === channels[colour], {
    error: 'mean and std need one number a channel',
  })

const tensor = z.strictObject({ tensor: z.string().min(1), dims: z.array(size).min(1) })

const attribute = {
  ...base,
  input: imageInput,
  stages: z.array(z.strictObject({ weights: tensor, offsets: tensor, stretch: tensor })).min(1),
  span: z.number().positive(),
  cropScale: z.number().positive(),
  cropShift: z.number().min(-1).max(1),
  midpoint: rate.optional(),
  calibration: z.strictObject({ dataSet: z.string(), images: count, error: z.number().nonnegative() }),
}

const model = z.discriminatedUnion('role', [
  z.strictObject({
    ...base,
    role: z.literal('detector'),
    input: imageInput,
    scores: tensor,
    boxes: tensor,
    scoreThreshold: rate,
    overlapThreshold: rate,
    box: z.enum(['as-found', 'height-square']),
  }),
  z.strictObject({
    ...base,
    role: z.literal('landmarks'),
    input: imageInput,
    points: tensor,
    cropScale: z.number().positive(),
  }),
  z.strictObject({
    ...base,
    role: z.literal('pad'),
    input: imageInput,
    classes: tensor,
    liveClass: count,
    activation: z.enum(['softmax', 'none']),
    cropScale: z.number().positive(),
    threshold: rate,
    calibration: z.strictObject({
      dataSet: z.string(),
      liveImages: count,
      attackImages: count,
      apcer: rate,
      bpcer: rate,
    }),
  }),
  z.strictObject({
    ...base,
    role: z.literal('embedder'),
    input: imageInput,
    embedding: tensor,
    dimension: size,
    alignment: z.literal('arcface-112'),
    calibration: z.strictObject({
      dataSet: z.string(),
      genuinePairs: count,
      impostorPairs: count,
      points: z.array(z.strictObject({ fmr: rate, threshold: cosine, tar: rate })),
      morph: z.strictObject({
        dataSet: z.string(),
        composites: count,
        detected: rate,
        minSecond: cosine,
        maxBetween: cosine,
        maxGap: z.number().min(0).max(2),
      }),
      plausibility: z.nullable(
        z.strictObject({
          dataSet: z.string(),
          people: count,
          population: fileName,
          minInside: rate,
          maxCommon: z.number(),
          minReach: z.number(),
        }),
      ),
    }),
  }),
  z.strictObject({ ...base, role: z.literal('tracker') }),
  z.strictObject({ ...attribute, role: z.literal('age') }),
  z.strictObject({ ...attribute, role: z.literal('gender') }),
])

const manifest: z.ZodType<ModelManifest> = z.strictObject({
  version: z.literal(1),
  packs: z.record(
    id,
    z.strictObject({
      title: z.string(),
      detector: id,
      landmarks: id,
      pad: id,
      embedder: id,
      tracker: id.optional(),
      age: id.optional(),
      gender: id.optional(),
    }),
  ),
  files: z.array(model),
})

/** @throws MienError MODEL_MANIFEST_INVALID, naming the first place that is wrong */
export function parseManifest(text: string): ModelManifest {
  const result = manifest.safeParse(parseJson(text))
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new MienError('MODEL_MANIFEST_INVALID', {
    message: `The model manifest is not valid: ${issue?.path.join('.')}: ${issue?.message}`,
    cause: result.error,
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new MienError('MODEL_MANIFEST_INVALID', { cause: error })
  }
}

/** @throws MienError MODEL_MANIFEST_INVALID, also when the file cannot be read */
export async function loadManifest(path: string = defaultManifestPath): Promise<ModelManifest> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new MienError('MODEL_MANIFEST_INVALID', { cause: error, details: { path } })
  })
  return parseManifest(text)
}
