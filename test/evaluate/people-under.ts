import { readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { findPack } from '@mien/shared/vision/manifest'
import * as z from 'zod/mini'
import { loadManifest } from '../../packages/server/src/models/load-manifest.ts'
import { analyseFiles } from './analyse-files.ts'
import { groupBy } from './group-by.ts'
import { imagesUnder } from './images-under.ts'
import type { Person } from './morph-trials.ts'

export interface PeopleOptions {
  /** A folder a person. */
  readonly images: string
  readonly pack: string
  /**
   * File that the templates are kept in for the next run; undefined: nothing is kept. They are biometric data like the photographs:
   * only the owner may read it.
   */
  readonly cache?: string | undefined
}

/** Image by image: base64 of the float32 components, or null where no face was found. */
const keptTemplates = z.strictObject({ modelId: z.string(), templates: z.record(z.string(), z.nullable(z.string())) })
type KeptTemplates = z.infer<typeof keptTemplates>

/** Everybody with at least one image in which a face was found, in the order of the paths. */
export async function peopleUnder(options: PeopleOptions): Promise<readonly Person[]> {
  const paths = await imagesUnder(options.images)
  const { templates } = await keptOrMade(paths, options)
  const found = paths.flatMap((path) => {
    const text = templates[path] ?? null
    return text === null ? [] : [{ path, vector: vectorOf(text) }]
  })
  return [...groupBy(found, ({ path }) => dirname(path))].map(([name, own]) => ({
    name,
    vectors: own.map(({ vector }) => vector),
  }))
}

async function keptOrMade(paths: readonly string[], options: PeopleOptions): Promise<KeptTemplates> {
  const modelId = findPack(await loadManifest(), options.pack).embedder.id
  const kept = options.cache === undefined ? undefined : await readKept(options.cache)
  if (kept?.modelId === modelId && paths.every((path) => path in kept.templates)) return kept
  const made = { modelId, templates: await embed(paths, options) }
  if (options.cache !== undefined) await writeFile(options.cache, JSON.stringify(made), { mode: 0o600 })
  return made
}

const readKept = (path: string): Promise<KeptTemplates | undefined> =>
  readFile(path, 'utf8').then(
    (text) => keptTemplates.parse(JSON.parse(text)),
    () => undefined,
  )

async function embed(paths: readonly string[], { images, pack }: PeopleOptions): Promise<KeptTemplates['templates']> {
  const analyses = await analyseFiles(paths, { directory: images, pack, padFraction: 0, title: 'images' })
  return Object.fromEntries(
    [...analyses].map(([path, outcome]) => {
      const face = 'analysis' in outcome ? outcome.analysis.primary : undefined
      return [path, face === undefined ? null : textOf(face.template.vector)]
    }),
  )
}

const textOf = ({ buffer, byteOffset, byteLength }: Float32Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64')

function vectorOf(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64')
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i))
}
