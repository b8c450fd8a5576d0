import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { MienError } from '@mien/shared/errors'
import type { Population } from '@mien/shared/policy/plausibility'
import type { EmbedderModel } from '@mien/shared/vision/manifest'
import { z } from 'zod'
import { defaultManifestPath } from './load-manifest.ts'

/** Numbers as base64: `mean`, `variances` and `scales` float32 little-endian, `directions` int8, row by row, times the row's scale. */
const populationFile = z.strictObject({
  version: z.literal(1),
  /** The model whose templates they are. */
  modelId: z.string(),
  people: z.int().positive(),
  mean: z.base64(),
  variances: z.base64(),
  scales: z.base64(),
  directions: z.base64(),
})

type PopulationFile = z.infer<typeof populationFile>

/** One byte a number is exact enough: the error of a projection is below 1e-3. */
export function toPopulationFile(
  { mean, directions, variances }: Population,
  about: Pick<PopulationFile, 'modelId' | 'people'>,
): PopulationFile {
  const scales = directions.map((row) => Math.max(...Array.from(row, Math.abs)) / 127)
  const bytes = directions.flatMap((row, i) => Array.from(row, (value) => Math.round(value / scales[i]!)))
  return {
    version: 1,
    ...about,
    mean: base64(Float32Array.from(mean)),
    variances: base64(Float32Array.from(variances)),
    scales: base64(Float32Array.from(scales)),
    directions: base64(Int8Array.from(bytes)),
  }
}

/** Beside the manifest that names it. */
export const populationPath = (name: string): string => join(dirname(defaultManifestPath), name)

/** @throws MienError MODEL_MANIFEST_INVALID (not such a file, or of another model) */
export async function loadPopulation(
  path: string,
  { id, dimension }: Pick<EmbedderModel, 'id' | 'dimension'>,
): Promise<Population> {
  try {
    const file = populationFile.parse(JSON.parse(await readFile(path, 'utf8')))
    return toPopulation(file, { modelId: id, dimension })
  } catch (cause) {
    throw new MienError('MODEL_MANIFEST_INVALID', { message: `${path} is no population of ${id}`, cause })
  }
}

function toPopulation(
  file: PopulationFile,
  { modelId, dimension }: { modelId: string; dimension: number },
): Population {
  const [mean, variances, scales] = [file.mean, file.variances, file.scales].map(floats) as [
    number[],
    number[],
    number[],
  ]
  const bytes = new Int8Array(Buffer.from(file.directions, 'base64'))
  const isWhole =
    file.modelId === modelId &&
    mean.length === dimension &&
    variances.length === scales.length &&
    bytes.length === scales.length * dimension &&
    variances.every((value) => value > 0)
  if (!isWhole) throw new MienError('MODEL_MANIFEST_INVALID')
  const directions = scales.map((scale, i) =>
    Float32Array.from(bytes.subarray(i * dimension, (i + 1) * dimension), (value) => value * scale),
  )
  return { mean, variances, directions }
}

const base64 = ({ buffer, byteOffset, byteLength }: Float32Array | Int8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64')

function floats(text: string): number[] {
  const bytes = Buffer.from(text, 'base64')
  return Array.from({ length: bytes.length >> 2 }, (_, i) => bytes.readFloatLE(4 * i))
}
