import { MienError } from '@mien/shared/errors'
import { type NpmPackageRequest, readNpmPackage } from './read-npm-package.ts'

export interface HttpsRequest {
  readonly url: string
  /** More than this is refused. */
  readonly maxBytes: number
  readonly onProgress?: (receivedBytes: number) => void
  readonly signal?: AbortSignal
}

/** Where bytes come from; tests put their own behind it. */
export interface ModelSources {
  readonly npm: (request: NpmPackageRequest) => Promise<ReadonlyMap<string, Uint8Array>>
  readonly https: (request: HttpsRequest) => Promise<Uint8Array>
}

export const publishedSources: ModelSources = { npm: readNpmPackage, https: readHttps }

/** @throws MienError MODEL_SOURCE_UNREACHABLE, MODEL_HASH_MISMATCH (longer than it may be), ABORTED */
export async function readHttps({ url, maxBytes, onProgress, signal }: HttpsRequest): Promise<Uint8Array> {
  try {
    const response = await fetch(url, signal === undefined ? {} : { signal })
    if (!response.ok || response.body === null) throw unreachable(url, `HTTP ${response.status}`)
    const chunks: Uint8Array[] = []
    let receivedBytes = 0
    for await (const chunk of response.body) {
      chunks.push(chunk)
      receivedBytes += chunk.length
      if (receivedBytes > maxBytes) throw new MienError('MODEL_HASH_MISMATCH', { details: { source: url } })
      onProgress?.(receivedBytes)
    }
    return new Uint8Array(Buffer.concat(chunks))
  } catch (error) {
    if (error instanceof MienError) throw error
    throw signal?.aborted ? new MienError('ABORTED', { cause: error }) : unreachable(url, 'no answer', error)
  }
}

const unreachable = (source: string, reason: string, cause?: unknown) =>
  new MienError('MODEL_SOURCE_UNREACHABLE', { cause, details: { source, reason } })
