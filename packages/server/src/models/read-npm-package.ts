import { MienError } from '@mien/shared/errors'
import pacote from 'pacote'
import { Parser, type ReadEntry } from 'tar'
import { loadNpmOptions } from './load-npm-options.ts'

export interface NpmPackageRequest {
  readonly name: string
  /** An exact version, never a range. */
  readonly version: string
  /** Subresource integrity of the tarball, as `npm view NAME@VERSION dist.integrity` prints it. */
  readonly integrity: string
  /** Files wanted, relative to the package's root (where its package.json lies), spelled exactly as in the tarball. */
  readonly paths: readonly string[]
  /** Called as bytes of the compressed tarball arrive. The registry does not promise a total. */
  readonly onProgress?: (receivedBytes: number) => void
  readonly signal?: AbortSignal
}

/**
 * Reads files out of a published npm package without installing it: no dependency, no script, no folder. The user's
 * own registry, proxy and certificate settings hold, and nothing is returned unless the whole tarball has the pinned
 * integrity.
 *
 * @returns the bytes of each path, in the order asked for
 * @throws MienError MODEL_SOURCE_UNREACHABLE, MODEL_HASH_MISMATCH, MODEL_MANIFEST_INVALID (a path is not in the
 *   package), STORAGE_FULL (npm's own cache), ABORTED
 */
export async function readNpmPackage(request: NpmPackageRequest): Promise<Map<string, Uint8Array>> {
  const spec = `${request.name}@${request.version}`
  const found = await untilAborted(fetchEntries(spec, request), request.signal).catch((error: unknown) => {
    throw request.signal?.aborted ? new MienError('ABORTED', { cause: error }) : toSourceError(error, spec)
  })
  return new Map(request.paths.map((path) => [path, found.get(path) ?? missing(spec, path)]))
}

async function fetchEntries(spec: string, request: NpmPackageRequest): Promise<Map<string, Uint8Array>> {
  request.signal?.throwIfAborted()
  const options = { ...(await loadNpmOptions()), integrity: request.integrity, preferOnline: false }
  return pacote.tarball.stream(spec, (stream) => collectEntries(stream, request), options)
}

/** pacote calls this again from the start when it retries, so all state lives inside. */
function collectEntries(stream: NodeJS.ReadableStream, request: NpmPackageRequest): Promise<Map<string, Uint8Array>> {
  const wanted = new Set(request.paths)
  const found = new Map<string, Uint8Array>()
  const { promise, resolve, reject } = promiseWithResolvers<Map<string, Uint8Array>>()
  let receivedBytes = 0
  const parser = new Parser({ strict: true, onReadEntry: (entry) => takeEntry(entry, wanted, found) })
  stream.on('data', (chunk: Buffer) => {
    receivedBytes += chunk.length
    request.onProgress?.(receivedBytes)
    parser.write(chunk)
  })
  stream.on('error', reject)
  // The stream's own end comes after the integrity check, and the parser's end after the last entry: both are needed.
  stream.on('end', () => parser.end())
  parser.on('error', reject)
  parser.on('end', () => resolve(found))
  return promise
}

function takeEntry(entry: ReadEntry, wanted: ReadonlySet<string>, found: Map<string, Uint8Array>): void {
  const path = entry.path.slice(entry.path.indexOf('/') + 1)
  if (entry.type !== 'File' || !wanted.has(path)) {
    entry.resume()
    return
  }
  const chunks: Buffer[] = []
  entry.on('data', (chunk: Buffer) => chunks.push(chunk))
  entry.on('end', () => found.set(path, new Uint8Array(Buffer.concat(chunks))))
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  const { promise: aborted, reject } = promiseWithResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
    work.catch(() => undefined)
  }
}

function toSourceError(error: unknown, spec: string): MienError {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  if (code === 'EINTEGRITY') return new MienError('MODEL_HASH_MISMATCH', { cause: error, details: { source: spec } })
  if (code === 'ENOSPC') return new MienError('STORAGE_FULL', { cause: error, details: { source: spec } })
  return new MienError('MODEL_SOURCE_UNREACHABLE', {
    cause: error,
    details: { source: spec, reason: code ?? 'unknown' },
  })
}

function missing(spec: string, path: string): never {
  throw new MienError('MODEL_MANIFEST_INVALID', {
    message: `${spec} has no file ${path}`,
    details: { source: spec, path },
  })
}

/** Promise.withResolvers arrives with Node 22. */
function promiseWithResolvers<T>() {
  let resolve!: (value: T) => void
  let reject!: (reason: unknown) => void
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  return { promise, resolve, reject }
}
