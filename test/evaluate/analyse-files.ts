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
export async function analyseFiles(
  paths: readonly string[],
  { directory, pack, padFraction, title }: AnalyseFilesOptions,
): Promise<Map<string, FileAnalysis>> {
  const size = availableParallelism()
  const pool = await createVisionPool({
    manifestPath: defaultManifestPath,
    weightsDirectory: defaultWeightsDirectory,
    pack,
    size,
    deadlineMs: 120_000,
  })
  const bar = new SingleBar({ format: `${title} {bar} {value}/{total}  {eta_formatted} left`, noTTYOutput: false })
  bar.start(paths.length, 0)
  const results = new Map<string, FileAnalysis>()
  const remaining = paths.values()
  const work = async () => {
    for (const path of remaining) {
      const file = await readFile(join(directory, path)).catch((error: Error) => {
        throw new UsageError(error.message)
      })
      const bordered = padFraction > 0 ? addBorder(file, padFraction) : Promise.resolve(file)
      results.set(path, await outcomeOf(bordered.then((bytes) => pool.analyse(bytes))))
      bar.increment()
    }
  }
  try {
    await Promise.all(Array.from({ length: size }, work))
  } finally {
    bar.stop()
    await pool.close()
  }
  return results
}

const outcomeOf = (analysis: Promise<ImageAnalysis>): Promise<FileAnalysis> =>
  analysis.then(
    (value) => (value.primary === undefined ? { failure: 'NO_FACE' } : { analysis: value }),
    (error: Error & { code?: string }) => ({ failure: error.code ?? error.message }),
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
