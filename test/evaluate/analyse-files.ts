import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { SingleBar } from 'cli-progress'
import sharp from 'sharp'
import { defaultManifestPath, defaultWeightsDirectory } from '../../packages/server/src/models/load-manifest.ts'
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
      results.set(path, await outcomeOf(pool.analyse(padFraction > 0 ? await addBorder(file, padFraction) : file)))
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
  const image = sharp(file).autoOrient()
  const { data, info } = await image.toBuffer({ resolveWithObject: true })
  const border = Math.round(fraction * Math.max(info.width, info.height))
  return sharp(data)
    .extend({ top: border, bottom: border, left: border, right: border, extendWith: 'copy' })
    .png({ compressionLevel: 0 })
    .toBuffer()
}
