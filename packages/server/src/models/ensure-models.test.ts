import { createHash } from 'node:crypto'
import { chmod, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MienError } from '@mien/shared/errors'
import type { ModelManifest } from '@mien/shared/vision/manifest'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type EnsureModelsOptions, ensureModels, type ModelProgress } from './ensure-models.ts'
import { loadManifest, parseManifest } from './load-manifest.ts'
import type { ModelSources } from './model-sources.ts'
import { writeAtomically } from './weights-store.ts'

let directory: string
let shipped: ModelManifest
/** The manifest with small contents, so that no test needs the network. */
let manifest: ModelManifest
const contentOf = (id: string) => new TextEncoder().encode(`weights of ${id}`)

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mien-models-'))
  shipped = await loadManifest()
  manifest = {
    ...shipped,
    files: shipped.files.map((file) => {
      const content = contentOf(file.id)
      return { ...file, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') }
    }),
  }
})
afterEach(() => rm(directory, { recursive: true, force: true }))

/** A registry that holds every file of the manifest and counts what is asked of it. */
function registry(contents = contentOf) {
  const requests: string[][] = []
  const sources: ModelSources = {
    npm: async ({ paths, onProgress }) => {
      requests.push([...paths])
      onProgress?.(10)
      return new Map(
        paths.map((path) => [
          path,
          contents(manifest.files.find(({ source }) => source.kind === 'npm' && source.path === path)!.id),
        ]),
      )
    },
    https: async () => {
      throw new Error('not asked for here')
    },
  }
  return { sources, requests }
}
const noNetwork: ModelSources = {
  npm: async () => {
    throw new MienError('MODEL_SOURCE_UNREACHABLE')
  },
  https: async () => {
    throw new MienError('MODEL_SOURCE_UNREACHABLE')
  },
}
const ensure = (options: Partial<EnsureModelsOptions> = {}) =>
  ensureModels({ manifest, pack: 'standard', directory, ...options })
const kept = async () => (await readdir(directory)).sort()

test('a pack is fetched with one request a package, each file under its name', async () => {
  const { sources, requests } = registry()
  const { readModel, pack } = await ensure({ sources })
  expect(requests).toHaveLength(1)
  const files = ['age', 'detect', 'feature', 'gender', 'landmark', 'liveness'].map((name) => `fr_${name}.onnx`)
  expect(await kept()).toEqual(files)
  expect(new Uint8Array(await readModel(pack.embedder))).toEqual(contentOf(pack.embedder.id))
})

test('a second run needs no network', async () => {
  await ensure({ sources: registry().sources })
  await expect(ensure({ sources: noNetwork })).resolves.toBeDefined()
})

test('progress tells what is checked, fetched and ready', async () => {
  const events: ModelProgress[] = []
  await ensure({ sources: registry().sources, onProgress: (event) => events.push(event) })
  expect(events[0]).toEqual({ kind: 'check', files: 6 })
  expect(events).toContainEqual({ kind: 'download', source: 'faceplugin-face-recognition-js@0.0.1', receivedBytes: 10 })
  expect(events.filter(({ kind }) => kind === 'ready')).toHaveLength(6)
  expect(events.at(-1)).toEqual({ kind: 'done', files: 6 })
})

test('no network and nothing on disk: MODEL_SOURCE_UNREACHABLE, and nothing is left behind', async () => {
  await expect(ensure({ sources: noNetwork })).rejects.toMatchObject({ code: 'MODEL_SOURCE_UNREACHABLE' })
  expect(await kept()).toEqual([])
})

test('another content than the manifest names: MODEL_HASH_MISMATCH, and it is not kept', async () => {
  const { sources } = registry((id) => (id === 'fr-landmark-1' ? contentOf(id).fill(7) : contentOf(id)))
  await expect(ensure({ sources })).rejects.toMatchObject({ code: 'MODEL_HASH_MISMATCH' })
  expect(await kept()).toEqual(['fr_detect.onnx'])
})

test('a file changed on disk is fetched anew before use, and refused when it changes after that', async () => {
  const { sources, requests } = registry()
  await ensure({ sources })
  await writeFile(join(directory, 'fr_detect.onnx'), contentOf('fr-detect-2'))
  const { readModel, pack } = await ensure({ sources })
  expect(requests[1]).toEqual(['model/fr_detect.onnx'])
  await writeFile(join(directory, 'fr_detect.onnx'), contentOf('fr-detect-2'))
  await expect(readModel(pack.detector)).rejects.toMatchObject({ code: 'MODEL_HASH_MISMATCH' })
})

test('an unknown pack: MODEL_PACK_UNKNOWN with the known ones', async () => {
  await expect(ensure({ pack: 'nope' })).rejects.toMatchObject({
    code: 'MODEL_PACK_UNKNOWN',
    details: { known: expect.arrayContaining(['standard']) },
  })
  await expect(ensure({ pack: 'toString' })).rejects.toMatchObject({ code: 'MODEL_PACK_UNKNOWN' })
})

test('a cancelled run: ABORTED before anything is asked for', async () => {
  const { sources, requests } = registry()
  await expect(ensure({ sources, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' })
  expect(requests).toEqual([])
})

test('the folder that the user filled comes before the network; a wrong file in it is refused', async () => {
  const local = await mkdtemp(join(tmpdir(), 'mien-local-'))
  for (const file of manifest.files) await writeFile(join(local, file.file), contentOf(file.id))
  await ensure({ sources: noNetwork, localDirectory: local })
  expect(await kept()).toHaveLength(6)
  await rm(join(directory, 'fr_detect.onnx'))
  await writeFile(join(local, 'fr_detect.onnx'), 'tampered')
  await expect(ensure({ sources: noNetwork, localDirectory: local })).rejects.toMatchObject({
    code: 'MODEL_HASH_MISMATCH',
  })
  await rm(local, { recursive: true })
})

test('ten runs at once leave whole files and no temporary ones', async () => {
  await Promise.all(Array.from({ length: 10 }, () => ensure({ sources: registry().sources })))
  expect(await kept()).toHaveLength(6)
  for (const name of await kept())
    expect((await readFile(join(directory, name), 'utf8')).startsWith('weights of ')).toBe(true)
})

describe('writing', () => {
  /** A real file on a disk that is full. */
  const failing = (code: string) =>
    (async (path: string, flags: string) => {
      const handle = await open(path, flags)
      handle.writeFile = async () => {
        throw Object.assign(new Error(code), { code })
      }
      return handle
    }) as typeof open

  test.for(['ENOSPC', 'EDQUOT'])('a full disk (%s): STORAGE_FULL, and what was there stays', async (code) => {
    const path = join(directory, 'fr_detect.onnx')
    await writeFile(path, 'old')
    await expect(writeAtomically(path, contentOf('new'), failing(code))).rejects.toMatchObject({ code: 'STORAGE_FULL' })
    expect(await readFile(path, 'utf8')).toBe('old')
    expect(await kept()).toEqual(['fr_detect.onnx'])
  })

  test.skipIf(process.getuid?.() === 0)('a folder without permission: CONFIG_INVALID', async () => {
    await chmod(directory, 0o500)
    await expect(ensure({ sources: registry().sources })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    await chmod(directory, 0o700)
  })

  test('a folder whose place is taken by a file: CONFIG_INVALID', async () => {
    await writeFile(join(directory, 'file'), '')
    await expect(
      ensure({ sources: registry().sources, directory: join(directory, 'file', 'weights') }),
    ).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    })
  })
})

describe('the manifest', () => {
  const changed = (change: (manifest: Record<string, unknown>) => void): string => {
    const copy = structuredClone(shipped) as unknown as Record<string, unknown>
    change(copy)
    return JSON.stringify(copy)
  }
  const files = (copy: Record<string, unknown>) => copy.files as Record<string, unknown>[]

  const wrong: readonly (readonly [string, () => string])[] = [
    ['no JSON', () => '{'],
    ['an unknown version', () => changed((copy) => Object.assign(copy, { version: 2 }))],
    ['an unknown field', () => changed((copy) => Object.assign(files(copy)[0]!, { surprise: 1 }))],
    [
      'a name that leaves the folder',
      () => changed((copy) => Object.assign(files(copy)[0]!, { file: '../evil.onnx' })),
    ],
    ['a hash that is none', () => changed((copy) => Object.assign(files(copy)[0]!, { sha256: 'abc' }))],
    [
      'a plain http source',
      () => changed((copy) => Object.assign(files(copy)[0]!, { source: { kind: 'https', url: 'http://a.b/c' } })),
    ],
    [
      'a mean for too few channels',
      () => changed((copy) => Object.assign(files(copy)[0]!.input as object, { mean: [0] })),
    ],
  ]
  test.for(wrong)('%s: MODEL_MANIFEST_INVALID', ([, text]) => {
    expect(() => parseManifest(text())).toThrow(expect.objectContaining({ code: 'MODEL_MANIFEST_INVALID' }))
  })

  test('a pack that names a file of another role: MODEL_MANIFEST_INVALID', async () => {
    const wrong = parseManifest(
      changed((copy) => Object.assign((copy.packs as Record<string, object>).standard!, { pad: 'fr-detect-1' })),
    )
    await expect(ensure({ manifest: wrong })).rejects.toMatchObject({ code: 'MODEL_MANIFEST_INVALID' })
  })

  test('a manifest that is not there: MODEL_MANIFEST_INVALID', async () => {
    await expect(loadManifest(join(directory, 'none.json'))).rejects.toMatchObject({ code: 'MODEL_MANIFEST_INVALID' })
  })
})

test('the real package: the published files have the hashes of the manifest', async () => {
  const { pack, readModel } = await ensure({ manifest: shipped, pack: 'standard-mediapipe' })
  expect((await readModel(pack.embedder)).length).toBe(4_884_269)
  expect((await readModel(pack.tracker!)).length).toBe(pack.tracker!.bytes)
})
