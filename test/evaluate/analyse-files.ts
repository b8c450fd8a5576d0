import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { SingleBar } from 'cli-progress'
import sharp from 'sharp'
import { defaultManifestPath, defaultWeightsDirectory } from '../../packages/server/src/models/load-manifest.ts'
import { decodeImage } from '../../packages/server/src/vision/decode-image.ts'
import { createVisionPool } from '../../packages/server/src/vision/vision-pool.ts'
import type { ImageAnalysis } from '../../packages/server/src/vision/worker-protocol.ts'
import { UsageError } from './read-table.ts'

export interface AnalyseFilesOptions {
  readonly directory: string
  readonly pack: string
  /** Border added on each side before detection, as a fraction of the longer side; 0 for none. */
  readonly padFraction: number
  readonly title: string
}

/** What was seen in each file: the primary face, or the reason why there is none. Kept in memory only. */
export type FileAnalysis = { readonly analysis: ImageAnalysis } | { readonly failure: string }

/** Runs the server's own path (decode, pipeline, pool) over the files, on every core, with a progress bar. */
export function analyseFiles(
  paths: readonly string[],
  { directory, pack, padFraction, title }: AnalyseFilesOptions,
): Promise<Map<string, FileAnalysis>> {
  const read = async (path: string) => {
    const file = await readFile(join(directory, path)).catch((error: Error) => {
      throw new UsageError(error.message)
    })
    return padFraction > 0 ? addBorder(file, padFraction) : file
  }
  return analyseImages(paths, { read, pack, title })
}

export interface AnalyseImagesOptions<Key> {
  /** Reads or makes an image file. A UsageError that it throws ends everything, any other is that image's failure. */
  readonly read: (key: Key) => Promise<Uint8Array>
  readonly pack: string
  readonly title: string
}

/** As `analyseFiles`, for images that lie in no folder. In the order of the keys. */
export async function analyseImages<Key>(
  keys: readonly Key[],
  { read, pack, title }: AnalyseImagesOptions<Key>,
): Promise<Map<Key, FileAnalysis>> {
  const size = availableParallelism()
  const pool = await createVisionPool({
    manifestPath: defaultManifestPath,
    weightsDirectory: defaultWeightsDirectory,
    pack,
    size,
    waitMs: 120_000,
    runMs: 120_000,
  })
  const bar = new SingleBar({ format: `${title} {bar} {value}/{total}  {eta_formatted} left`, noTTYOutput: false })
  bar.start(keys.length, 0)
  const results = new Map<Key, FileAnalysis>()
  const remaining = keys.values()
  const work = async () => {
    for (const key of remaining) {
      results.set(key, await outcomeOf(read(key).then((bytes) => pool.analyse(bytes))))
      bar.increment()
    }
  }
  try {
    await Promise.all(Array.from({ length: size }, work))
  } finally {
    bar.stop()
    await pool.close()
  }
  // In the order of the keys, not in that in which the threads were done: whoever takes somebody's first photograph always takes the same.
  return new Map(keys.map((key) => [key, results.get(key)!]))
}

const outcomeOf = (analysis: Promise<ImageAnalysis>): Promise<FileAnalysis> =>
  analysis.then(
    (value) => (value.primary === undefined ? { failure: 'NO_FACE' } : { analysis: value }),
    (error: Error & { code?: string }) => {
      if (error instanceof UsageError) throw error
      return { failure: error.code ?? error.message }
    },
  )

/** Repeats the outermost pixels: tightly cropped faces leave a detector no surroundings. Lossless in between. */
async function addBorder(file: Uint8Array, fraction: number): Promise<Uint8Array> {
  const { data, width, height } = await decodeImage(file)
  const border = Math.round(fraction * Math.max(width, height))
  return sharp(data, { raw: { width, height, channels: 4 } })
    .extend({ top: border, bottom: border, left: border, right: border, extendWith: 'copy' })
    .removeAlpha()
    .png()
    .toBuffer()
}
