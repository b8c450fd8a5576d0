import { readdir } from 'node:fs/promises'
import { UsageError } from './read-table.ts'

/** Paths below the folder, sorted, so that the same images are chosen in each run. */
export async function imagesUnder(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory, { recursive: true }).catch((error: Error) => {
    throw new UsageError(error.message)
  })
  const paths = names.filter((name) => /\.(jpe?g|png|webp)$/i.test(name)).sort()
  if (paths.length === 0) throw new UsageError(`No images under ${directory}`)
  return paths
}
