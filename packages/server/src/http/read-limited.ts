import { MienError } from '@mien/shared/errors'

/**
 * A body as it came. A compressed one is refused rather than read as what it is not, or unpacked to more than anybody sent.
 *
 * @throws MienError CONTENT_ENCODING_UNSUPPORTED; BODY_TOO_LARGE before more than the limit was kept; ABORTED when the client went away
 */
export async function readLimited(request: Request, maxBytes: number): Promise<Uint8Array> {
  if (request.headers.has('content-encoding')) throw new MienError('CONTENT_ENCODING_UNSUPPORTED')
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw new MienError('BODY_TOO_LARGE')
  try {
    return await collect(request.body, maxBytes)
  } catch (error) {
    throw request.signal.aborted ? new MienError('ABORTED') : error
  }
}

async function collect(body: AsyncIterable<Uint8Array> | null, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body ?? []) {
    length += chunk.length
    if (length > maxBytes) throw new MienError('BODY_TOO_LARGE')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
