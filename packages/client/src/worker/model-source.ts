import { encodeHex } from '@mien/shared/bytes'
import { MienError } from '@mien/shared/errors'
import { findPack, type ModelFile, type ModelManifest, type ModelPack } from '@mien/shared/vision/manifest'
import type { ModelCache } from '../storage/model-cache.ts'
import { startPatience } from './patience.ts'

export interface ModelSourceOptions {
  readonly endpoint: string
  readonly cache: ModelCache
  /** Bytes that have arrived, added up over files. */
  readonly onBytes: (bytes: number) => void
  readonly signal: AbortSignal
  readonly fetch?: typeof fetch
}

/**
 * Model files by hash: from the cache, else from the server. Nothing is used before its hash was checked. Which files there are the
 * server says; where it cannot be reached, what it said last.
 */
export interface ModelSource {
  /** @throws MienError MODEL_SOURCE_UNREACHABLE, MODEL_MANIFEST_INVALID, MODEL_PACK_UNKNOWN */
  readPack(name: string | undefined): Promise<ModelPack>
  /** @throws MienError MODEL_SOURCE_UNREACHABLE, MODEL_HASH_MISMATCH */
  readModel(file: ModelFile): Promise<Uint8Array<ArrayBuffer>>
}

export function createModelSource(options: ModelSourceOptions): ModelSource {
  const { cache, onBytes } = options

  async function fetchModel(file: ModelFile): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await download(options, file.sha256, (response, onAlive) =>
      readBody(response, file.bytes, (arrived) => {
        onAlive()
        onBytes(arrived)
      }),
    )
    if ((await sha256Of(bytes)) !== file.sha256) {
      throw new MienError('MODEL_HASH_MISMATCH', { details: { model: file.id } })
    }
    await cache.put(file.sha256, bytes)
    return bytes
  }

  const keptName = `manifest of ${options.endpoint}`

  async function keptManifest(): Promise<ModelManifest | undefined> {
    const bytes = await cache.get(keptName)
    return bytes && toManifest(parseJson(new TextDecoder().decode(bytes)))
  }

  /** Kept for when the server is not there, and what no version of it names any more goes. */
  async function keep(manifest: ModelManifest): Promise<void> {
    const before = await keptManifest()
    const text = JSON.stringify(manifest)
    if (JSON.stringify(before) === text) return
    await cache.put(keptName, new TextEncoder().encode(text))
    const wanted = new Set(manifest.files.map(({ sha256 }) => sha256))
    for (const { sha256 } of before?.files ?? []) if (!wanted.has(sha256)) await cache.remove(sha256)
  }

  async function newestManifest(): Promise<ModelManifest> {
    try {
      const manifest = await download(options, 'manifest.json', readManifest)
      await keep(manifest)
      return manifest
    } catch (error) {
      const kept = isNotServer(error) ? await keptManifest() : undefined
      if (kept === undefined) throw error
      return kept
    }
  }

  return {
    async readPack(name) {
      const manifest = await newestManifest()
      return findPack(manifest, name ?? Object.keys(manifest.packs)[0] ?? '')
    },

    async readModel(file) {
      const kept = await cache.get(file.sha256)
      if (kept === undefined) return fetchModel(file)
      if ((await sha256Of(kept)) !== file.sha256) {
        await cache.remove(file.sha256)
        return fetchModel(file)
      }
      onBytes(file.bytes)
      return kept
    },
  }
}

/** Milliseconds without a byte after which a download is given up, so that somebody can try again. */
const stallMs = 30_000

/** @param read tells `onAlive` whenever something has arrived */
async function download<T>(
  { endpoint, signal, fetch: fetchFrom = fetch }: ModelSourceOptions,
  name: string,
  read: (response: Response, onAlive: () => void) => Promise<T>,
): Promise<T> {
  const base = endpoint.endsWith('/') ? endpoint : `${endpoint}/`
  const stalled = new AbortController()
  const patience = startPatience(stallMs, () =>
    stalled.abort(new MienError('MODEL_SOURCE_UNREACHABLE', { message: 'The download came to a stop' })),
  )
  const either = AbortSignal.any([signal, stalled.signal])
  try {
    const response = await fetchFrom(new URL(`models/${name}`, base), { signal: either, credentials: 'omit' })
    if (!response.ok) throw new MienError('MODEL_SOURCE_UNREACHABLE', { details: { status: response.status } })
    return await read(response, patience.renew)
  } catch (cause) {
    either.throwIfAborted()
    throw cause instanceof MienError ? cause : new MienError('MODEL_SOURCE_UNREACHABLE', { cause })
  } finally {
    patience.end()
  }
}

/** The entries themselves were checked by the server that serves them; here only what would crash us is refused. */
async function readManifest(response: Response): Promise<ModelManifest> {
  const manifest = toManifest(await response.json().catch(() => undefined))
  if (manifest === undefined) throw new MienError('MODEL_MANIFEST_INVALID')
  return manifest
}

function toManifest(manifest: unknown): ModelManifest | undefined {
  const isManifest =
    typeof manifest === 'object' &&
    manifest !== null &&
    'packs' in manifest &&
    typeof manifest.packs === 'object' &&
    manifest.packs !== null &&
    'files' in manifest &&
    Array.isArray(manifest.files)
  return isManifest ? (manifest as ModelManifest) : undefined
}

/** What is no manifest somebody on the way has said, as a page of a proxy's that the site is being mended. */
const isNotServer = (error: unknown): boolean =>
  error instanceof MienError && (error.code === 'MODEL_SOURCE_UNREACHABLE' || error.code === 'MODEL_MANIFEST_INVALID')

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Reads into a buffer of the size that the manifest gives; a longer or shorter body is not the file. */
async function readBody(response: Response, size: number, onBytes: (bytes: number) => void) {
  const bytes = new Uint8Array(size)
  let at = 0
  const reader = response.body?.getReader()
  if (reader === undefined) throw new MienError('MODEL_SOURCE_UNREACHABLE')
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      if (at + value.length > size) throw new MienError('MODEL_HASH_MISMATCH')
      bytes.set(value, at)
      at += value.length
      onBytes(value.length)
    }
  } catch (cause) {
    await reader.cancel().catch(() => undefined)
    throw cause instanceof MienError ? cause : new MienError('MODEL_SOURCE_UNREACHABLE', { cause })
  }
  if (at !== size) throw new MienError('MODEL_SOURCE_UNREACHABLE')
  return bytes
}

async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (globalThis.crypto?.subtle === undefined) throw new MienError('INSECURE_CONTEXT')
  return encodeHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
}
