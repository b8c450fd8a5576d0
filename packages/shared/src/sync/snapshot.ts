import { encodeBase64Url } from '../bytes.ts'
import type { Sha256 } from './chain.ts'

/** A face that a device holds. */
export interface HeldFace {
  readonly faceId: string
  readonly facialId: string
  /** Of the template, in the binary format, as it was handed: SHA-256, base64url. */
  readonly templateHash: string
}

/**
 * What a statement of the server covers: SHA-256 over a line `<face id> <facial id> <hash of the template>\n` for each face, in the
 * order of the face ids. Base64url.
 */
export async function snapshotDigest(faces: Iterable<HeldFace>, sha256: Sha256): Promise<string> {
  const lines = [...faces]
    .sort((a, b) => (a.faceId < b.faceId ? -1 : 1))
    .map(({ faceId, facialId, templateHash }) => `${faceId} ${facialId} ${templateHash}\n`)
  const text = lines.join('')
  return encodeBase64Url(await sha256(Uint8Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))))
}
