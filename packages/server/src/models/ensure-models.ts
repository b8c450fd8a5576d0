import { join } from 'node:path'
import { MienError } from '@mien/shared/errors'
import {
  findPack,
  type ModelFile,
  type ModelManifest,
  type ModelPack,
  type PublishedSource,
  packFiles,
} from '@mien/shared/vision/manifest'
import { addImageMetadata } from './add-image-metadata.ts'
import { type ModelSources, publishedSources } from './model-sources.ts'
import { hasIdentity, readIfPresent, readWeights, writeAtomically } from './weights-store.ts'

export type ModelProgress =
  | { readonly kind: 'check'; readonly files: number }
  /** `receivedBytes` so far; the total is not known (a package holds more than we take). */
  | { readonly kind: 'download'; readonly source: string; readonly receivedBytes: number }
  | { readonly kind: 'ready'; readonly id: string; readonly from: 'disk' | 'folder' | 'source' }
  | { readonly kind: 'done'; readonly files: number }

export interface EnsureModelsOptions {
  readonly manifest: ModelManifest
  readonly pack: string
  /** The weights folder, made when missing. */
  readonly directory: string
  /** A folder that the user filled by hand (MIEN_MODELS_DIR), looked at before anything is fetched. */
  readonly localDirectory?: string | undefined
  readonly onProgress?: (event: ModelProgress) => void
  readonly signal?: AbortSignal
  readonly sources?: ModelSources
}

export interface InstalledModels {
  readonly pack: ModelPack
  readonly directory: string
  /** The bytes of one file of the pack, checked again. */
  readonly readModel: (file: ModelFile) => Promise<Uint8Array>
}

/**
 * Brings every file of a pack into the weights folder. What is there already, with the right hash, is not fetched again,
 * so a second run needs no network; what is there with another hash is fetched anew.
 *
 * @throws MienError MODEL_PACK_UNKNOWN, MODEL_MANIFEST_INVALID, MODEL_SOURCE_UNREACHABLE, MODEL_HASH_MISMATCH,
 *   STORAGE_FULL, CONFIG_INVALID (folder not writable), ABORTED
 */
export async function ensureModels(options: EnsureModelsOptions): Promise<InstalledModels> {
  const { manifest, directory, onProgress, signal } = options
  const pack = findPack(manifest, options.pack)
  const files = packFiles(pack)
  onProgress?.({ kind: 'check', files: files.length })
  const missing: ModelFile[] = []
  for (const file of files) if (!(await isInstalled(file, options))) missing.push(file)
  for (const group of groupBySource(missing)) {
    if (signal?.aborted) throw new MienError('ABORTED')
    await installGroup(group, options)
  }
  onProgress?.({ kind: 'done', files: files.length })
  return { pack, directory, readModel: (file) => readWeights(directory, file) }
}

/** True when the weights folder has the file, or the user's folder gave it. */
async function isInstalled(file: ModelFile, options: EnsureModelsOptions): Promise<boolean> {
  const { directory, localDirectory, onProgress } = options
  const present = await readIfPresent(join(directory, file.file))
  if (present !== undefined && hasIdentity(present, file)) {
    onProgress?.({ kind: 'ready', id: file.id, from: 'disk' })
    return true
  }
  const local = localDirectory === undefined ? undefined : await readIfPresent(join(localDirectory, file.file))
  if (local === undefined) return false
  await keep(file, local, directory)
  onProgress?.({ kind: 'ready', id: file.id, from: 'folder' })
  return true
}

/** Files that one fetch brings: those of the same npm package, or a single one. */
function groupBySource(files: readonly ModelFile[]): readonly (readonly ModelFile[])[] {
  const groups = new Map<string, ModelFile[]>()
  for (const file of files) {
    const source = publishedSource(file)
    const key = source.kind === 'npm' ? `${source.package}@${source.version} ${source.integrity}` : source.url
    groups.set(key, [...(groups.get(key) ?? []), file])
  }
  return [...groups.values()]
}

/** @throws MienError MODEL_SOURCE_UNREACHABLE for a file that only the user can provide */
function publishedSource({ source, file }: ModelFile): PublishedSource {
  if (source.kind === 'derived') return source.from
  if (source.kind !== 'local') return source
  throw new MienError('MODEL_SOURCE_UNREACHABLE', {
    message: `${file} is not published: put it into the folder that MIEN_MODELS_DIR names`,
    details: { file },
  })
}

async function installGroup(group: readonly ModelFile[], options: EnsureModelsOptions): Promise<void> {
  const fetched = await fetchGroup(group, options)
  for (const [file, bytes] of fetched) {
    await keep(file, file.source.kind === 'derived' ? addImageMetadata(bytes) : bytes, options.directory)
    options.onProgress?.({ kind: 'ready', id: file.id, from: 'source' })
  }
}

async function fetchGroup(
  group: readonly ModelFile[],
  { sources = publishedSources, onProgress, signal }: EnsureModelsOptions,
): Promise<readonly (readonly [ModelFile, Uint8Array])[]> {
  const wanted = group.map((file) => ({ file, source: publishedSource(file) }))
  const source = wanted[0]!.source
  const label = source.kind === 'npm' ? `${source.package}@${source.version}` : source.url
  const request = {
    onProgress: (receivedBytes: number) => onProgress?.({ kind: 'download', source: label, receivedBytes }),
    ...(signal === undefined ? {} : { signal }),
  }
  if (source.kind === 'https') {
    const { file } = wanted[0]!
    return [[file, await sources.https({ ...request, url: source.url, maxBytes: file.bytes })]]
  }
  const paths = wanted.map((item) => (item.source.kind === 'npm' ? item.source.path : ''))
  const { package: name, version, integrity } = source
  const found = await sources.npm({ ...request, name, version, integrity, paths })
  return wanted.map(({ file }, i) => [file, found.get(paths[i]!) ?? new Uint8Array()])
}

/** @throws MienError MODEL_HASH_MISMATCH before anything is written */
async function keep(file: ModelFile, bytes: Uint8Array, directory: string): Promise<void> {
  if (!hasIdentity(bytes, file)) throw new MienError('MODEL_HASH_MISMATCH', { details: { file: file.file } })
  await writeAtomically(join(directory, file.file), bytes)
}
